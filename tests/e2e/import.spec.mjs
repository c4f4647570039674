import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test, expect, open, openEmpty, choose, csv } from "./shop.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const data = `${root}target/real-data`;

async function verdicts(page, good, known, bad) {
  await expect(page.getByTestId("import-good")).toHaveAttribute("data-count", String(good), { timeout: 60_000 });
  await expect(page.getByTestId("import-known")).toHaveAttribute("data-count", String(known));
  await expect(page.getByTestId("import-bad")).toHaveAttribute("data-count", String(bad));
}

async function start(page, taken, known, leftOut) {
  await page.getByTestId("import-start").click();
  const result = page.getByTestId("import-result");
  await expect(result).toBeVisible({ timeout: 90_000 });
  await expect(result).toHaveAttribute("data-taken", String(taken));
  await expect(result).toHaveAttribute("data-known", String(known));
  await expect(result).toHaveAttribute("data-left-out", String(leftOut));
}

const MEMBERS = `会员号,姓名,手机,开卡日期,生日
M1,王丽,12000136618,2026-01-05,1990-05-06
M2,=HYPERLINK("http://x"),12000136619,2026-01-06,
M3,李娜,12000136620,2026-02-30,
M4,张敏,12000136621,2026-01-08,1991-13-01
M5,<b>赵</b>,12000136622,2026-01-09,
`;
const PRODUCTS = `商品编码,商品名称,品类,单价,标签
A1,面霜 30g,护肤,198.00,
A2,奶粉 900g,奶粉,268.00,special
A3,坏价格,奶粉,abc,
A4,负价格,奶粉,-1,
`;
const SALES = `小票号,日期,时间,会员号,商品编码,数量,金额
S1,2026-02-01,10:00,M1,A1,1,198.00
S2,2026-02-02,10:30,M1,A2,2,536.00
S3,2026-02-31,10:30,M1,A2,1,268.00
S4,2026-02-03,11:00,M9,A1,1,198.00
S5,2026-02-04,11:00,,A1,1,十元
S6,2026-02-05,11:00,,A1,1,198.00
`;

test("members, products and sales with bad rows: verdicts, then a repeat adds nothing", async ({ page }) => {
  await openEmpty(page, { program: "yinbei" });
  await page.getByTestId("nav-data").click();

  await choose(page, csv("members.csv", MEMBERS));
  await expect(page.getByTestId("import-kind")).toHaveValue("members");
  await verdicts(page, 3, 0, 2);
  await expect(page.getByTestId("import-problems")).toContainText("第 4 行");
  await expect(page.getByTestId("import-problems")).toContainText("2026-02-30");
  await expect(page.getByTestId("import-problems")).toContainText("第 5 行");
  await start(page, 3, 0, 2);
  await page.getByTestId("import-again").click();

  await choose(page, csv("products.csv", PRODUCTS));
  await expect(page.getByTestId("import-kind")).toHaveValue("products");
  await verdicts(page, 2, 0, 2);
  await start(page, 2, 0, 2);
  await page.getByTestId("import-again").click();

  await choose(page, csv("sales.csv", SALES));
  await expect(page.getByTestId("import-kind")).toHaveValue("sales");
  await expect(page.getByTestId("import-problems")).toContainText("2026-02-31");
  await expect(page.getByTestId("import-problems")).toContainText("十元");
  await verdicts(page, 3, 0, 3);
  await start(page, 3, 0, 3);
  await page.getByTestId("import-again").click();

  for (const [name, text, known, bad] of [["members.csv", MEMBERS, 3, 2], ["products.csv", PRODUCTS, 2, 2], ["sales.csv", SALES, 3, 3]]) {
    await choose(page, csv(name, text));
    await verdicts(page, 0, known, bad);
    await expect(page.getByTestId("import-start")).toBeDisabled();
    await page.getByTestId("import-discard").click();
  }
  await page.getByTestId("nav-members").click();
  await expect(page.getByTestId("members-count")).toContainText("3");
  await expect(page.getByTestId("members-rows")).toContainText("<b>赵</b>"); // markup is text
  const wang = page.getByTestId("member-row").filter({ hasText: "王丽" });
  await expect(wang.getByTestId("member-spend")).toHaveText("¥734.00");
});

test("a GB18030 file is noticed, and a workbook is refused with what to do", async ({ page }) => {
  await openEmpty(page);
  await page.getByTestId("nav-data").click();
  // 会员号,姓名,手机 / G1,王丽,12000136618
  const gb = Buffer.concat([
    Buffer.from([0xbb, 0xe1, 0xd4, 0xb1, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xca, 0xd6, 0xbb, 0xfa, 0x0a]),
    Buffer.from("G1,"),
    Buffer.from([0xcd, 0xf5, 0xc0, 0xf6]),
    Buffer.from(",12000136618\n"),
  ]);
  await choose(page, { name: "会员.csv", mimeType: "text/csv", buffer: gb });
  await verdicts(page, 1, 0, 0);
  await expect(page.getByTestId("import-preview")).toContainText("王丽");
  await page.getByTestId("import-discard").click();
  await choose(page, { name: "会员.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK\x03\x04 not really") });
  await expect(page.getByTestId("import-unfit")).toContainText("CSV");
});

