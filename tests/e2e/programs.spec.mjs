// Programs: found by trade, size and what they have; one in plain words, with its steps as a chart and its days in a calendar.
import { test, expect, open, openSample } from "./shop.mjs";
import { VIEWS, dress, look } from "./look.mjs";

const NOW = "2026-03-26T10:00"; // lunar month 2 day 8
const cards = (page) => page.locator("[data-testid^=program-card-]");

/** Opens the filters where they are folded. */
async function unfold(page) {
  const filters = page.getByTestId("program-filters");
  await expect(filters).toBeVisible();
  if (!(await filters.evaluate((own) => own.open))) await filters.locator("summary").click();
}

async function openPrograms(page) {
  await openSample(page, NOW);
  await page.getByTestId("nav-programs").click();
  await expect(page.getByTestId("program-count")).toHaveText("32 个方案");
}

test("filters narrow together, count what they leave, and are there on coming back", async ({ page }) => {
  await openPrograms(page);
  await unfold(page);
  await expect(cards(page)).toHaveCount(32);
  await page.getByTestId("filter-trade-supermarket").click();
  await expect(cards(page)).toHaveCount(3);
  await expect(page.getByTestId("program-count")).toHaveText("3 / 32 个方案");
  // What would leave nothing cannot be pressed.
  await expect(page.getByTestId("filter-has-feature.kpi")).toBeDisabled();
  await page.getByTestId("filter-trade-menswear").click();
  await expect(cards(page)).toHaveCount(1);
  await expect(page.getByTestId("program-card-menswear")).toBeVisible();
  await page.getByTestId("filter-trade-menswear").click();
  await page.getByTestId("filter-has-feature.commission").click();
  const commission = await cards(page).count();
  expect(commission).toBeGreaterThan(3);
  await expect(page.getByTestId("program-card-salon-card")).toBeVisible();
  await page.getByTestId("filter-has-feature.holdback").click();
  // The sample shop's own program has staff rules of its own.
  await expect(cards(page)).toHaveCount(2);
  await expect(page.getByTestId("program-card-kuailego")).toBeVisible();
  await expect(page.getByTestId("program-card-yinbei")).toBeVisible();
  await page.getByTestId("filter-has-feature.holdback").click();
  await page.getByTestId("filter-size-large").click();
  await expect(page.getByTestId("program-card-salon-card")).toHaveCount(0);
  // A program, and back: the list is as it was left.
  await page.getByTestId("program-card-kuailego").click();
  await expect(page.getByTestId("program-title")).toBeVisible();
  await page.goBack();
  await expect(page.getByTestId("filter-size-large")).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByTestId("program-card-salon-card")).toHaveCount(0);
  await page.getByTestId("program-clear").click();
  await expect(cards(page)).toHaveCount(32);
  // By how many rules.
  const rules = async () =>
    (await page.locator(".program-foot").allInnerTexts()).map((text) => Number(/(\d+) 条规则/.exec(text)[1]));
  await page.getByTestId("program-fewest").click();
  const sorted = await rules();
  expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
});

test("search in both languages; nothing found says what to do; a blank one to begin with", async ({ page }) => {
  await openPrograms(page);
  for (const word of ["药房", "pharmacy", "茵贝", "lunar"]) {
    await page.getByTestId("program-search").fill(word);
    await expect(page.getByTestId("program-card-yinbei"), word).toBeVisible();
    await expect(page.getByTestId("program-card-hotel-card"), word).toHaveCount(0);
  }
  await page.getByTestId("program-search").fill("没有这样的");
  await expect(page.getByTestId("programs-none")).toContainText("空白");
  await page.getByTestId("programs-none-clear").click();
  await expect(cards(page)).toHaveCount(32);
  await page.getByTestId("program-search").fill("酒店");
  await page.getByTestId("program-search").press("Enter");
  await expect(page.getByTestId("program-title")).toContainText("酒店");
  await page.goBack();
  await page.getByTestId("program-new").click();
  await expect(page.getByTestId("editor-text")).toHaveValue(/\[program\]/);
});

