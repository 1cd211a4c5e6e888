/** Reads what stores hold, each in the way that nines does, and looks at what came of it. */
import { FileIncidentStore } from "../../../src/adapters/file/incident-store.ts";
import { FileStateStore } from "../../../src/adapters/file/state-store.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { ChaosJournal } from "../../../src/chaos/journal.ts";
import { ConfigurationError, formatPath, isReliabilityError } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../../src/incident/memory-store.ts";
import { historyText } from "../../../src/maturity/history.ts";
import { Ledger } from "../../../src/maturity/ledger.ts";
import type { IncidentStore } from "../../../src/ports/incident-store.ts";
import { Reliability } from "../../../src/reliability.ts";
import { LONGEST_LINE_MS } from "../../../src/signals/state.ts";
import { FaultyFileSystem } from "../../../src/testing/faulty-file-system.ts";
import { readScrape } from "./exposition.ts";
import { inTime } from "./replies.ts";
import {
  AT,
  chaosJournal,
  events,
  executorOn,
  fillIncidents,
  fillRuns,
  incidentLog,
  reliabilityState,
  SLOS,
} from "./saved.ts";
import { oddNumber } from "./values.ts";
import type { Outcome } from "../types.ts";

/** A document, a character a byte; or the events of a store, each a text. */
export interface Kept {
  readonly what: keyof typeof READERS;
  readonly text: string;
  readonly events: readonly string[];
}

const HOUR = 3_600_000;
export const STATE = await reliabilityState();
export const JOURNAL = await chaosJournal();
export const LOG = await incidentLog();
export const INCIDENTS = await events(fillIncidents);
export const RUNS = await events(fillRuns);
export const HISTORY = historyText({
  records: [
    { at: AT, level: 1, score: 40, areas: { slos: 50 } },
    { at: AT + HOUR, level: 2, score: undefined, areas: {} },
  ] as never,
  states: { "slos-defined": { state: "met", since: AT } } as never,
});

export const READERS = {
  "state of a service": readReliability,
  "counts of SLIs": readSignals,
  "chaos journal": readJournal,
  "maturity history": readHistory,
  "log of incidents": readLog,
  "log kept aside": readLogAside,
  "file of a document": readFile,
  "events of an incident": readIncident,
  "events of a run": readRun,
} as const satisfies Readonly<Record<string, (kept: Kept) => Promise<Outcome>>>;

async function readReliability({ text }: Kept): Promise<Outcome> {
  const clock = new ManualClock(AT + 49 * HOUR);
  const store = new MemoryStateStore();
  const saved = asText(text);
  await store.save("nines-state", saved);
  const logged: unknown[] = [];
  const logger = {
    warn: () => {},
    error: (_: string, fields: { readonly error?: unknown } = {}) => void logged.push(fields.error),
  };
  const options = { document: SLOS, store, clock, logger, saveEverySeconds: 0, evaluateEverySeconds: 0 };
  const reliability = await Reliability.open(options);
  await live(reliability, clock);
  await reliability.close();
  if (logged.length === 0) return { taken: true };
  // It starts afresh, and nothing is lost.
  if ((await store.load("nines-state-refused")) !== saved) throw new Error("what was refused was not kept");
  const [error] = logged;
  if (!(error instanceof ConfigurationError)) throw error;
  return { refused: error.message, at: placeOf(error) };
}

async function live(reliability: Reliability, clock: ManualClock): Promise<void> {
  for (let step = 0; step < 3; step += 1) {
    reliability.signals.record({
      method: "GET",
      route: "/cart",
      statusCode: step === 1 ? 500 : 200,
      durationSeconds: 0.1,
    });
    clock.advance(HOUR / 2);
  }
  const status = await reliability.evaluate();
  const odd = oddNumber(status, (path) => path.includes(".saturation."));
  if (odd !== undefined) throw new Error(`a status with a number that is none: ${odd}`);
  JSON.stringify(status);
  for (const { name, value } of readScrape(await reliability.metrics())) {
    if (name.startsWith("http_") && !Number.isFinite(value)) throw new Error(`${name} is ${value}`);
  }
}

