/** Replays an SLO and its alerts over the past. */
import { backtest } from "../../backtest/backtest.ts";
import { type CandidateChanges, candidatesOf } from "../../backtest/candidate.ts";
import type { SloBacktestReport } from "../../backtest/model.ts";
import { backtestSlo } from "../../backtest/source.ts";
import { stepsOf } from "../../backtest/steps.ts";
import { backtestText } from "../../backtest/text.ts";
import { MILLISECONDS } from "../../core/duration.ts";
import { ConfigurationError, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { Objective } from "../../core/objective.ts";
import type { Slo } from "../../slo/model.ts";

import type { Given } from "../given.ts";
import { connect } from "../connection.ts";
import { type ReadDocument, readDocument, readInput } from "../documents.ts";
import { DocumentError } from "../exit.ts";
import { aboutDocument, faultsOf } from "../faults.ts";
import { writeJson } from "../json.ts";
import { fromOptions, optionFault, type OptionNames, windowOf } from "../options.ts";
import { pastOf } from "../past.ts";
import { progressOf } from "../progress.ts";
import { readSamples } from "../samples.ts";
import type { Action, Call } from "../spec.ts";

interface Asked {
  readonly slo: Slo;
  readonly variations: readonly CandidateChanges[];
  readonly keptRatio: number;
}

const OPTION_OF: OptionNames = {
  objective: "objective",
  window: "window",
  stepMs: "step",
  range: "last",
  start: "from",
  end: "to",
  keptRatio: "kept",
  // Of those that were made of options, all that can be wrong is that they are shorter than a step.
  candidates: "step",
};

/** `nines backtest`. */
export const backtestCommand: Action = async (call) => {
  const { given, io } = call;
  given.atMostOne("samples", "prometheus");
  given.needs("time-zone", "window", "it says whose calendar that means");
  given.needs("without-samples", "samples", "only there a step may have none");
  const document = await readDocument(given.words[0] ?? "", io);
  const slo = sloOf(given, document);
  const asked = { slo, variations: variationsOf(given, slo), keptRatio: keptRatioOf(given) };
  const report = given.has("samples") ? await ofSamples(call, asked) : await ofPrometheus(call, asked);
  if (given.has("json")) await writeJson(io.stdout, { command: "backtest", slo: slo.id, report });
  else await io.stdout.write(backtestText(report));
  return 0;
};

function sloOf(given: Given, { slos, file }: ReadDocument): Slo {
  const ids = slos.slos.map(({ id }) => id);
  const id = given.text("slo");
  const slo = id === undefined && ids.length === 1 ? slos.slos[0] : slos.get(id ?? "");
  if (slo !== undefined) return slo;
  if (id === undefined)
    throw given.fault(`--slo is missing, and ${file} has ${String(ids.length)} SLOs; allowed: ${ids.join(", ")}`);
  throw given.fault(`--slo: ${show(id)} is no SLO of ${file}${choices(id, ids)}`);
}

/** Each objective with each window, the SLO's own among both. */
function variationsOf(given: Given, slo: Slo): readonly CandidateChanges[] {
  const objectives = given
    .all("objective")
    .map((text) => fromOptions(given, OPTION_OF, () => Objective.parse(text).withBudget()));
  const windows = given.all("window").map((text) => windowOf(given, text));
  const all = [slo.objective, ...objectives].flatMap((objective) =>
    [slo.window, ...windows].map((window) => ({ objective, window })),
  );
  const distinct = new Map(all.map((one) => [JSON.stringify([one.objective.percentText, one.window]), one]));
  // The first is the SLO as it is.
  return [...distinct.values()].slice(1);
}

function keptRatioOf(given: Given): number {
  const text = given.text("kept");
  if (text === undefined) return 1;
  return fromOptions(given, { objective: "kept" }, () => Number(Objective.parse(text).ratioText));
}

async function ofSamples(call: Call, { slo, variations, keptRatio }: Asked): Promise<SloBacktestReport> {
  const { given, io } = call;
  const { file, text } = await readInput(given.text("samples") ?? "", io);
  const samples = aboutDocument(file, () => readSamples(text));
  const { range, stepMs } = pastOf(call, samples);
  const withoutSamples = given.text("without-samples") === "unwatched" ? "unwatched" : "idle";
  return aboutDocument(file, () =>
    fromOptions(given, OPTION_OF, () =>
      backtest(candidatesOf(slo, variations), stepsOf(samples, { ...range, stepMs, withoutSamples }), { keptRatio }),
    ),
  );
}

async function ofPrometheus(call: Call, { slo, variations, keptRatio }: Asked): Promise<SloBacktestReport> {
  const { given, io } = call;
  const { source, timeoutMs } = await connect(call, { usualTimeoutMs: MILLISECONDS.m });
  const { range, stepMs } = pastOf(call);
  const progress = progressOf(call, `asking Prometheus about ${slo.id}`);
  try {
    return await backtestSlo(slo, {
      source,
      range,
      stepMs,
      variations,
      keptRatio,
      signal: io.signal,
      onProgress: progress.tell,
      timeoutMs: timeoutMs + MILLISECONDS.s,
      clock: io.clock,
    });
  } catch (error) {
    throw documentFault(given.words[0] ?? "", optionFault(given, OPTION_OF, error));
  } finally {
    progress.end();
  }
}

/** An expression that cannot be counted is a fault of its document. */
function documentFault(file: string, error: unknown): unknown {
  return error instanceof ConfigurationError ? new DocumentError(faultsOf(error, file)) : error;
}
