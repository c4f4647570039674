import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { ROOT_URL, SUB_PATH_URL } from "./playwright.config.mjs";
import { test, expect, OTHER_DAY, open, openEmpty, openSample, openWithMember, listGood, pay, newSale, find, offlineReady, at } from "./shop.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("offline: reload, sell, close, come back", async ({ page, context }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  await offlineReady(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByTestId("network")).toContainText("离线");
  await listGood(page, "面霜 30g", "198.00");
  await find(page, "6618");
  await pay(page);
  const number = await page.getByTestId("receipt-number").innerText();
  await page.close();

  const later = await context.newPage();
  await open(later, "", `${OTHER_DAY}T11:00`);
  await later.getByTestId("receipts-button").click();
  await expect(later.getByTestId("receipt-0")).toContainText(number);
  await later.getByTestId("receipt-0").click();
  await expect(later.getByTestId("receipt-pay")).toHaveText("¥194.04");
  await expect(later.getByTestId("receipt-member")).toContainText("王丽");
});

test("two tabs: what one sells the other shows, and both may sell", async ({ page, context }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  const other = await context.newPage();
  await at(other, `${OTHER_DAY}T10:00`);
  await find(other, "湿巾");
  await find(other, "6618");
  await expect(other.getByTestId("member-points")).toContainText("20");

  await listGood(page, "面霜 30g", "198.00");
  await find(page, "6618");
  await pay(page); // 194 points
  await expect(other.getByTestId("member-points")).toContainText("214");
  await pay(other); // 19.60: 19 points
  await newSale(page);
  await find(page, "湿巾");
  await find(page, "6618");
  await expect(page.getByTestId("member-points")).toContainText("233");
  await page.close();
  await newSale(other);
  await find(other, "面霜 30g");
  await pay(other);
  await expect(other.getByTestId("receipt-pay")).toHaveText("¥198.00");
});

test.describe("under a sub-path", () => {
  test.use({ allowed: [/status of 404/] }); // a static host answers a deep link with its 404 page
  test("deep links and reloads work, online and offline", async ({ page, context }) => {
    await page.goto(`${SUB_PATH_URL}members?now=${OTHER_DAY}T10:00`);
    await expect(page.getByTestId("welcome")).toBeVisible();
    await openEmpty(page, { home: SUB_PATH_URL });
    await page.getByTestId("nav-members").click();
    await expect(page).toHaveURL(`${SUB_PATH_URL}members`);
    await page.reload();
    await expect(page.getByTestId("members-empty")).toBeVisible();
    await page.goto(`${SUB_PATH_URL}programs/yinbei`);
    await expect(page.getByTestId("program-title")).toContainText("茵贝");
    await page.reload();
    await expect(page.getByTestId("program-title")).toContainText("茵贝");
    await offlineReady(page);
    await context.setOffline(true);
    await page.goto(`${SUB_PATH_URL}data`);
    await expect(page.getByTestId("data")).toBeVisible();
    await page.reload();
    await expect(page.getByTestId("data")).toBeVisible();
  });
});

