// The editor: what the check says at its line, words to complete, the difference, adoption, and drafts that are not lost.
import { test, expect, open, openEmpty } from "./shop.mjs";
import { VIEWS, dress, look } from "./look.mjs";

const NOW = "2026-03-27T10:00";
const text = (page) => page.getByTestId("editor-text");

async function openEditor(page) {
  await openEmpty(page, { now: NOW });
  await open(page, "programs/yinbei/edit", NOW);
  await expect(text(page)).toHaveValue(/member-day/);
}

/** Changes the text as if typed. */
async function change(page, from, to) {
  const value = await text(page).inputValue();
  expect(value).toContain(from);
  await text(page).fill(value.replace(from, to));
  return value.slice(0, value.indexOf(from)).split("\n").length;
}

/** Puts the caret behind a text. */
const caretBehind = (page, what) =>
  text(page).evaluate((area, what) => {
    const at = area.value.indexOf(what) + what.length;
    area.focus();
    area.setSelectionRange(at, at);
  }, what);

test("an error is said at its line, and the way there leads to it", async ({ page }) => {
  await openEditor(page);
  await expect(page.getByTestId("edit-verdict")).toHaveText("没有错误");
  const line = await change(page, 'rate = "5%"', 'rate = "105%"');
  const said = page.getByTestId("edit-diagnostic").first();
  await expect(said).toContainText("错误");
  await expect(said).toHaveAttribute("data-line", String(line));
  await expect(page.locator(".editor .doc-line.error .doc-number")).toHaveText(String(line));
  await expect(page.getByTestId("edit-adopt")).toBeDisabled();
  await said.locator("button").click();
  await expect(text(page)).toBeFocused();
  const at = await text(page).evaluate((area) => area.value.slice(0, area.selectionStart).split("\n").length);
  expect(at).toBe(line);
  await change(page, 'rate = "105%"', 'rate = "5%"');
  await expect(page.getByTestId("edit-verdict")).toHaveText("没有错误");
});

test("words are offered and taken with the keyboard", async ({ page }) => {
  await openEditor(page);
  await caretBehind(page, 'group = "member"');
  await page.keyboard.type("\nat_l");
  const offer = page.getByTestId("editor-offer");
  await expect(offer).toContainText("at_least_items");
  await page.keyboard.press("Enter");
  await expect(text(page)).toHaveValue(/group = "member"\nat_least_items/);
  await expect(offer).toHaveCount(0);
});

test("the difference to the version in force, a day that is early enough, and the notice", async ({ page }) => {
  await openEditor(page);
  await change(page, 'rate = "5%"', 'rate = "6%"');
  const changes = page.getByTestId("edit-changes");
  await expect(changes.locator(".diff-line.gone")).toContainText('rate = "5%"');
  await expect(changes.locator(".diff-line.new")).toContainText('rate = "6%"');
  await expect(page.getByRole("heading", { name: "和现在用的不同" })).toBeVisible();
  // Changes of this program are published three days before.
  await expect(page.getByTestId("edit-day")).toHaveValue("2026-03-30");
  await page.getByTestId("edit-day").fill("2026-03-29");
  await expect(page.getByTestId("edit-adopt")).toBeDisabled();
  await expect(page.locator(".adopt .field.wrong")).toContainText("2026年3月30日");
  await page.getByTestId("edit-day").fill("2026-03-30");
  const notice = page.getByTestId("notice-text");
  await expect(notice).toContainText("2026年3月30日");
  await expect(notice).toContainText("原来：");
  await expect(notice).toContainText("改为：");
  await page.getByTestId("edit-adopt").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("edit-adopted")).toContainText("2026年3月30日");
  await open(page, "programs/yinbei", NOW);
  await expect(page.getByTestId("standing")).toBeVisible();
  // The day comes: the new rate holds.
  await open(page, "programs/yinbei", "2026-03-30T09:00");
  await expect(page.getByTestId("section.discounts")).toContainText("6%");
});

test("a draft is kept: over a reload, and when one leaves at once", async ({ page }) => {
  await openEditor(page);
  await change(page, 'rate = "5%"', 'rate = "7%"');
  await page.waitForTimeout(400);
  await page.reload();
  await expect(text(page)).toHaveValue(/rate = "7%"/);
  // No pause between the last letter and the next page.
  await change(page, 'rate = "7%"', 'rate = "8%"');
  await page.getByTestId("nav-members").click();
  await expect(page.getByTestId("members-empty")).toBeVisible();
  await open(page, "programs/yinbei/edit", NOW);
  await expect(text(page)).toHaveValue(/rate = "8%"/);
  // Nor before the tab goes elsewhere.
  await change(page, 'rate = "8%"', 'rate = "9%"');
  await page.goto("about:blank");
  await open(page, "programs/yinbei/edit", NOW);
  await expect(text(page)).toHaveValue(/rate = "9%"/);
  await page.getByTestId("editor-discard").click();
  await page.getByTestId("confirm-yes").click();
  await expect(text(page)).toHaveValue(/rate = "5%"/);
});

for (const view of VIEWS) {
  test(`looks at ${view.width} px, ${view.scheme}, ${view.language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await dress(page, view);
    await openEditor(page);
    await change(page, 'rate = "5%"', 'rate = "6%"');
    await expect(page.getByTestId("edit-changes")).toBeVisible();
    await look(page, "editor", view);
    await change(page, 'rate = "6%"', 'rate = "106%"');
    await expect(page.getByTestId("edit-diagnostic").first()).toBeVisible();
    await caretBehind(page, 'group = "member"');
    await page.keyboard.type("\nat");
    await expect(page.getByTestId("editor-offer")).toBeVisible();
    await look(page, "editor-error", view);
  });
}