async function readSignals({ text }: Kept): Promise<Outcome> {
  const clock = new ManualClock(AT + 49 * HOUR);
  const reliability = await Reliability.open({
    document: SLOS,
    clock,
    saveEverySeconds: 0,
    evaluateEverySeconds: 0,
  });
  try {
    reliability.signals.restore(asText(text));
  } catch (error) {
    const after = await reliability.evaluate();
    if (oddNumber(after) !== undefined) throw new Error("a refused state has changed something", { cause: error });
    return refusal(error, "configuration");
  }
  await live(reliability, clock);
  const again = await Reliability.open({
    document: SLOS,
    clock,
    saveEverySeconds: 0,
    evaluateEverySeconds: 0,
  });
  const saved = reliability.signals.save();
  // Three centuries of watching, and some minutes: no process comes to that, and its counts are not taken any more.
  if (elapsedOf(saved) > LONGEST_LINE_MS) return { taken: true };
  again.signals.restore(saved);
  await live(again, clock);
  return { taken: true };
}

function elapsedOf(saved: string): number {
  return (JSON.parse(saved) as { readonly elapsed: { readonly elapsedMs: number } }).elapsed.elapsedMs;
}

async function readJournal({ text }: Kept): Promise<Outcome> {
  const store = new MemoryStateStore();
  const before = asText(text);
  await store.save("chaos", before);
  const journal = new ChaosJournal(
    store,
    { key: "chaos", writer: "w2" },
    { clock: new ManualClock(AT), timeoutMs: 1_000 },
  );
  try {
    await journal.take();
  } catch (error) {
    if ((await store.load("chaos")) !== before)
      throw new Error("a journal that cannot be read was written over", { cause: error });
    return refusal(error, "adapter");
  }
  const { open } = JSON.parse(before) as { readonly open: readonly { readonly id: string }[] };
  const kept = JSON.parse((await store.load("chaos")) ?? "") as { readonly open: readonly { readonly id: string }[] };
  for (const { id } of open)
    if (!kept.open.some((one) => one.id === id)) throw new Error(`the injection ${id} is lost`);
  if (kept.open.length !== open.length) throw new Error(`${open.length} injections became ${kept.open.length}`);
  if (oddNumber(journal.open) !== undefined) throw new Error("an injection with a number that is none");
  await journal.remove(open[0]?.id ?? "");
  return { taken: true };
}

async function readHistory({ text }: Kept): Promise<Outcome> {
  const store = new MemoryStateStore();
  await store.save("maturity", asText(text));
  const ledger = new Ledger({ store, key: "maturity", most: 10, clock: new ManualClock(AT), timeoutMs: 1_000 });
  try {
    const history = await ledger.read();
    if (oddNumber(history) !== undefined) throw new Error(`a history with ${oddNumber(history)}`);
    return { taken: true };
  } catch (error) {
    return refusal(error, "adapter");
  }
}

async function readLog(kept: Kept): Promise<Outcome> {
  return openLog(kept, "refuse");
}

async function readLogAside(kept: Kept): Promise<Outcome> {
  return openLog(kept, "keep-aside");
}

async function openLog({ text }: Kept, damaged: "refuse" | "keep-aside"): Promise<Outcome> {
  const fileSystem = new FaultyFileSystem();
  const bytes = Buffer.from(text, "latin1");
  fileSystem.put("/s/incidents.log", bytes);
  let store: FileIncidentStore;
  try {
    store = await FileIncidentStore.open("/s", { fileSystem, damaged, clock: new ManualClock(AT) });
  } catch (error) {
    if (!bytes.equals(fileSystem.content("/s/incidents.log") ?? new Uint8Array()))
      throw new Error("a log that is refused was changed", { cause: error });
    return refusal(error, "adapter");
  }
  const { report } = store;
  let whole = 0;
  for (const [index, all] of LOG.events.entries()) {
    const found = await store.read(index + 1);
    if (found.some((event, place) => event !== all[place]))
      throw new Error(`incident ${index + 1} is not what was kept`);
    whole += found.length;
  }
  const lost = LOG.events.flat().length - whole;
  // A log of which the end is gone is one of an earlier moment. Whole lines that a hand takes out, with all that is known of
  // an incident after them, leave no trace either: nothing counts the lines.
  const lines = LOG.bytes.toString("latin1").split("\n");
  const isEarlier =
    LOG.bytes.subarray(0, bytes.length).equals(bytes) || text.split("\n").every((line) => lines.includes(line));
  const isTold =
    report.tornBytes > 0 || report.damages.length > 0 || report.strayCommits > 0 || report.keptAside !== undefined;
  if (lost > 0 && !isTold && !isEarlier) throw new Error(`${lost} events are lost, and nobody is told`);
  if (report.keptAside !== undefined && !bytes.equals(fileSystem.content(report.keptAside) ?? new Uint8Array()))
    throw new Error("what was kept aside is not what there was");
  await fillIncidents(store);
  await store.close();
  await (await FileIncidentStore.open("/s", { fileSystem, clock: new ManualClock(AT) })).close();
  return { taken: true };
}

