// Playwright's global set-up: the real histories that import.spec.mjs reads. Quick when they are there.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export default function () {
  execFileSync("scripts/real-data", { cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: ["ignore", "ignore", "inherit"] });
}
