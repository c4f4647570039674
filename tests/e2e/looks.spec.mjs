// Every page at its widths: a picture for people to look at, no sideways scrolling, nothing serious found by axe.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test, expect, open, openSample, find } from "./shop.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const axe = readFileSync(`${root}node_modules/axe-core/axe.min.js`, "utf8");
const NOW = "2026-03-26T16:20"; // a member day, with sales since the morning

/** Shows each page in turn; `look` gets its name. */
async function eachPage(page, look) {
  await open(page, "", NOW);
  await expect(page.getByTestId("welcome")).toBeVisible();
  await look("welcome");
  await page.getByTestId("start-empty").click();
  await expect(page.getByTestId("program-yinbei")).toBeVisible();
  await look("welcome-start");
  await page.keyboard.press("Escape");
  await openSample(page, NOW);
  await expect(page.locator(".toast")).toHaveCount(0, { timeout: 10_000 });
  await look("counter-empty");

  await find(page, "6901234500029");
  await find(page, "3*6901234500111");
  await find(page, "6901234500104");
  await find(page, "0.345*2100001");
  // Someone with many points: the members' page puts them first.
  await page.getByTestId("nav-members").click();
  await expect(page.getByTestId("member-row").first()).toBeVisible();
  await look("members");
  await page.getByTestId("members-sort").selectOption("points");
  await expect(page.getByTestId("members-sort")).toHaveValue("points");
  await expect(page.getByTestId("member-row").first()).toBeVisible();
  await page.getByTestId("member-row").first().click();
  await expect(page.getByTestId("member-card-number")).toBeVisible();
  await expect(page.getByTestId("history-entry").first()).toBeVisible();
  await look("member");
  const card = await page.getByTestId("member-card-number").innerText();

  await page.getByTestId("nav-counter").click();
  await find(page, card.trim());
  await expect(page.getByTestId("discount-0")).toBeAttached();
  await look("counter");
  if (await page.getByTestId("quote-bar").isVisible()) {
    await page.getByTestId("quote-bar").click();
    await look("counter-quote");
  }
  await page.getByTestId("why-discount-0").click();
  await expect(page.getByTestId("reasons")).toBeVisible();
  await look("reasons");
  await page.keyboard.press("Escape");
  await page.getByTestId("pay-button").click();
  await expect(page.getByTestId("pay-sheet")).toBeVisible();
  await look("pay");
  await page.keyboard.press("Escape");
  await page.getByTestId("receipts-button").click();
  await expect(page.getByTestId("receipt-0")).toBeVisible();
  await look("receipts");
  await page.keyboard.press("Escape");
  if (await page.getByTestId("member-clear").isVisible()) {
    await page.getByTestId("member-clear").click();
    await page.getByTestId("pay-button").click();
    await page.getByTestId("confirm-pay").click();
    await expect(page.getByTestId("receipt")).toBeVisible();
    await look("receipt");
    await page.getByTestId("enrol-with-receipt").click();
    await expect(page.getByTestId("enrol-name")).toBeVisible();
    await look("enrol");
    await page.keyboard.press("Escape");
  }
  await page.getByTestId("nav-today").click();
  await expect(page.getByTestId("today-hours")).toBeVisible();
  await look("today");
  await page.getByTestId("nav-programs").click();
  await expect(page.getByTestId("program-card-yinbei")).toBeVisible();
  await look("programs");
  await page.getByTestId("program-card-yinbei").click();
  await expect(page.getByTestId("program-title")).toBeVisible();
  await look("program");
  await page.getByTestId("nav-data").click();
  await expect(page.getByTestId("storage-hash")).toBeVisible();
  await look("data");
  await page.getByTestId("settings-button").click();
  await expect(page.getByTestId("settings")).toBeVisible();
  await look("settings");
}

/** By how many pixels the page is too wide and too high: it is the parts of a page that scroll, never the frame. */
const overflow = (page) =>
  page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.scrollingElement;
    const main = document.getElementById("page");
    return {
      sideways: Math.max(scrollWidth - innerWidth, main ? main.scrollWidth - main.clientWidth : 0),
      below: scrollHeight - innerHeight,
    };
  });

/** A picture of the page with all that one could scroll to. */
async function picture(page, name) {
  const { width, height } = page.viewportSize();
  const hidden = await page.evaluate(() => {
    const parts = [document.getElementById("page"), ...document.querySelectorAll(".counter-scroll, .quote-body, dialog[open] .sheet-body, .settings:popover-open")];
    return Math.max(0, ...parts.filter(Boolean).map((part) => part.scrollHeight - part.clientHeight));
  });
  await page.setViewportSize({ width, height: Math.min(height + hidden, 4_000) });
  await page.screenshot({ path: `${root}target/screenshots/${name}.png`, animations: "disabled" });
  await page.setViewportSize({ width, height });
}

const views = [
  { width: 360, height: 740 },
  { width: 820, height: 1180 },
  { width: 1280, height: 800 },
  { width: 1280, height: 800, theme: "dark" },
  { width: 360, height: 740, theme: "dark" },
  { width: 1280, height: 800, language: "en" },
  { width: 820, height: 1180, language: "en" },
  { width: 360, height: 740, language: "en" },
];
for (const { width, height, theme = "light", language = "zh" } of views) {
  test(`pages at ${width} px, ${theme}, ${language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    if (language === "en") await page.addInitScript(() => localStorage.setItem("regulars.language", "en"));
    await eachPage(page, async (name) => {
      const { sideways, below } = await overflow(page);
      expect.soft(sideways, `${name}: wider than the screen, px`).toBeLessThanOrEqual(0);
      expect.soft(below, `${name}: higher than the screen, px`).toBeLessThanOrEqual(0);
      await picture(page, `${name}-${width}-${language}-${theme}`);
    });
  });
}

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing serious, ${theme}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await eachPage(page, async (name) => {
      if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
        return violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
      });
      expect.soft(found, name).toEqual([]);
    });
  });
}

test("a line's button is called what it shows", async ({ page }) => {
  await openSample(page, NOW);
  await find(page, "6901234500029");
  const line = page.getByTestId("line-0-edit");
  await expect(line).toContainText("258.00");
  await expect(line).toHaveAccessibleName((await line.innerText()).replace(/\s+/g, " ").trim());
});
