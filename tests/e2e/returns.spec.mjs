import { test, expect, OTHER_DAY, openWithMember, sellToWang, listGood, pay, newSale, find, at } from "./shop.mjs";

/** The newest receipt of the day. */
async function openNewest(page) {
  await page.getByTestId("receipts-button").click();
  await page.getByTestId("receipt-0").click();
  await expect(page.getByTestId("receipts-sheet").getByTestId("receipt")).toBeVisible();
}

test("goods come back before 18:00", async ({ page }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  await sellToWang(page, "面霜 30g", "198.00");
  await expect(page.getByTestId("return-until")).toContainText("18:00");
  await at(page, `${OTHER_DAY}T17:58`);
  await openNewest(page);
  await page.getByTestId("return-start").click();
  await page.getByTestId("return-line-0-more").click();
  await expect(page.getByTestId("return-refund")).toHaveText("¥194.04");
  await expect(page.getByTestId("return-points")).toContainText("194");
  await page.getByTestId("return-confirm").click();
  await expect(page.getByTestId("receipt-pay")).toContainText("194.04");
  await newSale(page);
  await find(page, "面霜 30g");
  await find(page, "6618");
  await expect(page.getByTestId("member-points")).toContainText("20");
});

test("from 18:00 on they don't, and the app says until when", async ({ page }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  await sellToWang(page, "面霜 30g", "198.00");
  await at(page, `${OTHER_DAY}T18:00`);
  await openNewest(page);
  const refusal = page.getByTestId("return-refusal");
  await expect(refusal).toHaveAttribute("data-code", "refuse.return-late");
  await expect(refusal).toContainText("18:00");
  await expect(page.getByTestId("return-start")).toHaveCount(0);
});

test("loose goods never come back", async ({ page }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  await listGood(page, "散装红枣", "36.00", ["loose"]);
  await page.getByTestId("line-0-quantity").fill("0.345");
  await page.getByTestId("line-0-quantity").press("Enter");
  await expect(page.getByTestId("total")).toHaveText("¥12.42");
  await listGood(page, "面霜 30g", "198.00");
  await pay(page);
  await page.getByTestId("return-open").click();
  await page.getByTestId("return-start").click();
  await expect(page.getByTestId("return-line-0")).toContainText("不可退");
  await expect(page.getByTestId("return-line-0-more")).toHaveCount(0);
  await page.getByTestId("return-line-1-more").click();
  await expect(page.getByTestId("return-refund")).toHaveText("¥198.00");
});

test("a return after the points were spent leaves a debt, and shows it", async ({ page }) => {
  await openWithMember(page, `${OTHER_DAY}T10:00`);
  await sellToWang(page, "面霜 30g", "200.00"); // 196 points, 216 in all
  await page.getByTestId("new-sale").click();
  await find(page, "湿巾");
  await find(page, "6618");
  await page.getByTestId("benefits").locator("summary").click();
  for (const left of ["116", "16"]) {
    await page.getByTestId("redeem-voucher").click();
    await page.getByTestId("confirm-yes").click();
    await expect(page.getByTestId("member-points")).toContainText(left);
    if (left !== "16" && !(await page.getByTestId("redeem-voucher").isVisible())) {
      await page.getByTestId("benefits").locator("summary").click();
    }
  }
  await openNewest(page);
  await page.getByTestId("return-start").click();
  await page.getByTestId("return-all").click();
  await expect(page.getByTestId("return-points")).toContainText("196");
  await expect(page.getByTestId("return-debt")).toContainText("180");
  await page.getByTestId("return-confirm").click();
  await expect(page.getByTestId("receipt-pay")).toContainText("196.00");
  await newSale(page);
  await find(page, "湿巾");
  await find(page, "6618");
  await expect(page.getByTestId("member-points")).toContainText("0");
  await expect(page.getByTestId("member-debt")).toContainText("180");
});
