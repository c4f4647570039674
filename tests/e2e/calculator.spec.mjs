// The commission calculator: no shop, a link that carries everything, a pasted table, a frame, offline, paper.
import { expect, test } from "@playwright/test";
import { readFileSync } from "node:fs";

const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const figure = (page, id) => page.getByTestId(id);

test("R14 by hand: where one stands, and what the next sale brings", async ({ page }) => {
  await page.goto("calculator");
  // 4% to 150,000, 6% to 250,000, 8% above; 145,000 sold: 5,800; 20,000 more brings 200 + 900 = 1,100.
  await expect(figure(page, "result-accrued")).toHaveText("¥5,800.00");
  await expect(figure(page, "result-next")).toContainText("¥1,100.00");
  await expect(figure(page, "result-to-next")).toContainText("¥5,000.00");
  // 165,000 read whole is in the second band: 9,900; read by parts 6,000 + 900 = 6,900.
  await page.getByTestId("sale-1-amount").fill("165,000");
  await expect(figure(page, "result-accrued")).toHaveText("¥6,900.00");
  await expect(figure(page, "result-other")).toContainText("¥9,900.00");
  await page.getByTestId("reading-whole").click();
  await expect(figure(page, "result-accrued")).toHaveText("¥9,900.00");
  await page.getByTestId("result-why").click();
  await expect(page.getByTestId("reasons")).toContainText("6%");
});

test("what is wrong is said at its place, and the last result stays", async ({ page }) => {
  await page.goto("calculator");
  await expect(figure(page, "result-accrued")).toHaveText("¥5,800.00");
  await page.getByTestId("band-2-rate").fill("600");
  await expect(page.getByTestId("calculator-stale")).toBeVisible();
  await expect(page.locator(".band-row.wrong")).toHaveCount(1);
  await expect(figure(page, "result-accrued")).toHaveText("¥5,800.00");
  await page.getByTestId("band-2-rate").fill("6");
  await expect(page.getByTestId("calculator-stale")).toBeHidden();
  await page.getByTestId("sale-1-amount").fill("12x");
  await expect(page.locator(".sale-row.wrong")).toHaveCount(1);
});

test("a table is pasted; the link carries all of it; holdback and draw", async ({ page }) => {
  await page.goto("calculator");
  await page.locator("details.more", { hasText: /从表格粘贴|Paste/ }).locator("summary").click();
  await page.getByTestId("calculator-paste").fill("日期\t金额\n2026-03-02\t¥1,000.00\n2026-04-05\t2000\n");
  await page.getByTestId("calculator-take").click();
  await page.getByTestId("band-1-rate").fill("10");
  await page.locator("details.more", { hasText: /封顶|Cap/ }).locator("summary").click();
  await page.getByTestId("calculator-holdback").fill("5");
  // March 100 and April 200: 300; held 5 + 10 = 15.
  await expect(figure(page, "result-accrued")).toHaveText("¥300.00");
  await expect(figure(page, "result-held")).toHaveText("¥15.00");
  await expect(figure(page, "result-payable")).toHaveText("¥285.00");
  await expect(page.getByTestId("result-months").locator("tbody tr")).toHaveCount(2);
  await page.waitForTimeout(300);
  const address = page.url();
  expect(address).toContain("#");
  await page.goto("about:blank");
  await page.goto(address);
  await expect(figure(page, "result-payable")).toHaveText("¥285.00");
});

test("a program's rules, offline, and in a frame of another page", async ({ page, context }) => {
  await page.goto("calculator");
  await page.getByTestId("rules-program").click();
  await page.getByTestId("calculator-program").selectOption("salon-card");
  await expect(page.getByTestId("calculator-words").locator("li").first()).toBeVisible();
  // What was chosen is in the address at once.
  await page.getByTestId("calculator-program").selectOption("jiujiu");
  await page.reload();
  await expect(page.getByTestId("calculator-program")).toHaveValue("jiujiu");
  await page.getByTestId("calculator-program").selectOption("salon-card");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByTestId("calculator")).toBeVisible();
  await expect(page.getByTestId("calculator-program")).toHaveValue("salon-card");
  await context.setOffline(false);
  const address = page.url();
  await page.setContent(`<iframe src="${address}" width="400" height="700"></iframe>`);
  const frame = page.frameLocator("iframe");
  await expect(frame.getByTestId("calculator")).toBeVisible();
  await expect(frame.locator(".places")).toHaveCount(0);
});

test("it prints on one page", async ({ page }) => {
  await page.goto("calculator");
  await expect(figure(page, "result-accrued")).toHaveText("¥5,800.00");
  const paper = await page.pdf({ format: "A4" });
  expect((paper.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length).toBe(1);
});

for (const scheme of ["light", "dark"]) {
  for (const width of [360, 820, 1280]) {
    test(`axe finds nothing, nothing sticks out, at ${width} px in ${scheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto("calculator");
      await expect(figure(page, "result-accrued")).toHaveText("¥5,800.00");
      await page.screenshot({ path: `test-results/looks/calculator-${width}-${scheme}.png`, fullPage: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over).toBeLessThanOrEqual(0);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      expect(violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    });
  }
}
