// What if: the shop's own records under another program; sums with their reasons; nothing is changed.
import { test, expect, open, openSample, openWithMember, sellToWang, newSale, OTHER_DAY } from "./shop.mjs";
import { VIEWS, dress, look } from "./look.mjs";

const NOW = "2026-03-26T16:20";

async function storageHash(page, now) {
  await open(page, "data", now);
  const hash = page.getByTestId("storage-hash");
  await expect(hash).not.toBeEmpty();
  return hash.innerText();
}

async function run(page, program) {
  await expect(page.getByTestId("what-if-first")).not.toHaveValue("");
  await page.getByTestId("what-if-program").selectOption(program);
  await expect(page.getByTestId("what-if-run")).toBeEnabled();
  await page.getByTestId("what-if-run").click();
  await expect(page.getByTestId("what-if-done")).toBeVisible({ timeout: 30_000 });
}

/** A row of the sums: before, after, difference. */
const row = (page, total) => page.getByTestId("what-if-sums").locator("tr", { has: page.getByTestId(`why-${total}`) }).locator("td");

test("by hand: points on a special price under another program, and where they come from", async ({ page }) => {
  // 20 on joining, 100.00 less 2% = 98; a special price earns nothing at yinbei, a point a yuan at the supermarket.
  await openWithMember(page);
  await sellToWang(page, "面霜", "100.00");
  await newSale(page);
  await sellToWang(page, "奶粉", "50.00", ["special"]);
  await open(page, "programs/yinbei/what-if", `${OTHER_DAY}T12:00`);
  await run(page, "supermarket");
  await expect(row(page, "PointsIssued")).toHaveText(["118", "168", "+50"]);
  await expect(page.getByTestId("what-if-versions")).toContainText("茵贝");
  await expect(page.getByTestId("what-if-gain")).toContainText("王丽");
  await page.getByTestId("why-PointsIssued").click();
  const reasons = page.getByTestId("reasons");
  await expect(reasons).toContainText("消费积分");
  await expect(reasons).toContainText("yinbei v1");
  await expect(reasons).toContainText("supermarket v1");
  await page.keyboard.press("Escape");
  // The same program differs in nothing.
  await page.getByTestId("what-if-program").selectOption("yinbei");
  await expect(page.getByTestId("what-if-run")).toBeEnabled();
  await page.getByTestId("what-if-run").click();
  await expect(page.getByTestId("what-if-same")).toBeVisible();
});

test("the sample shop: totals, who gains and loses, reasons of each; nothing has changed after it", async ({ page }) => {
  await openSample(page, NOW);
  const before = await storageHash(page, NOW);
  await open(page, "programs/chain/what-if", NOW);
  await run(page, "chain");
  await expect(page.getByTestId("what-if-tiers").locator("tbody tr")).toHaveCount(4);
  await expect(page.getByTestId("what-if-member").first()).toBeVisible();
  for (const total of ["PointsIssued", "DiscountDue"]) {
    const shown = (await row(page, total).allInnerTexts()).slice(0, 2);
    expect(shown[0]).not.toEqual(shown[1]);
    await page.getByTestId(`why-${total}`).click();
    const reasons = page.getByTestId("reasons");
    await expect(reasons).toBeVisible();
    // The parts of either side sum to what the table says.
    const sides = reasons.locator(".reasons > li > ol");
    await expect(sides).toHaveCount(2);
    const figure = (text) => Math.round(Number(text.replace(/[¥,]/g, "").replace("−", "-")) * 100);
    for (const side of [0, 1]) {
      const parts = await sides.nth(side).locator(":scope > li > .reason > .figure").allInnerTexts();
      expect(parts.map(figure).reduce((sum, part) => sum + part, 0), `${total} ${side}`).toBe(figure(shown[side]));
    }
    await page.keyboard.press("Escape");
  }
  // A shorter span counts less: the first days' points are not in it.
  const whole = await row(page, "PointsIssued").nth(0).innerText();
  await page.getByTestId("what-if-first").fill("2026-03-01");
  await page.getByTestId("what-if-run").click();
  await expect(row(page, "PointsIssued").nth(0)).not.toHaveText(whole);
  await page.getByTestId("what-if-member").first().getByTestId("why-what-if").click();
  await expect(page.getByTestId("reasons")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByTestId("what-if-last").fill("2026-02-01");
  await expect(page.getByTestId("what-if-run")).toBeDisabled();
  expect(await storageHash(page, NOW)).toBe(before);
});

for (const view of VIEWS) {
  test(`looks at ${view.width} px, ${view.scheme}, ${view.language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await dress(page, view);
    await openSample(page, NOW);
    await open(page, "programs/chain/what-if", NOW);
    await expect(page.getByTestId("what-if-first")).not.toHaveValue("");
    await look(page, "what-if", view);
    await run(page, "chain");
    await look(page, "what-if-result", view);
    await page.getByTestId("why-PointsIssued").click();
    await expect(page.getByTestId("reasons")).toBeVisible();
    await look(page, "what-if-reasons", view);
  });
}
