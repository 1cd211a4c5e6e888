/** What runbooks and their runs show: how much of them machines do, and what they heal. */
import { mapSome } from "../../core/map-some.ts";
import { atOnce } from "../../core/thenable.ts";
import type { MaturityFinding } from "../model.ts";
import type { RunbooksLike, RunLike, StepLike } from "../sources.ts";

import { incidentsOf } from "./incidents.ts";
import { firstOf, type Look, LOOK_BACK_DAYS, type Looking, partOf, untold } from "./look.ts";

/** Each run is asked for by itself. */
const MOST_ASKED_FOR = 200;
const LANES = 4;

/** Runbooks as they are written, and what they did. */
export const RUNBOOK_LOOK: Look = {
  source: "runbooks",
  criteria: ["steps_automated", "runbooks_run", "healed"],
  async find(looking) {
    const { runbooks } = looking.sources;
    if (runbooks === undefined) return {};
    const { from, at, signal } = looking;
    const names = new Set(all(runbooks).flatMap(({ name }) => name));
    const runs = await firstOf(
      runbooks.list({ signal }),
      ({ startedAt }) => startedAt <= at,
      ({ startedAt }) => startedAt < from,
    );
    return {
      steps_automated: automated(runbooks),
      runbooks_run: practised(names, runs),
      healed: await healed(runs, runbooks, looking),
    };
  },
};

function all(runbooks: RunbooksLike): readonly NonNullable<ReturnType<RunbooksLike["runbookFor"]>>[] {
  return atOnce(runbooks.runbooks()).flatMap((alert) => atOnce(runbooks.runbookFor(alert)) ?? []);
}

function automated(runbooks: RunbooksLike): MaturityFinding {
  const steps = all(runbooks).flatMap((runbook) => runbook.steps.flatMap(parts));
  if (steps.length === 0) return untold("there is no runbook with steps");
  const manual = steps.filter(({ kind }) => kind === "manual").length;
  const asking = steps.filter(({ kind, approval }) => kind !== "manual" && approval !== undefined).length;
  const count = steps.length - manual - asking;
  const rest = `; ${String(manual)} by people, ${String(asking)} after an approval`;
  return partOf(count, steps.length, {
    one: "step",
    has: "is done by machines alone",
    have: "are done by machines alone",
    rest,
  });
}

/** The steps of a group, which are asked about as the group is. */
function parts(step: StepLike): readonly StepLike[] {
  if (step.steps === undefined) return [step];
  return step.steps.map((one) => (step.approval === undefined ? one : { ...one, approval: step.approval }));
}

function practised(names: ReadonlySet<string>, runs: readonly RunLike[]): MaturityFinding {
  if (names.size === 0) return untold("there is no runbook");
  // A store in memory remembers no runs of earlier processes: nothing there proves nothing.
  if (runs.length === 0) return untold(`no run in the last ${String(LOOK_BACK_DAYS)} days that is remembered`);
  const ran = new Set(runs.map(({ runbook }) => runbook));
  const missing = [...names].filter((name) => !ran.has(name));
  return partOf(names.size - missing.length, names.size, {
    one: "runbook",
    has: "was run",
    have: "were run",
    lacking: missing,
  });
}

/** A runbook has healed an incident if it succeeded for it, not dry, nobody had to approve, and nobody ever acknowledged. */
async function healed(runs: readonly RunLike[], runbooks: RunbooksLike, looking: Looking): Promise<MaturityFinding> {
  const { sources, signal } = looking;
  if (sources.incidents === undefined) return untold("the incidents were not handed in");
  const over = (await incidentsOf(sources.incidents, looking)).filter(({ status }) => status === "resolved");
  if (over.length === 0) return untold("no incident was resolved in that time");
  const alone = new Set(over.filter(({ acknowledgedAt }) => acknowledgedAt === undefined).map(({ id }) => id));
  const helpful = runs
    .filter(({ status, incident }) => status === "succeeded" && incident !== undefined && alone.has(incident))
    .slice(0, MOST_ASKED_FOR);
  const unattended = await mapSome(helpful, LANES, async ({ id, incident }) => {
    const { isDry, steps } = await runbooks.get(id, { signal });
    return isDry || steps.some(({ approval }) => approval !== undefined) ? [] : [incident];
  });
  const count = new Set(unattended.flat()).size;
  const what = { has: "was healed by a runbook alone", have: "were healed by a runbook alone" };
  return partOf(count, over.length, { one: "incident", ...what });
}
