// A member's card held before the camera. Chromium plays a file as its camera; the card's code is taken from the
// member's own page, so what the app draws is what the app reads.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { test, expect, openWithMember, listGood } from "./shop.mjs";

const CAMERA = fileURLToPath(new URL("../../target/e2e/camera.y4m", import.meta.url));
const [WIDTH, HEIGHT, PIXELS] = [640, 480, 10];

/** A film of one picture: the modules in the middle of a grey room. */
function film(modules) {
  const brightness = Buffer.alloc(WIDTH * HEIGHT, 150);
  const side = modules.length + 8; // four light modules around
  const [left, top] = [Math.floor((WIDTH - side * PIXELS) / 2), Math.floor((HEIGHT - side * PIXELS) / 2)];
  for (let y = 0; y < side * PIXELS; y += 1) {
    for (let x = 0; x < side * PIXELS; x += 1) {
      const dark = modules[Math.floor(y / PIXELS) - 4]?.[Math.floor(x / PIXELS) - 4];
      brightness[(top + y) * WIDTH + left + x] = dark ? 30 : 225;
    }
  }
  const frame = Buffer.concat([Buffer.from("FRAME\n"), brightness, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420jpeg\n`), ...Array(5).fill(frame)]);
}

/** The code that a member's page draws, as rows of dark modules. */
const drawn = (page) =>
  page.getByTestId("member-qr").locator("svg").evaluate((svg) => {
    const side = svg.viewBox.baseVal.width;
    const canvas = Object.assign(document.createElement("canvas"), { width: side * 4, height: side * 4 });
    const context = canvas.getContext("2d");
    context.scale(4, 4);
    context.fill(new Path2D(svg.querySelector("path").getAttribute("d")));
    const dark = (x, y) => context.getImageData(x * 4 + 2, y * 4 + 2, 1, 1).data[3] > 128;
    const all = Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => dark(x, y)));
    const rows = all.filter((row) => row.includes(true));
    const first = Math.min(...rows.map((row) => row.indexOf(true)));
    return rows.map((row) => row.slice(first, first + rows.length));
  });

test.use({
  permissions: ["camera"],
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, args: [...launchOptions.args, "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${CAMERA}`] }),
});

test("a member's card is read by the camera", async ({ page }) => {
  mkdirSync(dirname(CAMERA), { recursive: true });
  await openWithMember(page);
  await page.getByTestId("nav-members").click();
  await page.getByTestId("member-row").first().click();
  const modules = await drawn(page);
  expect(modules.length).toBeGreaterThanOrEqual(21);
  writeFileSync(CAMERA, film(modules));
  await page.getByTestId("nav-counter").click();
  await listGood(page, "面霜 30g", "198.00");
  await page.getByTestId("scan").click();
  await expect(page.getByTestId("member-panel").getByTestId("member-name")).toHaveText("王丽", { timeout: 20_000 });
  await expect(page.getByTestId("scan-sheet")).toBeHidden();
  await expect(page.getByTestId("pay")).toHaveText("¥194.04");
});
