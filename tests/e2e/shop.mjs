// What all tests share: a browser context that fails on any error in the console, and a person's usual moves.
import { test as base, expect } from "@playwright/test";

export { expect };

/** A Thursday, lunar month 2 day 8: a member day of `yinbei`. */
export const LUNAR_DAY = "2026-03-26";
/** The day after. */
export const OTHER_DAY = "2026-03-27";

export const test = base.extend({
  /** Texts of console errors that a test expects. */
  allowed: [[], { option: true }],
  errors: [
    async ({ context, allowed }, use) => {
      const errors = [];
      const note = (text) => {
        if (!allowed.some((pattern) => pattern.test(text))) errors.push(text);
      };
      context.on("console", (message) => {
        if (message.type() === "error") note(`${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (error) => note(String(error.error()?.stack ?? error.error())));
      await use(errors);
      expect(errors, "errors in the console").toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens a page of the app at a set time; the tab keeps it. */
export async function open(page, path = "", now = `${OTHER_DAY}T10:00`, home = "") {
  await page.goto(`${home}${path || "."}?now=${now}`);
  await expect(page.locator("#opening")).toHaveCount(0);
}

/** The first visit, then the sample shop. */
export async function openSample(page, now) {
  await open(page, "", now);
  await page.getByTestId("start-sample").click();
  await expect(page.getByTestId("tiles")).toBeVisible({ timeout: 30_000 });
}

/** The first visit, then a shop of one's own. */
export async function openEmpty(page, { now, program = "yinbei", name = "测试店", home } = {}) {
  await open(page, "", now, home);
  await page.getByTestId("start-empty").click();
  await page.getByTestId("shop-name-field").fill(name);
  await page.getByTestId(`program-${program}`).check();
  await page.getByTestId("start-confirm").click();
  await expect(page.getByTestId("shop-name")).toHaveText(name);
  await expect(page.getByTestId("search")).toBeVisible();
}

/** Lists a product at the counter; one of it is then in the basket. */
export async function listGood(page, name, price, tags = []) {
  await page.getByTestId("search").fill(name);
  await page.getByTestId("search").press("Enter");
  await page.getByTestId("nothing-found").getByTestId("add-product").click();
  const sheet = page.getByTestId("product-sheet");
  await sheet.getByTestId("product-name").fill(name);
  await sheet.getByTestId("product-price").fill(price);
  for (const tag of tags) await sheet.getByTestId(`tag-${tag}`).click();
  await sheet.getByTestId("product-save").click();
  await expect(sheet).toBeHidden();
  await expect(page.getByTestId("lines")).toContainText(name);
}

/** Finds goods or a member, as if typed in full. */
export async function find(page, text) {
  const search = page.getByTestId("search");
  await search.fill(text);
  await search.press("Enter");
  await expect(search).toHaveValue("");
}

/** Says how much of a line is sold. */
export async function setQuantity(page, line, quantity) {
  await page.getByTestId(`line-${line}-quantity`).fill(quantity);
  await page.getByTestId(`line-${line}-quantity`).press("Enter");
}

/** Takes the payment with one tender; where none is named, with the one that the sheet proposes. */
export async function pay(page, tender) {
  await page.getByTestId("pay-button").click();
  const sheet = page.getByTestId("pay-sheet");
  await expect(sheet).toBeVisible();
  const confirm = sheet.getByTestId("confirm-pay");
  if (tender) await sheet.getByTestId(`tender-${tender}`).click();
  else if (!(await confirm.isEnabled())) await sheet.getByTestId("tender-mobile").click();
  await confirm.click();
  await expect(page.getByTestId("new-sale")).toBeVisible();
}

export async function newSale(page) {
  await page.getByTestId("new-sale").click();
  await expect(page.getByTestId("search")).toBeVisible();
}

export const WANG = { name: "王丽", phone: "12000136618", id_number: "00000019900101001X" };

/** Fills in the sheet of enrolment and saves it. */
export async function enrol(page, { name, phone, id_number } = WANG) {
  await page.getByTestId("enrol-name").fill(name);
  await page.getByTestId("enrol-phone").fill(phone);
  await page.getByTestId("enrol-id_number").fill(id_number);
  await page.getByTestId("enrol-consent").check();
  await page.getByTestId("enrol-save").click();
  await expect(page.getByTestId("enrol-save")).toHaveCount(0);
}

/** A shop of `yinbei` where 王丽 has just joined with a receipt of ¥20.00, which gave her 20 points. */
export async function openWithMember(page, now) {
  await openEmpty(page, { now });
  await listGood(page, "湿巾", "20.00");
  await pay(page);
  await page.getByTestId("enrol-with-receipt").click();
  await enrol(page);
  await newSale(page);
}

/** Buys goods that are not listed yet, as 王丽. */
export async function sellToWang(page, name, price, tags) {
  await listGood(page, name, price, tags);
  await find(page, "6618");
  await expect(page.getByTestId("member-panel")).toContainText("王丽");
  await pay(page);
}

/** Another time of the same day, or another day: the page opens anew. */
export async function at(page, now, home) {
  await open(page, "", now, home);
  await expect(page.getByTestId("search")).toBeVisible();
}

/** Tells a file to the import, and waits for the verdicts. */
export async function choose(page, file) {
  await page.getByTestId("import-file").setInputFiles(file);
}

export const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** The app and all its files are on the device. */
export async function offlineReady(page) {
  await expect(page.locator("html[data-offline=ready]")).toHaveCount(1, { timeout: 20_000 });
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}
