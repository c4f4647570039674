// Speed figures of the built app (dist/) in the system's Chromium. Prints `name value unit`, one a line.
//   node tests/bench/app.mjs [events]     1,000,000 events unless said otherwise
//
// What is timed is what a person waits for: between a page's question to the worker and its answer (`open`), or between
// a press and what it brings on screen (a sale, an import, a start). The main thread is watched all the while.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PORT = 4185;
const HOME = `http://127.0.0.1:${PORT}/`;
const NOW = "2026-03-02T10:00";
const EVENTS = Number(process.argv[2] ?? 1_000_000);
const MEMBERS = EVENTS / 10;
const SALES = 25;

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
if (!executablePath) throw new Error("no Chromium found: scripts/setup --tests installs it, or set CHROMIUM to its path");

const print = (name, value, unit) => console.log(`${name} ${value.toFixed(value < 10 ? 2 : 1)} ${unit}`);
const note = (text) => console.error(`bench: ${text}`);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const atMost = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

// ——— Size ———
for (const [name, pattern] of [["app_wasm_gz_kb", /^regulars-web-.*\.wasm$/], ["worker_wasm_gz_kb", /^regulars-worker.*\.wasm$/]]) {
  const files = (await readdir(join(root, "dist"), { recursive: true })).filter((path) => pattern.test(path.split("/").at(-1)));
  if (files.length !== 1) throw new Error(`${name}: ${files.length} files match`);
  const module = await readFile(join(root, "dist", files[0]));
  print(name, gzipSync(module, { level: 9 }).length / 1000, "KB");
  // What hosts that know Brotli send.
  print(name.replace("_gz_", "_br_"), brotliCompressSync(module).length / 1000, "KB");
}

// ——— In the page ———
/** Watches the main thread, and notes when each question to the worker was asked and answered. */
function watch() {
  const own = (globalThis.bench = { blocked: [], calls: new Map(), ready: undefined });
  // A turn of the event loop every few milliseconds: what it is late by, something held the thread for.
  let last = performance.now();
  const turn = () => {
    const now = performance.now();
    if (now - last > 10) own.blocked.push({ from: last, ms: now - last });
    last = now;
    setTimeout(turn, 4);
  };
  turn();
  // The protocol is postcard: a call begins with its number; so does an answer, after a zero.
  const number = (bytes, at) => {
    let value = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      value += (bytes[at] & 127) * 2 ** shift;
      if (bytes[at] < 128) return value;
    }
  };
  const Own = globalThis.Worker;
  globalThis.Worker = class extends Own {
    constructor(...given) {
      super(...given);
      super.addEventListener("message", ({ data }) => {
        if (data[0] === 0) own.calls.get(number(data, 1)).answered = performance.now();
        else own.ready ??= performance.now();
      });
    }
    postMessage(data, ...more) {
      own.calls.set(number(data, 0), { asked: performance.now() });
      super.postMessage(data, ...more);
    }
  };
}
/** The longest time for which the main thread was held since the last question, and forgets it. */
const longestBlock = (page) =>
  page.evaluate(() => {
    const longest = Math.max(0, ...bench.blocked.map(({ ms }) => ms));
    bench.blocked.length = 0;
    return longest;
  });
const blocks = new Map();
async function noteBlock(page, when) {
  blocks.set(when, Math.max(blocks.get(when) ?? 0, await longestBlock(page)));
}

/** From a press to what it brings, in the page's own time, up to the frame that shows it. */
const pressUntil = (page, press, shows) =>
  page.evaluate(
    ([press, shows]) =>
      new Promise((done) => {
        const start = performance.now();
        const look = () => {
          if (!document.querySelector(shows)) return false;
          const shown = performance.now();
          requestAnimationFrame(() => setTimeout(() => done({ there: shown - start, seen: performance.now() - start })));
          return true;
        };
        const observer = new MutationObserver(() => look() && observer.disconnect());
        observer.observe(document, { subtree: true, childList: true, attributes: true });
        document.querySelector(press).click();
        if (look()) observer.disconnect();
      }),
    [press, shows],
  );
const id = (name) => `[data-testid="${name}"]`;