test("without a shop, an import asks for one first", async ({ page }) => {
  await open(page);
  await page.getByTestId("start-import").click();
  await choose(page, csv("members.csv", MEMBERS));
  await page.getByTestId("open-shop-name").fill("新店");
  await page.getByTestId("open-shop-program").selectOption("yinbei");
  await page.getByTestId("open-shop-start").click();
  await verdicts(page, 3, 0, 2);
});

test("an import is stopped half-way; what was saved stays, and a repeat goes on from there", async ({ page }) => {
  await openEmpty(page, { program: "yinbei" });
  await page.getByTestId("nav-data").click();
  const rows = 60_000;
  const lines = ["小票号,日期,时间,商品编码,数量,金额"];
  for (let n = 0; n < rows; n += 1) lines.push(`R${n},2026-02-${String(1 + (n % 28)).padStart(2, "0")},10:${String(n % 60).padStart(2, "0")},A1,1,12.50`);
  const file = csv("sales.csv", lines.join("\n"));
  await choose(page, file);
  await verdicts(page, rows, 0, 0);
  await page.getByTestId("import-start").click();
  await page.getByTestId("import-cancel").click();
  const result = page.getByTestId("import-result");
  await expect(page.getByTestId("import-resume")).toBeVisible();
  const taken = Number(await result.getAttribute("data-taken"));
  expect(taken).toBeLessThan(rows);
  await page.getByTestId("import-again").click();
  await choose(page, file);
  await verdicts(page, rows - taken, taken, 0);
  await start(page, rows - taken, taken, 0);
});

test("what is exported is inert to spreadsheets, and comes back without doubles", async ({ page }) => {
  await openEmpty(page, { program: "yinbei" });
  await page.getByTestId("nav-data").click();
  await choose(page, csv("members.csv", MEMBERS));
  await verdicts(page, 3, 0, 2);
  await start(page, 3, 0, 2);
  await page.getByTestId("import-again").click();
  const waiting = page.waitForEvent("download");
  await page.getByTestId("export-members").click();
  const path = await (await waiting).path();
  const text = readFileSync(path, "utf8");
  expect(text.startsWith("\ufeff")).toBe(true);
  expect(text).toContain("'=HYPERLINK(");
  expect(text).not.toMatch(/(^|[,"])=/m);
  await choose(page, { name: "back.csv", mimeType: "text/csv", buffer: readFileSync(path) });
  await verdicts(page, 0, 3, 0);
});

test.describe("CDNOW", () => {
  test.describe.configure({ timeout: 180_000 });
  test("69,659 real purchases give the figures of the data-frame library", async ({ page }) => {
    const shop = JSON.parse(readFileSync(`${data}/expected.json`, "utf8")).cdnow.chain.at(-1);
    await openEmpty(page, { program: "chain", name: "CDNOW" });
    await page.getByTestId("nav-data").click();
    await choose(page, `${data}/cdnow/members.csv`);
    await verdicts(page, shop.members, 0, 0);
    await start(page, shop.members, 0, 0);
    await page.getByTestId("import-again").click();
    await choose(page, `${data}/cdnow/sales.csv`);
    await verdicts(page, shop.lines, 0, 0);
    await start(page, shop.lines, 0, 0);

    await page.getByTestId("nav-members").click();
    await expect(page.getByTestId("members-count")).toContainText(shop.members.toLocaleString("en"));
    for (const [tier, members] of Object.entries(shop.tiers)) {
      await page.getByTestId("members-tier").selectOption(tier);
      await expect(page.getByTestId("members-count")).toHaveText(`找到 ${members.toLocaleString("en")} 位`);
    }
    await page.getByTestId("members-tier").selectOption("");
    await page.getByTestId("members-sort").selectOption("spend");
    const rows = page.getByTestId("member-row");
    for (const [place, own] of shop.top.entries()) {
      const row = rows.nth(place);
      const [yuan, fen] = own.spend.split(".");
      await expect(row.getByTestId("member-name")).toHaveText(own.member);
      await expect(row.getByTestId("member-spend")).toHaveText(`¥${Number(yuan).toLocaleString("en")}.${fen}`);
      await expect(row.getByTestId("member-points")).toHaveText(own.points.toLocaleString("en"));
    }
  });
});
