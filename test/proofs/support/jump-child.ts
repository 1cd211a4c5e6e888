/** A service by the machine's clock, which its parent sets; it says what it sees, and at the end it ends by itself. */
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { systemClock } from "../../../src/core/time/clock.ts";
import { CountingClock } from "./counting-clock.ts";
import { JumpWorld, type Pace } from "./jump-world.ts";
import { tell } from "./tell.ts";

/** A cycle of a healthy service, a fault, and its end. */
const [CYCLE_MS, BROKEN_FROM_MS, BROKEN_UNTIL_MS] = [8_000, 1_000, 3_000];
const PACE: Pace = {
  ...{ lookMs: 500, answerMs: 800, escalateMs: 2_000, holdMs: 1_000 },
  ...{ chaosMs: 500, chaosEveryMs: 60_000, windowMs: 4_000 },
};

const clock = new CountingClock(systemClock);
const world = await JumpWorld.open(clock, { seed: process.argv[2] ?? "", pace: PACE });
let evaluations = 0;
let incidents = 0;
let experiments = 0;
world.reliability.on("evaluated", () => (evaluations += 1));
world.runner.on("finished", () => (experiments += 1));
world.incidents.on("created", () => (incidents += 1));
const began = performance.now();
const load = setInterval(() => {
  const passed = (performance.now() - began) % CYCLE_MS;
  world.broken = passed >= BROKEN_FROM_MS && passed < BROKEN_UNTIL_MS;
  world.serve(10);
}, 50);
let isOver = false;
const striking = (async () => {
  while (!isOver) {
    await world.runner.run(world.experiment, { by: "the child" });
    await pause(200);
  }
})();

/** What it is asked, by the words of its parent. */
const ANSWERS: Readonly<Record<string, () => Promise<object>>> = {
  /** By how many hours its wall clock is off. */
  off: async () => Promise.resolve({ hours: Math.round((Date.now() - performance.now() - origin) / 3_600_000) }),
  look: async () => {
    await world.look();
    return figures();
  },
  end: async () => {
    isOver = true;
    clearInterval(load);
    const told = await world.tellAll();
    const [budget] = (await world.reliability.status()).services.flatMap(({ slos }) => slos);
    await striking;
    await world.close();
    return { ...figures(), told, served: world.served, counted: budget?.budget.total };
  },
};
const origin = Date.now() - performance.now();

function figures(): object {
  const { pages, updates, samples } = world;
  const { mostInASecond } = clock;
  return { evaluations, incidents, pages: pages.length, updates, samples, experiments, mostInASecond };
}

const lines = createInterface({ input: process.stdin });
tell("ready");
for await (const line of lines) {
  try {
    tell(JSON.stringify(await ANSWERS[line]?.()));
  } catch (error) {
    tell(JSON.stringify({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  }
  if (line === "end") break;
}
lines.close();
process.stdin.destroy();
