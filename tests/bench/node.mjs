// Speed figures in Node: fold and floor in wasm, a quote through the package, and one six-rule decision through the
// package and through json-rules-engine, in the same run. Prints `name value unit`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const require = createRequire(import.meta.url);
const { Bench, Engine, Simulation } = require("../../target/bench/regulars.js");
const { Engine: JsonRules } = require("json-rules-engine");

const print = (name, value, unit) => console.log(`${name} ${value.toFixed(value < 10 ? 2 : 1)} ${unit}`);
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const timed = (work) => {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
};

const bench = new Bench(1_000_000);
const packed = [];
const floors = [];
const folds = [];
for (let round = 0; round < 5; round += 1) {
  const [least, leastPoints] = timed(() => bench.floorPacked());
  const [floor, floorPoints] = timed(() => bench.floor());
  const [fold, foldPoints] = timed(() => bench.fold());
  if (floorPoints !== foldPoints || leastPoints !== foldPoints) {
    throw new Error(`floors issue ${leastPoints} and ${floorPoints}, engine ${foldPoints}`);
  }
  packed.push(least);
  floors.push(floor);
  folds.push(fold);
}
bench.free();
print("floor_packed_1m_wasm_ms", median(packed), "ms");
print("floor_1m_wasm_ms", median(floors), "ms");
print("fold_1m_wasm_ms", median(folds), "ms");
print("fold_to_floor_wasm", median(folds) / median(floors), "x");
print("fold_to_floor_packed_wasm", median(folds) / median(packed), "x");

// What if: 150,000 sales under two programs, from the events to who gains and loses.
{
  const simulation = new Simulation(150_000);
  const times = [];
  for (let round = 0; round < 3; round += 1) {
    const [time, [members, staff]] = timed(() => simulation.run());
    if (members === 0 || staff !== 40) throw new Error(`${members} members and ${staff} people gain`);
    times.push(time);
  }
  simulation.free();
  print("simulate_150k_wasm_ms", median(times), "ms");
}

// A quote of 20 lines under all rules of yinbei, objects in and out: the boundary included.
{
  const engine = new Engine([readFileSync(new URL("../../policies/yinbei.toml", import.meta.url), "utf8")]);
  const lines = Array.from({ length: 20 }, (_, n) => ({
    product: `product ${n}`,
    category: "care",
    tags: n % 5 === 0 ? "special" : "",
    quantity: `${1 + (n % 3)}`,
    price: `${(19.9 + n).toFixed(2)}`,
  }));
  const id = "0190a000-0000-7000-8000-000000000001";
  const member = "0190a000-0000-7000-8000-000000000002";
  const event = (event, sequence, body) => ({
    id: event, device: id, sequence, clock: sequence,
    at: { day: "2026-03-02", minute: "10:00", offset_minutes: 480 }, schema: 1, body,
  });
  engine.apply([
    event(member, 1, {
      enrolled: {
        profile: { name: "王丽", phone: "13800006618", birthday: null, id_number: "", more: {} },
        route: "purchase", receipts: [], fee: "0.00", choice: "", card: "1", referrer: null, guide: "", awaiting_approval: false,
      },
    }),
  ]);
  const times = [];
  for (let round = 0; round < 3000; round += 1) {
    const [time, quote] = timed(() => engine.quote({ member, lines }, "2026-03-26 10:00"));
    if (Number(quote.pay) >= Number(quote.total)) throw new Error("the member day gives no discount");
    if (round > 500) times.push(time * 1000);
  }
  times.sort((a, b) => a - b);
  print("quote_p99_us", times[Math.floor(times.length * 0.99)], "us");
  print("quote_median_us", median(times), "us");
}

// One decision of six rules: member day 5 %, other days 2 %, neither on specials; bulk 3 % more from 10 pieces;
// 1 point per yuan, not on specials; points doubled at weekends.
{
  const policy = `
[program]
id = "six"
version = 1
effective_from = 2026-01-01
title = { zh = "六条", en = "Six" }
[[enrol]]
id = "free"
free = true
[[discount]]
id = "member-day"
group = "member"
rate = "5%"
members = false
when = { month_days = [8, 18, 28] }
except = { tags = ["special"] }
[[discount]]
id = "other-days"
group = "member"
rate = "2%"
members = false
except = { tags = ["special"] }
[[discount]]
id = "bulk"
rate = "3%"
members = false
at_least_items = 10
[[earn]]
id = "spend"
per = "1.00"
points = 1
except = { tags = ["special"] }
[[multiply]]
id = "weekend"
factor = "2"
when = { weekdays = ["sat", "sun"] }
[[redeem]]
id = "voucher"
points = 100
voucher = "1.00"
`;
  const engine = new Engine([policy]);
  const member = "0190a000-0000-7000-8000-000000000002";
  engine.apply([
    {
      id: member, device: member, sequence: 1, clock: 1, at: { day: "2026-03-02", minute: "10:00", offset_minutes: 480 }, schema: 1,
      body: {
        enrolled: {
          profile: { name: "a", phone: "", birthday: null, id_number: "", more: {} },
          route: "free", receipts: [], fee: "0.00", choice: "", card: "1", referrer: null, guide: "", awaiting_approval: false,
        },
      },
    },
  ]);
  const till = engine.prepare({ member, lines: [{ product: "soap", quantity: "1", price: "3.00" }] }, "2026-03-28 10:00");
  const rounds = 300_000;
  let check = 0n;
  const run = (from) => {
    for (let round = from; round < from + rounds; round += 1) check += till.setLine(0, 1000 * (1 + (round % 20)), 1000 + (round % 500));
  };
  run(0);
  const [ours] = timed(() => run(7));
  print("decision_ours_us", (ours * 1000) / rounds, "us");

  const rules = new JsonRules();
  const rule = (name, all, type) => rules.addRule({ name, conditions: { all }, event: { type } });
  const plain = { fact: "tag", operator: "notEqual", value: "special" };
  rule("member-day", [{ fact: "day", operator: "in", value: [8, 18, 28] }, plain], "rate-5");
  rule("other-days", [{ fact: "day", operator: "notIn", value: [8, 18, 28] }, plain], "rate-2");
  rule("bulk", [{ fact: "pieces", operator: "greaterThanInclusive", value: 10 }], "rate-3");
  rule("spend", [{ fact: "amount", operator: "greaterThanInclusive", value: 1 }, plain], "points");
  rule("weekend", [{ fact: "weekday", operator: "in", value: [6, 0] }], "double");
  rule("voucher", [{ fact: "points", operator: "greaterThanInclusive", value: 100 }], "voucher");
  const theirs = 6000;
  const go = async (count) => {
    for (let round = 0; round < count; round += 1) {
      const { events } = await rules.run({ day: 28, tag: "", pieces: 1 + (round % 20), amount: 10 + (round % 500), weekday: 6, points: 22 });
      check += BigInt(events.length);
    }
  };
  await go(1000);
  const start = performance.now();
  await go(theirs);
  const each = ((performance.now() - start) * 1000) / theirs;
  print("decision_json_rules_engine_us", each, "us");
  print("decision_ratio", each / ((ours * 1000) / rounds), "x");
}
