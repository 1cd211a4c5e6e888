/** Replays an SLO and its alerts over the past. */
import { backtest } from "../../backtest/backtest.ts";
import type { EventCounts } from "../../budget/counted-events.ts";
import { type CandidateChanges, candidatesOf } from "../../backtest/candidate.ts";
import type { SloBacktestReport } from "../../backtest/model.ts";
import { backtestSlo } from "../../backtest/source.ts";
import { stepsOf } from "../../backtest/steps.ts";
import { backtestText } from "../../backtest/text.ts";
import { MILLISECONDS } from "../../core/time/duration.ts";
import { ConfigurationError, show } from "../../core/errors.ts";
import { plain } from "../../core/figures.ts";
import { choices } from "../../core/nearest.ts";
import { Objective } from "../../core/objective.ts";
import type { Slo } from "../../slo/model.ts";

import type { Given } from "../given.ts";
import { connect } from "../connection.ts";
import { backtestFault, type Backtested } from "../backtest-faults.ts";
import { type ReadDocument, readDocument, readInput } from "../documents.ts";
import { DocumentError } from "../exit.ts";
import { aboutDocument, faultsOf } from "../faults.ts";
import { writeJson } from "../json.ts";
import { nothingFound } from "../nothing-found.ts";
import { fromOptions, windowOf } from "../options.ts";
import { type Past, pastOf } from "../past.ts";
import { progressOf } from "../progress.ts";
import { type Remark, remarkLine, remarkOn } from "../remarks.ts";
import { readSamples } from "../samples.ts";
import type { Action, Call } from "../spec.ts";
import { checkZone } from "../zone.ts";

interface Asked extends Backtested {
  readonly keptRatio: number;
}

interface Told {
  readonly report: SloBacktestReport;
  readonly remarks: readonly Remark[];
}

/** `nines backtest`. */
export const backtestCommand: Action = async (call) => {
  const { given, io } = call;
  given.atMostOne("samples", "prometheus");
  given.needs("without-samples", "samples", "only there a step may have none");
  checkSource(given);
  const document = await readDocument(given.words[0] ?? "", io);
  const slo = sloOf(given, document);
  const asked = { document, slo, variations: variationsOf(given, slo), keptRatio: keptRatioOf(given) };
  const { report, remarks } = given.has("samples") ? await ofSamples(call, asked) : await ofPrometheus(call, asked);
  if (given.has("json")) await writeJson(io.stdout, { command: "backtest", slo: slo.id, remarks, report });
  else {
    await io.stderr.write(remarks.map((remark) => `${remarkLine(remark)}\n`).join(""));
    await io.stdout.write(backtestText(report));
  }
  return 0;
};

/** What is asked of a Prometheus means nothing to a file. */
function checkSource(given: Given): void {
  if (!given.has("samples")) return;
  const option = ["rules", "expressions"].find((name) => given.has(name));
  if (option === undefined) return;
  throw given.fault(`--${option} is what is asked of a Prometheus, and --samples are a file; leave one of them out`);
}

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
    .map((text) => fromOptions(given, { objective: "objective" }, () => Objective.parse(text).withBudget()));
  const windows = given.all("window").map((text) => windowOf(given, text));
  checkZone(given, windows);
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

async function ofSamples(call: Call, asked: Asked): Promise<Told> {
  const { given, io } = call;
  const { file, text } = await readInput(given.text("samples") ?? "", io);
  const samples = aboutDocument(file, () => readSamples(text));
  const past = pastOf(call, samples);
  const { slo, variations, keptRatio } = asked;
  const withoutSamples = given.text("without-samples") === "unwatched" ? "unwatched" : "idle";
  try {
    const candidates = candidatesOf(slo, variations);
    const data = countedIn(file, () => stepsOf(samples, { ...past.range, stepMs: past.stepMs, withoutSamples }));
    return { report: backtest(candidates, data, { keptRatio }), remarks: remarksOn(samples, past, file) };
  } catch (error) {
    throw backtestFault(given, asked, error);
  }
}

/** What is wrong with a sample is a fault of its file; the rest is not. */
function countedIn<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const isOfSample = error instanceof ConfigurationError && error.issues[0]?.path[0] === "samples";
    throw isOfSample ? new DocumentError(faultsOf(error, file)) : error;
  }
}

/** Who asks about a part of the samples should see that it is one. */
function remarksOn(samples: readonly EventCounts[], { range }: Past, file: string): readonly Remark[] {
  const outside = samples.filter(({ at }) => at < range.start || at >= range.end).length;
  if (outside === 0) return [];
  const how = `${plain(outside, 0)} of ${plain(samples.length, 0)} samples ${outside === 1 ? "is" : "are"}`;
  return [remarkOn("", `${how} outside of the past that is asked for, and left out`, file)];
}

async function ofPrometheus(call: Call, asked: Asked): Promise<Told> {
  const { given, io } = call;
  const { source, timeoutMs } = await connect(call, { usualTimeoutMs: MILLISECONDS.m });
  const past = pastOf(call);
  const { slo, variations, keptRatio } = asked;
  const progress = progressOf(call, `asking Prometheus about ${slo.id}`);
  try {
    const report = await backtestSlo(slo, {
      source,
      ...past,
      variations,
      keptRatio,
      signal: io.signal,
      onProgress: progress.tell,
      timeoutMs: timeoutMs + MILLISECONDS.s,
      clock: io.clock,
    });
    if (report.candidates.every(({ coverage }) => coverage === 0))
      throw nothingFound(given, { slo, past, host: source.host });
    return { report, remarks: [] };
  } catch (error) {
    throw backtestFault(given, asked, error);
  } finally {
    progress.end();
  }
}
