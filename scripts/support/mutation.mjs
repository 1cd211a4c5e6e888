/** What a run of Stryker comes to: which mutants are tried, which survivors are explained, and the score. */
import { createHash } from "node:crypto";

/** Why a mutant was not tried: Stryker keeps it as the reason. */
export const NOT_SAMPLED = "not in the sample";

/** What begins processes, servers or browsers is too slow to be run once a mutant. */
const SLOW_IMPORT =
  /import (?!\{ ROOT \})[^;]* from "(?:node:child_process|node:worker_threads|[^"]*\/support\/(?:spawn|package|browser|sandbox|postgresql|prometheus|kubernetes)\.ts)"/;

/** Whether a file of tests is too slow for that, going by what it imports; a list of tests to skip says that the others are not. */
export const isLeftOut = (source, listed) => listed === true || (listed === undefined && SLOW_IMPORT.test(source));

/** Whether a mutant is in the seeded sample: each has a chance of its own, and the same one on every machine. */
export function isSampled(key, { percent, seed }) {
  return createHash("sha256").update(`${seed} ${key}`).digest().readUInt32BE(0) / 2 ** 32 < percent / 100;
}

/** The 95 % interval of a ratio of which a sample was seen (Wilson, Journal of the American Statistical Association 22, 1927). */
export function wilson(successes, trials) {
  if (trials === 0) return [0, 1];
  const z = 1.959963984540054;
  const ratio = successes / trials;
  const middle = ratio + z ** 2 / (2 * trials);
  const reach = z * Math.sqrt((ratio * (1 - ratio)) / trials + z ** 2 / (4 * trials ** 2));
  return [middle - reach, middle + reach].map((end) => Math.min(1, Math.max(0, end / (1 + z ** 2 / trials))));
}

const MOST_TEXT = 120;

/** A piece of code on one line, and not too long a one. */
export function oneLine(code) {
  const line = code.replace(/\s+/g, " ").trim();
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT)}...` : line;
}

/** The text between two places of Stryker's, which count lines and columns from 1. */
function textBetween(lines, { start, end }) {
  const part = lines.slice(start.line - 1, end.line);
  part[part.length - 1] = part.at(-1).slice(0, end.column - 1);
  part[0] = part[0].slice(start.column - 1);
  return part.join("\n");
}

/** A mutant as it is listed: where it is, what was written there and what was put in its place. */
export function describeMutant(mutant, { file, source }) {
  const lines = source.split("\n");
  const { start } = mutant.location;
  return {
    file,
    line: start.line,
    column: start.column,
    at: oneLine(lines[start.line - 1]),
    mutator: mutant.mutatorName,
    original: oneLine(textBetween(lines, mutant.location)),
    replacement: oneLine(mutant.replacement),
    status: mutant.status,
    isStatic: mutant.static === true,
    reason: mutant.statusReason,
    killedBy: mutant.killedBy?.[0],
  };
}

const EXPLAINED_BY = ["file", "at", "mutator", "original", "replacement"];
const explanationKey = (entry) => JSON.stringify(EXPLAINED_BY.map((field) => entry[field]));

/** The explanation of each survivor that has one, and the explanations of mutants that were tried and did not survive. */
export function matchExplanations(mutants, explanations) {
  const byKey = new Map(explanations.map((entry) => [explanationKey(entry), entry]));
  const explained = new Map();
  const used = new Set();
  for (const mutant of mutants) {
    const entry = byKey.get(explanationKey(mutant));
    if (entry === undefined) continue;
    // One that was not tried neither confirms its explanation nor refutes it.
    if (isSurvivor(mutant) || mutant.status === "Ignored" || mutant.status === "CompileError") used.add(entry);
    if (isSurvivor(mutant)) explained.set(mutant, entry);
  }
  return { explained, stale: explanations.filter((entry) => !used.has(entry)) };
}

export const isSurvivor = ({ status }) => status === "Survived" || status === "NoCoverage";

/** The counts of a run; the score is over all mutants that were tried, whether or not their survival is explained. */
export function tally(mutants, explained) {
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
  const [killed, timedOut, survived, notCovered] = ["Killed", "Timeout", "Survived", "NoCoverage"].map(count);
  const tried = killed + timedOut + survived + notCovered;
  return {
    mutants: mutants.length,
    tried,
    killed,
    timedOut,
    survived,
    notCovered,
    explained: explained.size,
    static: mutants.filter(({ status, isStatic }) => status === "Ignored" && isStatic).length,
    notSampled: mutants.filter(({ status, reason }) => status === "CompileError" && reason === NOT_SAMPLED).length,
    errors: count("RuntimeError"),
    score: tried === 0 ? 0 : (killed + timedOut) / tried,
  };
}

/** `file:line:col mutator  original -> replacement` */
export const survivorLine = ({ file, line, column, mutator, original, replacement, status }) =>
  `${file}:${line}:${column} ${mutator}${status === "NoCoverage" ? " (no test comes here)" : ""}  ${original} -> ${replacement}`;
