// `npm run regexps [-- --new] [-- --record]` tries every regular expression of src with two checkers of catastrophic backtracking, recheck
// and redos-detector; with `--new` those that were not found safe before. It fails on one that nobody has shown to be safe. `--record`
// keeps the verdicts for the tests.
import { readFileSync, writeFileSync } from "node:fs";
import { check } from "recheck";
import { isSafePattern } from "redos-detector";

import { keyOf, readVerdicts, regexpsOfSource, VERDICTS } from "./support/regexps.mjs";

const TIMEOUT_MS = 20_000;
const record = process.argv.includes("--record");
const onlyNew = process.argv.includes("--new");
const { found, dynamic } = regexpsOfSource();
const kept = readVerdicts();
const places = new Map();
for (const one of found) places.set(keyOf(one), [...(places.get(keyOf(one)) ?? []), one.place]);
const unique = new Map(found.map((one) => [keyOf(one), one]));
console.log(
  `${found.length} regular expressions in src, ${unique.size} different ones; ${dynamic.length} made of more`,
);

const safe = [];
const attacks = new Map();
const problems = [];
let decided = { recheck: 0, redosDetector: 0 };
const started = performance.now();
let count = 0;
for (const [key, { source, flags }] of unique) {
  count += 1;
  if (onlyNew && kept.safe.includes(key)) {
    safe.push(key);
    continue;
  }
  if (count % 50 === 0)
    console.error(`[${((performance.now() - started) / 1000).toFixed(0)} s] ${count} of ${unique.size}`);
  const first = await byRecheck(source, flags);
  const second = byRedosDetector(source, flags);
  if (first === "safe") decided.recheck += 1;
  if (second === "safe") decided.redosDetector += 1;
  if (first === "safe" && second === "safe") safe.push(key);
  else if (kept.byHand[key] === undefined)
    problems.push(`${key}\n    recheck: ${first}; redos-detector: ${second}\n    ${places.get(key).join(", ")}`);
}
for (const { text, place } of dynamic) {
  if (kept.made[text] === undefined)
    problems.push(`${text}\n    is made of more than constants: say in test/quality/regexps.json how (${place})`);
}
for (const key of Object.keys(kept.byHand))
  if (!unique.has(key)) problems.push(`${key} is in test/quality/regexps.json, and nowhere in src`);
for (const text of Object.keys(kept.made)) {
  if (!dynamic.some((one) => one.text === text))
    problems.push(`${text} is in test/quality/regexps.json, and nowhere in src`);
}
console.log(
  `recheck finds ${decided.recheck} safe, redos-detector ${decided.redosDetector}, both ${safe.length}; ${Object.keys(kept.byHand).length} are tried by hand`,
);
if (problems.length > 0) {
  console.error(`\n${problems.length} that nobody has shown to be safe:\n  ${problems.join("\n  ")}`);
  process.exitCode = 1;
}
if (process.argv.includes("--attacks")) console.log(JSON.stringify([...attacks]));
if (record) {
  const text = readFileSync(VERDICTS, "utf8");
  writeFileSync(VERDICTS, `${JSON.stringify({ ...JSON.parse(text), safe: safe.sort() }, undefined, 2)}\n`);
  console.log(`kept in test/quality/regexps.json`);
}

function pumpsOf({ pumps, suffix }) {
  return { pumps: pumps.map(({ prefix, pump }) => [prefix, pump]), suffix };
}

async function byRecheck(source, flags) {
  const told = await check(source, flags, { timeout: TIMEOUT_MS, checker: "auto" });
  if (told.status === "vulnerable") attacks.set(keyOf({ source, flags }), pumpsOf(told.attack));
  if (told.status === "vulnerable")
    return `${told.complexity.type}${told.complexity.degree === undefined ? "" : ` of degree ${told.complexity.degree}`}, by ${JSON.stringify(told.attack.pattern).slice(0, 200)}`;
  return told.status === "safe" ? "safe" : `not decided (${told.error?.kind ?? "unknown"})`;
}

function byRedosDetector(source, flags) {
  try {
    const {
      safe: isSafe,
      error,
      score,
    } = isSafePattern(source, {
      timeout: TIMEOUT_MS / 4,
      maxScore: 200,
      caseInsensitive: flags.includes("i"),
      unicode: /[uv]/.test(flags),
      dotAll: flags.includes("s"),
      multiLine: flags.includes("m"),
      downgradePattern: true,
      ...{},
    });
    if (isSafe) return "safe";
    return error === "hitMaxScore" ? `score above ${score.value ?? "its limit"}` : `not decided (${error})`;
  } catch (error) {
    return `not decided (${error.message})`;
  }
}
