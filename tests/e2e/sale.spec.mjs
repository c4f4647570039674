import { test, expect, LUNAR_DAY, OTHER_DAY, WANG, openEmpty, openSample, openWithMember, listGood, find, setQuantity, pay, newSale, enrol, at } from "./shop.mjs";

test("a stranger buys, joins by the receipt, and comes back as a member", async ({ page }) => {
  await openEmpty(page, { now: `${OTHER_DAY}T10:00` });
  await listGood(page, "面霜 30g", "198.00");
  await expect(page.getByTestId("pay")).toHaveText("¥198.00");
  await expect(page.getByTestId("could-join")).toBeVisible();
  await pay(page, "cash");
  await expect(page.getByTestId("receipt-pay")).toHaveText("¥198.00");
  await page.getByTestId("enrol-with-receipt").click();
  await enrol(page);
  await newSale(page);

  await find(page, "面霜 30g");
  await find(page, "6618"); // the last four digits do
  const panel = page.getByTestId("member-panel");
  await expect(panel.getByTestId("member-name")).toHaveText(WANG.name);
  await expect(panel.getByTestId("member-points")).toContainText("198"); // the joining purchase earns
  await setQuantity(page, 0, "2");
  await expect(page.getByTestId("total")).toHaveText("¥396.00");
  await expect(page.getByTestId("discount-0")).toContainText("¥7.92");
  await expect(page.getByTestId("pay")).toHaveText("¥388.08");
  await expect(page.getByTestId("points")).toHaveText("+388");

  await page.getByTestId("why-discount-0").click();
  const reasons = page.getByTestId("reasons");
  await expect(reasons).toContainText("¥7.92");
  await expect(reasons).toContainText("2%");
  await page.keyboard.press("Escape");

  await pay(page);
  await expect(page.getByTestId("receipt-member")).toContainText(WANG.name);
  await expect(page.getByTestId("receipt-pay")).toHaveText("¥388.08");
  await expect(page.getByTestId("receipt-points-after")).toContainText("586");
});

test("on a lunar member day 5%, on another 2%, and nothing off special offers", async ({ page }) => {
  await openWithMember(page, `${LUNAR_DAY}T10:00`);
  await listGood(page, "面霜 30g", "198.00");
  await setQuantity(page, 0, "2");
  await listGood(page, "奶粉 900g", "268.00", ["special"]);
  await find(page, "6618");
  await expect(page.getByTestId("total")).toHaveText("¥664.00");
  await expect(page.getByTestId("discount-0")).toContainText("¥19.80");
  await expect(page.getByTestId("pay")).toHaveText("¥644.20");
  await expect(page.getByTestId("points")).toHaveText("+376");

  await at(page, `${OTHER_DAY}T10:00`);
  await find(page, "面霜 30g");
  await setQuantity(page, 0, "2");
  await find(page, "奶粉 900g");
  await find(page, "6618");
  await expect(page.getByTestId("discount-0")).toContainText("¥7.92");
  await expect(page.getByTestId("pay")).toHaveText("¥656.08");
  await expect(page.getByTestId("points")).toHaveText("+388");
});

test("a voucher gives no change and is used once", async ({ page }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  await listGood(page, "奶瓶", "100.00");
  await find(page, "6618");
  await pay(page); // 98 points more: 118
  await newSale(page);

  await listGood(page, "棉签", "3.00");
  await find(page, "6618");
  await page.getByTestId("benefits").locator("summary").click();
  await page.getByTestId("redeem-voucher").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("member-points")).toContainText("18");
  await expect(page.getByTestId("member-vouchers")).toContainText("1");
  await page.getByTestId("voucher-0-more").click();
  await expect(page.getByTestId("use-0")).toContainText("¥2.94"); // what was left to pay, not ¥5.00
  await expect(page.getByTestId("pay")).toHaveText("¥0.00");
  await expect(page.getByTestId("points")).toHaveText("0");
  await pay(page);
  await expect(page.getByTestId("receipt-pay")).toHaveText("¥0.00");
  await newSale(page);

  await find(page, "棉签");
  await find(page, "6618");
  await expect(page.getByTestId("pay")).toHaveText("¥2.94");
  await expect(page.getByTestId("member-points")).toContainText("18");
  await expect(page.getByTestId("voucher-0")).toHaveCount(0);
});