// ——— A browser with a shop ———
const temporary = await mkdtemp(join(tmpdir(), "regulars-bench-"));
const host = spawn("node", ["scripts/serve", "--dir", "dist", "--port", String(PORT)], { cwd: root, stdio: "ignore" });
let browser;

/** A browser started anew over the same profile. */
async function start() {
  browser = await chromium.launchPersistentContext(join(temporary, "profile"), {
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1280, height: 800 },
  });
  await browser.addInitScript(watch);
  return browser.pages()[0] ?? (await browser.newPage());
}
const stop = async () => browser.close();

const usable = (page) => page.waitForSelector(`${id("tiles")} button`, { timeout: 120_000 });

/** Imports a file as a person would; tells how long it took from the press. What is far larger than a shop's file is
 * noted apart. */
async function importFile(page, path, rows) {
  const large = rows > 100_000 ? "_large" : "";
  await page.locator(id("nav-data")).click();
  await page.locator(id("import-file")).setInputFiles(path);
  await page.waitForSelector(`${id("import-good")}[data-count="${rows}"]`, { timeout: 300_000 });
  await noteBlock(page, `preview${large}`);
  const { there } = await pressUntil(page, id("import-start"), id("import-result"));
  await noteBlock(page, `import${large}`);
  const taken = await page.locator(id("import-result")).getAttribute("data-taken");
  if (Number(taken) !== rows) throw new Error(`${path}: ${taken} rows of ${rows} were taken`);
  await page.locator(id("import-again")).click();
  return there;
}

const two = (n) => String(n).padStart(2, "0");
const member = (n) => `M${String(n).padStart(7, "0")}`;
async function table(name, head, rows, row) {
  const lines = [head];
  for (let n = 0; n < rows; n += 1) lines.push(row(n));
  const path = join(temporary, name);
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}
const sale = (n) =>
  `R${n},2025-${two(1 + (Math.floor(n / 28) % 12))}-${two(1 + (n % 28))},${two(9 + (n % 11))}:${two(n % 60)},${member((n * 7) % MEMBERS)},A${n % 500},1,${10 + (n % 90)}.50`;
const SALES_HEAD = "小票号,日期,时间,会员号,商品编码,数量,金额";

