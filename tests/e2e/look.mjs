// A look at a page as it stands: a picture for people, nothing sticking out, nothing that axe finds.
import { readFileSync } from "node:fs";
import { expect } from "./shop.mjs";

const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Every width in both themes, and English at the narrowest and the widest. */
export const VIEWS = [
  ...[360, 820, 1280].flatMap((width) => ["light", "dark"].map((scheme) => ({ width, scheme, language: "zh" }))),
  ...[360, 1280].map((width) => ({ width, scheme: "light", language: "en" })),
];

/** Before the first visit: the size, the theme, the language. */
export async function dress(page, { width, scheme, language }) {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  if (language !== "zh") {
    await page.addInitScript((own) => localStorage.setItem("regulars.language", own), language);
  }
}

/** The page's own scroller, or that of the sheet above it, is as high as it needs for the picture. */
export async function look(page, name, { width, scheme, language }) {
  await page.waitForTimeout(200); // a sheet comes in within 140 ms
  const { over, hidden } = await page.evaluate(() => {
    const main = document.getElementById("page");
    const root = document.documentElement;
    const parts = [main, ...document.querySelectorAll("dialog[open] .sheet-body")].filter(Boolean);
    return {
      over: Math.max(root.scrollWidth - root.clientWidth, main ? main.scrollWidth - main.clientWidth : 0),
      hidden: Math.max(0, ...parts.map((part) => part.scrollHeight - part.clientHeight)),
    };
  });
  expect.soft(over, `${name}: wider than the screen, px`).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width, height: Math.min(900 + Math.max(hidden, 0), 5000) });
  await page.screenshot({ path: `test-results/looks/${name}-${width}-${scheme}-${language}.png`, animations: "disabled" });
  await page.setViewportSize({ width, height: 900 });
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  });
  expect.soft(found, name).toEqual([]);
}
