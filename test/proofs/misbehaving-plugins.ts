/** Every plugin in every way in which it may misbehave, at its first calls and at its last. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { seededRandom } from "../../src/core/random.ts";
import { ROOT } from "../support/spawn.ts";
import { ASSESSED } from "./plugins/assessed.ts";
import { CALLERS_OF_FETCH } from "./plugins/callers.ts";
import { CHAOS } from "./plugins/chaos.ts";
import { DASHBOARDS } from "./plugins/dashboards.ts";
import { FILES } from "./plugins/files.ts";
import { INCIDENTS } from "./plugins/incidents.ts";
import { MEASURED } from "./plugins/measured.ts";
import { OBSERVERS } from "./plugins/observers.ts";
import { RUNBOOKS } from "./plugins/runbooks.ts";
import { Stage, turns } from "./plugins/stage.ts";
import { STATE_STORES } from "./plugins/state-stores.ts";
import type { Scenario } from "./plugins/types.ts";
import { type Way, WAYS } from "./plugins/ways.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A plugin that throws, rejects, hangs, answers junk or answers twice, at any call, stops nothing else, and is named.";

interface Size {
  /** Cases of each scenario; all of them unless told. */
  readonly each: number;
}

export const quick: Size = { each: 2 };
export const full: Size = { each: Infinity };

/** All plugins, with whoever uses them. */
export const SCENARIOS: readonly Scenario[] = [
  ...[...STATE_STORES, ...MEASURED, ...INCIDENTS, ...RUNBOOKS, ...CHAOS, ...FILES],
  ...[...DASHBOARDS, ...ASSESSED, ...CALLERS_OF_FETCH, ...OBSERVERS],
];

/** Each from the first call on; the last of all that a plugin that is well gets comes as well. */
const CALLS = [1, 2, 3] as const;

interface Case {
  readonly scenario: Scenario;
  readonly way: Way;
  readonly nth: number;
}

export async function run({ each }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const ports = new Set(portNames());
  const missing = [...ports].filter((port) => !SCENARIOS.some(({ plugin }) => plugin === port));
  if (missing.length > 0) throw new Error(`no scenario has a plugin for ${missing.join(", ")}`);
  const random = seededRandom(seed);
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  const figures = { plugins: 0, scenarios: 0, cases: 0, struck: 0, told: 0 };
  figures.plugins = new Set(SCENARIOS.map(({ plugin }) => plugin)).size;
  try {
    for (const scenario of SCENARIOS) {
      const calls = await wellBehaved(scenario);
      const all = casesOf(scenario, calls);
      const chosen = each === Infinity ? all : Array.from({ length: each }, () => random.pick(all));
      for (const one of chosen) {
        const { struck, told } = await tried(one, unhandled, seed);
        figures.cases += 1;
        if (struck) figures.struck += 1;
        if (told) figures.told += 1;
      }
      figures.scenarios += 1;
      log(`${nameOf(scenario)}: ${String(chosen.length)} cases`);
    }
  } finally {
    process.off("unhandledRejection", note).off("uncaughtException", note);
  }
  return { ports: ports.size, ...figures };
}

/** The files of src/ports, but for the one that only hands on what is in the others. */
function portNames(): readonly string[] {
  const names = readdirSync(join(ROOT, "src/ports")).map((name) => name.replace(/\.ts$/, ""));
  return names.filter((name) => name !== "index");
}

function nameOf({ plugin, method, by }: Scenario): string {
  return `${plugin}.${method} of ${by}`;
}

/** How often the plugin is called when it is well, and nothing is told of it. */
async function wellBehaved(scenario: Scenario): Promise<number> {
  const stage = new Stage();
  await scenario.play(stage);
  if (stage.calls === 0) throw new Error(`${nameOf(scenario)} is never called: the scenario proves nothing`);
  return stage.calls;
}

function casesOf(scenario: Scenario, calls: number): readonly Case[] {
  const places = [...new Set([...CALLS, calls])].filter(
    (nth) => nth <= calls && scenario.forgives?.(nth, calls) !== true,
  );
  return WAYS.flatMap((way) => places.map((nth) => ({ scenario, way, nth })));
}

/** Plays one case; throws, with all that tells which it was, if it does not hold. */
async function tried(
  { scenario, way, nth }: Case,
  unhandled: unknown[],
  seed: string,
): Promise<{ readonly struck: boolean; readonly told: boolean }> {
  const stage = new Stage(way, nth);
  const where = `${nameOf(scenario)}, which ${way.name} at call ${String(nth)} (seed ${seed})`;
  try {
    await scenario.play(stage);
    await stage.settle();
  } catch (error) {
    throw new Error(`it does not hold for ${where}: ${String(error)}`, { cause: error });
  }
  await turns(2);
  if (unhandled.length > 0) {
    const [first] = unhandled.splice(0);
    throw new Error(`nobody handles what comes of ${where}`, { cause: first });
  }
  const { names } = scenario;
  const mustTell = stage.struck && names !== undefined && isFailure(scenario, way);
  const told = names !== undefined && stage.told.some((line) => names.test(line));
  if (mustTell && !told) throw new Error(`nothing is told of ${where}; told: ${stage.told.join("; ").slice(0, 1_000)}`);
  return { struck: stage.struck, told: mustTell };
}

/** Whether the plugin has failed, as far as whoever called it can know. */
function isFailure({ answers, atOnce = false, fine }: Scenario, way: Way): boolean {
  if (fine?.(way) === true) return false;
  if (way.kind === "throws") return true;
  // Where nobody can wait, all that has to be waited for is junk.
  if (atOnce) return answers && way.kind !== "harmless";
  if (way.kind === "junk") return answers;
  return way.kind !== "harmless";
}