try {
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (host.exitCode !== null) throw new Error(`port ${PORT} is taken: end what listens there`);
  let page = await start();
  await page.goto(`${HOME}?now=${NOW}`);
  await page.locator(id("start-empty")).click();
  await page.locator(id("shop-name-field")).fill("大店");
  await page.locator(id("program-yinbei")).check();
  await page.locator(id("start-confirm")).click();
  await page.waitForSelector(id("search"));
  await longestBlock(page);

  const products = await table("products.csv", "商品编码,商品名称,品类,单价", 500, (n) => `A${n},商品${n},品类${n % 9},${10 + (n % 90)}.50`);
  const members = await table("members.csv", "会员号,姓名,手机,开卡日期,生日", MEMBERS, (n) =>
    `${member(n)},会员${n},139${String(n).padStart(8, "0")},2024-${two(1 + (n % 9))}-${two(10 + (n % 10))},1990-${two(1 + (n % 12))}-${two(1 + (n % 28))}`);
  await importFile(page, products, 500);
  const membersTook = await importFile(page, members, MEMBERS);
  note(`${MEMBERS} members in ${membersTook.toFixed(0)} ms`);
  // The hundred thousand that are timed come upon members who are there; the rest makes the shop big.
  const hundred = await table("sales-0.csv", SALES_HEAD, 100_000, sale);
  print("import_100k_ms", await importFile(page, hundred, 100_000), "ms");
  const rest = EVENTS - MEMBERS - 100_000;
  if (rest > 0) {
    const more = await table("sales-1.csv", SALES_HEAD, rest, (n) => sale(n + 100_000));
    note(`${rest} sales in ${(await importFile(page, more, rest)).toFixed(0)} ms`);
  }
  // The snapshot is kept in a quiet moment; an answer after it says that the moment has passed.
  await page.waitForTimeout(2_000);
  await page.locator(id("nav-counter")).click();
  await usable(page);
  await page.locator(id("search")).fill("会员77");
  await page.waitForSelector(id("found"));
  await stop();

  // ——— Opening it ———
  const opens = [];
  const starts = [];
  const finds = [];
  for (let round = 0; round < 5; round += 1) {
    page = await start();
    await page.goto(`${HOME}?now=${NOW}`);
    await usable(page);
    const { open, screen } = await page.evaluate(() => {
      const first = bench.calls.get(1);
      // Asked before the worker was there, it waited for the worker: that is no opening.
      return { open: first.answered - Math.max(first.asked, bench.ready), screen: performance.now() };
    });
    opens.push(open);
    starts.push(screen);
    await noteBlock(page, "open");
    // The shop answers before its members are there: how long it takes until one is found whose name is typed at once.
    await page.locator(id("search")).fill("会员77");
    await page.waitForSelector(id("found"));
    finds.push(await page.evaluate(() => Math.max(...[...bench.calls.values()].map((call) => call.answered ?? 0)) - bench.calls.get(1).asked));
    await page.locator(id("search")).fill("");
    if (round === 4) {
      await page.locator(id("nav-members")).click();
      await page.waitForSelector(id("member-row"));
      await page.locator(id("members-sort")).selectOption("spend");
      await page.waitForTimeout(400);
      await noteBlock(page, "members");
      await page.locator(id("member-row")).first().click();
      await page.waitForSelector(id("history-entry"), { timeout: 60_000 });
      await noteBlock(page, "member");
      await page.locator(id("nav-today")).click();
      await page.waitForSelector(id("today-hours"));
      await noteBlock(page, "today");
      await page.locator(id("nav-programs")).click();
      await page.waitForSelector(id("program-card-yinbei"));
      await page.locator(id("program-card-yinbei")).click();
      await page.waitForSelector(id("program-title"));
      await noteBlock(page, "programs");
      await page.locator(id("nav-counter")).click();
      await usable(page);

      // ——— Selling ———
      const saved = [];
      const shown = [];
      for (let sold = 0; sold < SALES; sold += 1) {
        await page.locator(`${id("tiles")} button`).nth(sold % 9).click();
        await page.locator(id("search")).fill(String(139_00000000 + sold * 17));
        await page.locator(id("search")).press("Enter");
        await page.waitForSelector(id("member-points"));
        await page.locator(id("pay-button")).click();
        await page.waitForSelector(`${id("confirm-pay")}:enabled`);
        const before = await page.evaluate(() => Math.max(...bench.calls.keys()));
        const { there, seen } = await pressUntil(page, id("confirm-pay"), id("receipt"));
        const call = await page.evaluate((number) => bench.calls.get(number), before + 1);
        saved.push(call.answered - call.asked);
        shown.push(seen);
        if (there < call.answered - call.asked) throw new Error("the receipt was there before the sale was saved");
        await page.locator(id("new-sale")).click();
        await page.waitForSelector(id("search"));
      }
      // The first one waits until the receipts are unpacked; it is told apart.
      print("sale_first_ms", saved[0], "ms");
      print("sale_saved_ms", median(saved.slice(1)), "ms");
      print("sale_saved_p90_ms", atMost(saved.slice(1), 0.9), "ms");
      print("sale_on_screen_ms", median(shown.slice(1)), "ms");
      await noteBlock(page, "sale");
    }
    await stop();
  }
  print("open_1m_ms", median(opens), "ms");
  print("open_1m_on_screen_ms", median(starts), "ms");
  print("open_1m_member_found_ms", median(finds), "ms");

  // ——— Offline ———
  const offline = [];
  for (let round = 0; round < 5; round += 1) {
    page = await start();
    if (round === 0) {
      await page.goto(`${HOME}?now=${NOW}`);
      await page.waitForSelector("html[data-offline=ready]");
      await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
      await stop();
      host.kill();
      page = await start();
    }
    await page.goto(`${HOME}?now=${NOW}`);
    await usable(page);
    offline.push(await page.evaluate(() => performance.now()));
    await noteBlock(page, "start");
    await stop();
  }
  print("offline_start_ms", median(offline), "ms");
  for (const [when, ms] of blocks) print(`longest_block_${when}_ms`, ms, "ms");
  print("longest_block_ms", Math.max(...[...blocks].filter(([when]) => !when.endsWith("_large")).map(([, ms]) => ms)), "ms");
} finally {
  host.kill();
  await browser?.close().catch(() => {});
  await rm(temporary, { recursive: true, force: true });
}