test("cash gives change, and two tenders add up", async ({ page }) => {
  await openEmpty(page);
  await listGood(page, "面霜 30g", "198.00");
  await page.getByTestId("pay-button").click();
  const sheet = page.getByTestId("pay-sheet");
  if ((await sheet.getByTestId("tender-cash-amount").count()) === 0) await sheet.getByTestId("tender-cash").click();
  await sheet.getByTestId("tender-cash-amount").fill("200");
  await expect(sheet.getByTestId("change")).toHaveText("¥2.00");
  await sheet.getByTestId("tender-cash-amount").fill("98");
  await expect(sheet.getByTestId("pay-missing")).toHaveText("¥100.00");
  await expect(sheet.getByTestId("confirm-pay")).toBeDisabled();
  await sheet.getByTestId("tender-mobile").click();
  await expect(sheet.getByTestId("tender-mobile-amount")).toHaveValue(/^100/);
  await sheet.getByTestId("confirm-pay").click();
  await expect(page.getByTestId("receipt")).toContainText("¥98.00");
  await expect(page.getByTestId("receipt")).toContainText("¥100.00");
});

test("a phone is enrolled only with the fields that the program asks for, and a person only once", async ({ page }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  await find(page, "湿巾");
  await pay(page);
  await page.getByTestId("enrol-with-receipt").click();
  await page.getByTestId("enrol-name").fill("王丽丽");
  await page.getByTestId("enrol-phone").fill("12000136618");
  await page.getByTestId("enrol-id_number").fill(WANG.id_number);
  await page.getByTestId("enrol-consent").check();
  await page.getByTestId("enrol-save").click();
  await expect(page.getByTestId("enrol-problem")).toBeVisible();
  await expect(page.getByTestId("enrol-problem")).not.toBeEmpty();
});

test("a whole sale by the keyboard alone", async ({ page }) => {
  await openSample(page);
  await expect(page.getByTestId("search")).toBeFocused();
  await page.keyboard.type("6901234500012");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("line-0")).toBeVisible();
  await page.keyboard.type("3*6901234500203");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("line-1-quantity")).toHaveValue("3");
  await expect(page.getByTestId("pay")).toHaveText("¥324.70");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("pay-sheet")).toBeVisible();
  const confirm = page.getByTestId("confirm-pay");
  for (let step = 0; step < 20 && !(await confirm.evaluate((button) => button === document.activeElement)); step++) {
    await page.keyboard.press("Tab");
  }
  await expect(confirm).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("new-sale")).toBeFocused();
  await expect(page.getByTestId("receipt-pay")).toHaveText("¥324.70");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("search")).toBeFocused();
});

test("a cheque for goods waits on today's list until it has arrived", async ({ page }) => {
  await openEmpty(page, { program: "salon-card" });
  for (const price of ["300.00", "120.00"]) {
    await listGood(page, `面霜${price}`, price);
    await pay(page, "cheque");
    await newSale(page);
  }
  await page.getByTestId("nav-today").click();
  const waiting = page.getByTestId("due-uncleared").getByTestId("due-task");
  await expect(waiting).toHaveCount(2);
  await waiting.filter({ hasText: "¥300.00" }).getByTestId("settle-cleared").click();
  await expect(page.getByTestId("confirm")).toContainText("¥300.00");
  await page.getByTestId("confirm-yes").click();
  await expect(waiting).toHaveCount(1);
  await waiting.getByTestId("settle-failed").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("due-uncleared")).toHaveCount(0);
});

test("points of several kinds stand apart on the member's page", async ({ page }) => {
  await openEmpty(page, { program: "chain" });
  await listGood(page, "护手霜", "268.00");
  await page.getByTestId("search").fill("12000136618");
  await page.getByTestId("search").press("Enter");
  await page.getByTestId("nothing-found").getByTestId("enrol-typed").click();
  await enrol(page);
  await expect(page.getByTestId("member-panel")).toContainText("王丽");
  await pay(page);
  await newSale(page);
  await page.getByTestId("nav-members").click();
  await page.getByTestId("member-row").first().click();
  const figure = page.getByTestId("member-points");
  await expect(figure).toContainText("消费积分 268");
  await expect(figure).toContainText("活动积分 0");
  await expect(page.getByTestId("member-lot").first()).toContainText("消费积分");
});
