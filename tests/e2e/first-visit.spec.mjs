import { test, expect, open, openSample, openEmpty } from "./shop.mjs";

test("the sample shop is one click away and labelled", async ({ page }) => {
  await open(page);
  await expect(page.getByTestId("welcome")).toBeVisible();
  await openSample(page);
  await expect(page.getByTestId("sample")).toBeVisible();
  await expect(page.getByTestId("tiles").getByRole("button")).toHaveCount(18);
  await page.getByTestId("nav-members").click();
  await expect(page.getByTestId("members-count")).toContainText(/[1-9]\d+/);
  await expect(page.getByTestId("member-row").first()).toBeVisible();
  await page.getByTestId("nav-today").click();
  await expect(page.getByTestId("today")).toBeVisible();
});

test("an empty shop begins with a name and a program", async ({ page }) => {
  await openEmpty(page, { program: "yinbei", name: "茵贝一店" });
  await expect(page.getByTestId("sample")).toHaveCount(0);
  await expect(page.getByTestId("program-in-force")).toContainText("茵贝");
  await expect(page.getByTestId("add-product")).toBeVisible();
  await expect(page.getByTestId("pay-button")).toBeDisabled();
  await page.getByTestId("nav-members").click();
  await expect(page.getByTestId("members-empty")).toBeVisible();
});

test("language: English, and it stays", async ({ page }) => {
  await openEmpty(page);
  await page.getByTestId("settings-button").click();
  await page.getByTestId("language-en").click();
  await expect(page.getByTestId("nav-counter")).toHaveText("Counter");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.reload();
  await expect(page.getByTestId("nav-counter")).toHaveText("Counter");
  await page.getByTestId("settings-button").click();
  await page.getByTestId("language-zh").click();
  await expect(page.getByTestId("nav-counter")).toHaveText("收银");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});
