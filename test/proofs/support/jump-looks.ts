/** Looks at all that a service tells of itself, and at what is told of it afterwards. */
import { chaosReportMarkdown } from "../../../src/chaos/report-markdown.ts";
import type { JumpWorld } from "./jump-world.ts";
import { checkSound, checkSoundText } from "./sound-figures.ts";

const HOUR_MS = 3_600_000;

/** Asks everybody about everything. Throws where an answer cannot be. */
export async function lookAt(world: JumpWorld): Promise<void> {
  const { clock, reliability, incidents, runbooks, runner, scheduler, gate, dashboard, maturity } = world;
  const now = clock.now();
  checkSound(await reliability.status(), "status");
  checkSound(await reliability.getSloStatuses(), "statuses");
  checkSound(await reliability.history({ start: now - HOUR_MS, end: now }, { points: 12 }), "history");
  checkSound(await gate.check("shop"), "gate");
  checkSound(await dashboard.snapshot(), "dashboard");
  checkSound(await maturity.collect(), "maturity");
  checkSound(runner.history, "chaos");
  for (const report of runner.history.slice(-3)) checkSoundText(chaosReportMarkdown(report), report.id);
  checkSound([scheduler.history, scheduler.next(), scheduler.plan(now, now + HOUR_MS)], "scheduler");
  checkSound(await incidents.metrics({ from: now - 720 * HOUR_MS, until: now }), "incident metrics");
  for await (const { id } of incidents.list()) {
    checkSound(await incidents.get(id), id);
    checkSound(await incidents.timeline(id), `timeline of ${id}`);
    checkSound({ durationMs: await incidents.getDuration(id) }, id);
  }
  for await (const { id } of runbooks.list()) checkSound(await runbooks.get(id), id);
  const wrong = (await reliability.metrics()).split("\n").find((line) => /^[^#].*(NaN|Infinity| -\d)/.test(line));
  if (wrong !== undefined && !wrong.includes("remaining")) throw new Error(wrong);
}

/** The postmortem of each incident; how many there are. */
export async function postmortemsOf({ incidents, postmortems }: JumpWorld): Promise<number> {
  let told = 0;
  for await (const { id } of incidents.list()) {
    const postmortem = await postmortems.generate(id);
    checkSound(postmortem, `postmortem of ${id}`);
    for (const text of Object.values(postmortems.renderFiles(postmortem))) checkSoundText(text, id);
    told += 1;
  }
  return told;
}
