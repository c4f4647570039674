// The built app (dist/) in the system's Chromium; no browser is downloaded.
// Two static hosts: the app at the root, and the same files under a sub-path.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

const root = fileURLToPath(new URL("../..", import.meta.url));
const chromium = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path && existsSync(path));
if (!chromium) throw new Error("no Chromium found: scripts/setup --tests installs it, or set CHROMIUM to its path");

// Two ports in a row; E2E_PORT names the first where these are taken.
const port = Number(process.env.E2E_PORT || 4173);
if (!(Number.isInteger(port) && port > 0 && port < 65535)) throw new Error(`E2E_PORT is no port: ${process.env.E2E_PORT}`);
export const ROOT_URL = `http://127.0.0.1:${port}/`;
export const SUB_PATH_URL = `http://127.0.0.1:${port + 1}/any/sub/path/`;

const host = (url) => ({
  command: `node scripts/serve --dir dist --port ${new URL(url).port} --prefix ${new URL(url).pathname}`,
  url,
  cwd: root,
  reuseExistingServer: false,
  stdout: "ignore",
});

export default defineConfig({
  testDir: ".",
  globalSetup: "./real-data.setup.mjs",
  outputDir: `${root}target/e2e/results`,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  workers: 2,
  retries: 0, // a test that passes the second time is a bug
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"], ["html", { outputFolder: `${root}target/e2e/report`, open: "never" }]],
  webServer: [host(ROOT_URL), host(SUB_PATH_URL)],
  use: {
    baseURL: ROOT_URL,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