test("a new version waits for the user's word", async ({ page }) => {
  const dir = `${root}target/e2e/upgrade-dist`;
  const port = Number(new URL(SUB_PATH_URL).port) + 1;
  await rm(dir, { recursive: true, force: true });
  await cp(`${root}dist`, dir, { recursive: true });
  const host = spawn("node", ["scripts/serve", "--dir", dir, "--port", String(port)], { cwd: root, stdio: "ignore" });
  const home = `http://127.0.0.1:${port}/`;
  try {
    await expect(async () => expect((await fetch(home)).ok).toBe(true)).toPass();
    await openEmpty(page, { home });
    await offlineReady(page);
    await expect(page.locator("meta[name=build]")).toHaveCount(0);

    const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
    const index = await readFile(`${dir}/index.html`, "utf8");
    const changed = index.replace("<title>", '<meta name="build" content="2"><title>');
    const worker = await readFile(`${dir}/sw.js`, "utf8");
    expect(worker).toContain(hash(index));
    await writeFile(`${dir}/index.html`, changed);
    await writeFile(`${dir}/sw.js`, worker.replaceAll(hash(index), hash(changed)).replace(/VERSION = "[^"]*"/, 'VERSION = "second"'));

    await page.reload();
    await expect(page.getByTestId("update")).toBeVisible({ timeout: 20_000 });
    await expect(page.locator("meta[name=build]")).toHaveCount(0); // the old version still serves
    await page.getByTestId("update-now").click();
    await expect(page.locator("meta[name=build]")).toHaveCount(1, { timeout: 20_000 });
    await expect(page.getByTestId("shop-name")).toHaveText("测试店");
    await expect(page.getByTestId("update")).toHaveCount(0);
  } finally {
    host.kill();
  }
});

test("storage that the browser cleared is told, and a backup brings the shop back", async ({ page, context }) => {
  await openEmpty(page);
  await listGood(page, "面霜 30g", "198.00");
  await pay(page);
  await page.getByTestId("nav-data").click();
  const waiting = page.waitForEvent("download");
  await page.getByTestId("backup").click();
  const backup = await (await waiting).path();
  const hash = await page.getByTestId("storage-hash").innerText();
  // A browser short of space takes everything that scripts have stored; cookies stay.
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await page.goto("about:blank");
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb,local_storage,cache_storage,service_workers" });
  await open(page, "", `${OTHER_DAY}T11:00`);
  await expect(page.getByTestId("trouble")).toHaveAttribute("data-code", "store.evicted");
  await page.getByTestId("start-import").click();
  await page.getByTestId("import-file").setInputFiles({ name: "backup.regulars", mimeType: "application/octet-stream", buffer: await readFile(backup) });
  await page.getByTestId("restore-start").click();
  await expect(page.getByTestId("restore-result")).toBeVisible();
  await expect(page.getByTestId("storage-hash")).toHaveText(hash);
  await expect(page.getByTestId("trouble")).toHaveCount(0);
});

test("an erased shop is not taken for one that was lost", async ({ page }) => {
  await openEmpty(page, { name: "临时店" });
  await page.getByTestId("nav-data").click();
  await page.getByTestId("erase").click();
  await page.getByTestId("erase-name").fill("临时店");
  await page.getByTestId("erase-yes").click();
  await open(page);
  await expect(page.getByTestId("welcome")).toBeVisible();
  await expect(page.getByTestId("trouble")).toHaveCount(0);
});

test("it can be installed", async ({ page, context }) => {
  await open(page);
  await offlineReady(page);
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // A private window, which this browser is, is the one thing that is in the way.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
});

test("the browser is closed and started again: the shop is there", async ({ playwright, launchOptions }, info) => {
  const profile = info.outputPath("profile");
  const start = () => playwright.chromium.launchPersistentContext(profile, { ...launchOptions, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  let browser = await start();
  let page = browser.pages()[0];
  await openEmpty(page, { home: ROOT_URL });
  await offlineReady(page);
  await browser.setOffline(true);
  await listGood(page, "面霜 30g", "198.00");
  await pay(page);
  const number = await page.getByTestId("receipt-number").innerText();
  await browser.close();
  browser = await start();
  await browser.setOffline(true);
  page = browser.pages()[0];
  await open(page, "", `${OTHER_DAY}T11:00`, ROOT_URL);
  await expect(page.getByTestId("network")).toContainText("离线");
  await page.getByTestId("receipts-button").click();
  await expect(page.getByTestId("receipt-0")).toContainText(number);
  await browser.close();
});

test.describe("storage refused", () => {
  test.use({ serviceWorkers: "block", allowed: [/./] });
  test("a sale that cannot be saved is not shown as sold, and the shop goes on", async ({ page }) => {
    await page.route("**/worker*/start.js", async (route) => {
      const response = await route.fetch();
      const refuse = `
        let refused = false;
        new BroadcastChannel("test.storage").onmessage = ({ data }) => (refused = data);
        for (const name of ["put", "add"]) {
          const own = IDBObjectStore.prototype[name];
          IDBObjectStore.prototype[name] = function (...given) {
            if (refused) throw new DOMException("no room", "QuotaExceededError");
            return own.apply(this, given);
          };
        }`;
      await route.fulfill({ response, body: `${await response.text()}\n${refuse}` });
    });
    const refuse = (yes) => page.evaluate((yes) => new BroadcastChannel("test.storage").postMessage(yes), yes);
    await openEmpty(page);
    await listGood(page, "面霜 30g", "198.00");
    await refuse(true);
    await page.getByTestId("pay-button").click();
    await page.getByTestId("confirm-pay").click();
    await expect(page.getByTestId("pay-problem").or(page.getByTestId("trouble")).first()).toBeVisible();
    await expect(page.getByTestId("receipt")).toHaveCount(0);
    await page.screenshot({ path: `${root}target/screenshots/storage-refused.png` });
    await refuse(false);
    await at(page, `${OTHER_DAY}T11:00`);
    await page.getByTestId("receipts-button").click();
    await expect(page.getByTestId("receipts-sheet")).toContainText("没有小票");
    await page.keyboard.press("Escape");
    await find(page, "面霜 30g");
    await pay(page);
    await expect(page.getByTestId("receipt-pay")).toHaveText("¥198.00");
  });
});
