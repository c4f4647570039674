// The corpus in Node: the same scenario files as natively, with the same state hashes.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, basename } from "node:path";
import { fileURLToPath } from "node:url";
import { runScenario } from "../../target/npm/nodejs/regulars.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const files = (folder) =>
  readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : path.endsWith(".toml") ? [path] : [];
  });
const policies = Object.fromEntries(
  files(join(root, "policies")).map((path) => [basename(path, ".toml"), readFileSync(path, "utf8")]),
);
const hashes = new Map(
  readFileSync(join(root, "tests/hashes.txt"), "utf8").trim().split("\n").map((line) => line.split(" ")),
);
let passed = 0;
let failed = 0;
for (const path of files(join(root, "tests/cases"))) {
  const name = relative(root, path);
  const report = runScenario(readFileSync(path, "utf8"), policies);
  const differs = hashes.get(name) !== report.hash;
  if (report.passed && !differs) {
    passed += 1;
    continue;
  }
  failed += 1;
  console.log(`FAILED ${name}`, report.failures, differs ? `hash ${report.hash}, natively ${hashes.get(name)}` : "");
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 50 ? 0 : 1);