test("bands of commission as a chart, with the figures in a table", async ({ page }) => {
  await openPrograms(page);
  await open(page, "programs/salon-card", NOW);
  const chart = page.getByTestId("step-chart").filter({ hasText: "销售业绩提成" });
  await expect(chart.locator(".step")).toHaveCount(3);
  await expect(chart.locator(".step-plot b")).toHaveText(["1%", "1.5%", "2%"]);
  await expect(chart.locator(".step-at")).toHaveText(["¥0", "¥50,000", "¥200,000"]);
  await chart.locator("summary").click();
  // By parts: 50,000 x 1% = 500; 500 + 150,000 x 1.5% = 2,750.
  await expect(chart.locator("tbody tr").nth(2)).toContainText("¥2,750.00");
  // What is typed changes the chart before it is adopted.
  await page.getByTestId("param-commission_third").fill("4");
  await expect(chart.locator(".step-plot b").nth(2)).toHaveText("4%");
});

test("the lunar member days are marked, and the keyboard goes from day to day", async ({ page }) => {
  await openPrograms(page);
  await open(page, "programs/yinbei", NOW);
  const marked = () => page.locator(".calendar-day.marked .calendar-number").allInnerTexts();
  await expect(page.getByTestId("calendar-month")).toHaveText("2026年3月");
  await expect(page.getByTestId("calendar-day-26")).toContainText("初八");
  expect(await marked()).toEqual(["6", "16", "26"]);
  await expect(page.getByTestId("calendar-chosen")).toContainText("农历二月初八");
  await expect(page.getByTestId("calendar-chosen")).toContainText("5%");
  await expect(page.getByTestId("calendar-holding")).toContainText("6日、16日、26日");
  await page.getByTestId("calendar-after").click();
  await expect(page.getByTestId("calendar-month")).toHaveText("2026年4月");
  // Lunar month 2 has 29 or 30 days: 18 and 28 fall on 5 and 15 April, the next 8 on the 24th.
  await expect(page.locator("[data-month='2026-04-01'] .calendar-day.marked .calendar-number")).toHaveText(["5", "15", "24"]);
  await page.getByTestId("calendar-day-1").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByTestId("calendar-month")).toHaveText("2026年3月");
  await expect(page.getByTestId("calendar-day-31")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByTestId("calendar-day-24")).toBeFocused();
  await page.keyboard.press("PageDown");
  await expect(page.getByTestId("calendar-day-24")).toBeFocused();
  await expect(page.getByTestId("calendar-chosen")).toContainText("农历三月初八");
  // A program without days of its own has no calendar.
  await open(page, "programs/seller-conduct", NOW);
  await expect(page.getByTestId("program-title")).toBeVisible();
  await expect(page.getByTestId("program-calendar")).toHaveCount(0);
});

for (const view of VIEWS) {
  test(`looks at ${view.width} px, ${view.scheme}, ${view.language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await dress(page, view);
    await openSample(page, NOW);
    await open(page, "programs", NOW);
    await expect(cards(page)).toHaveCount(32);
    await look(page, "programs", view);
    await unfold(page);
    await page.getByTestId("filter-has-feature.points").click();
    await look(page, "programs-filtered", view);
    await page.getByTestId("program-search").fill("zzz");
    await expect(page.getByTestId("programs-none")).toBeVisible();
    await look(page, "programs-none", view);
    for (const id of ["yinbei", "salon-card", "chain", "vip-care"]) {
      await open(page, `programs/${id}`, NOW);
      await expect(page.getByTestId("program-title")).toBeVisible();
      if (id !== "salon-card" && id !== "chain") await expect(page.getByTestId("calendar-day-26")).toBeVisible();
      await look(page, `program-${id}`, view);
    }
    // A finger needs 44 px; a day is as wide as a seventh of the page.
    await open(page, "programs/yinbei", NOW);
    const box = await page.getByTestId("calendar-day-26").boundingBox();
    expect(box.height).toBeGreaterThanOrEqual(44);
    expect(box.width).toBeGreaterThanOrEqual(44);
  });
}