async function readFile({ text }: Kept): Promise<Outcome> {
  const fileSystem = new FaultyFileSystem();
  const bytes = Buffer.from(text, "latin1");
  fileSystem.put("/s/nines-state.json", bytes);
  try {
    const loaded = await new FileStateStore("/s", { fileSystem }).load("nines-state");
    if (loaded === undefined || !Buffer.from(loaded).equals(bytes))
      throw new Error("the document is not what was kept");
    return { taken: true };
  } catch (error) {
    return refusal(error, "adapter");
  }
}

/** A store that gives what it is told to. */
function storeOf(texts: readonly string[], summary: string): IncidentStore {
  const store: IncidentStore = new MemoryIncidentStore();
  return Object.assign(Object.create(store) as IncidentStore, {
    read: async (_: number, { after = 0 } = {}) => texts.slice(after),
    rows: async ({ beyond }: { readonly beyond?: number }) =>
      beyond === undefined ? [{ number: 1, version: texts.length, open: true, summary }] : [],
  });
}

async function readIncident({ events: texts, text }: Kept): Promise<Outcome> {
  const incidents = new IncidentManager({ clock: new ManualClock(AT + HOUR), store: storeOf(texts, asText(text)) });
  try {
    const incident = await incidents.get("INC-0001");
    const odd = oddNumber(incident);
    if (odd !== undefined) throw new Error(`an incident with a number that is none: ${odd}`);
    await incidents.timeline("INC-0001");
    for await (const listed of incidents.list())
      if (oddNumber(listed) !== undefined) throw new Error(`a list with ${oddNumber(listed)}`);
    const metrics = await incidents.metrics({ from: AT - HOUR, until: AT + HOUR }).catch((error: unknown) => {
      if (!isReliabilityError(error)) throw error;
    });
    if (oddNumber(metrics) !== undefined) throw new Error(`metrics with ${oddNumber(metrics)}`);
    return { taken: true };
  } catch (error) {
    if (isReliabilityError(error) && error.code === "configuration" && texts.length === 0)
      return refusal(error, "configuration");
    return refusal(error, "adapter");
  }
}

async function readRun({ events: texts, text }: Kept): Promise<Outcome> {
  const clock = new ManualClock(AT + HOUR);
  const executor = executorOn(storeOf(texts, asText(text)), clock);
  try {
    const run = await inTime(clock, executor.get("RUN-0001"));
    const odd = oddNumber(run);
    if (odd !== undefined) throw new Error(`a run with a number that is none: ${odd}`);
    await inTime(clock, executor.journal("RUN-0001"));
    for await (const listed of executor.list())
      if (oddNumber(listed) !== undefined) throw new Error(`a list with ${oddNumber(listed)}`);
    return { taken: true };
  } catch (error) {
    if (isReliabilityError(error) && error.code === "configuration" && texts.length === 0)
      return refusal(error, "configuration");
    return refusal(error, "adapter");
  }
}

function refusal(error: unknown, code: string): Outcome {
  if (!isReliabilityError(error) || error.code !== code) throw error;
  if (error instanceof ConfigurationError) return { refused: error.message, at: placeOf(error) };
  return {
    refused: error.message,
    at:
      /(event \d+|the summary of \S+|at byte \d+|format \d+|the document "[^"]*"|the chaos journal|the history|it is none of ours|it is damaged)/.exec(
        error.message,
      )?.[1] ?? "",
  };
}

function placeOf({ issues: [issue] }: ConfigurationError): string {
  return issue?.line === undefined ? formatPath(issue?.path ?? []) || "the document" : `line ${issue.line}`;
}

function asText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}
