import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import type { Clock } from "../../src/core/time/clock.ts";
import { AdapterError } from "../../src/core/errors.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../src/ports/command-runner.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { RunbookExecutorOptions } from "../../src/runbook/executor/options.ts";
import type { RunbookRun, RunStep } from "../../src/runbook/run.ts";

/** What a command does in a test. */
export type Behaviour = (request: CommandRequest, options: CommandOptions) => CommandResult | Promise<CommandResult>;

/** A runner whose commands are functions, by the program's name; any other program prints its arguments. */
export class FakeRunner implements CommandRunner {
  readonly requests: CommandRequest[] = [];
  readonly leftovers: string[] = [];
  readonly #behaviours: Readonly<Record<string, Behaviour>>;

  constructor(behaviours: Readonly<Record<string, Behaviour>> = {}) {
    this.#behaviours = behaviours;
  }

  async run(request: CommandRequest, options: CommandOptions = {}): Promise<CommandResult> {
    this.requests.push(request);
    if (request.isDryRun) {
      options.onOutput?.("stdout", `would run ${request.program}`);
      return { exitCode: 0 };
    }
    const behaviour = this.#behaviours[request.program];
    if (behaviour !== undefined) return behaviour(request, options);
    options.onOutput?.("stdout", `${request.args.join(" ")}\n`);
    return { exitCode: 0 };
  }

  async endLeftovers(key: string): Promise<number> {
    this.leftovers.push(key);
    return 0;
  }

  /** What was run, as lines. */
  get lines(): string[] {
    return this.requests.map(({ program, args }) => [program, ...args].join(" "));
  }
}

/** Fails with an exit code. */
export const failing =
  (exitCode = 1): Behaviour =>
  () => ({ exitCode });

/** Runs until it is told to end. */
export const hanging: Behaviour = async (_request, { signal }) =>
  new Promise((resolve) => {
    signal?.addEventListener("abort", () => resolve({ signal: "SIGKILL" }));
  });

export const ALERT = "HighMemoryUsage";

/** What was told to a logger, as text. */
export class Heard {
  readonly lines: string[] = [];
  readonly logger = {
    warn: (message: string, fields?: object) => void this.lines.push(`${message} ${JSON.stringify(fields)}`),
    error: (message: string, fields?: object) => void this.lines.push(`${message} ${JSON.stringify(fields)}`),
  };
}

type Context = Parameters<RunbookExecutor["executeRunbook"]>[1];

/** An executor with a runbook, and all that belongs to it. */
export function executing(
  steps: readonly StepDefinition[],
  options: RunbookExecutorOptions & { readonly behaviours?: Readonly<Record<string, Behaviour>> } = {},
) {
  const { behaviours = {}, ...rest } = options;
  const runner = new FakeRunner(behaviours);
  const heard = new Heard();
  const store: IncidentStore = options.store ?? new MemoryIncidentStore();
  const executor = new RunbookExecutor({ runner, logger: heard.logger, ...rest, store });
  executor.registerRunbook(ALERT, steps);
  const run = (context: Partial<Context> = {}): Promise<RunbookRun> =>
    executor.executeRunbook(ALERT, { by: "ann", ...context });
  return { runner, heard, store, executor, run };
}

/** Registers a runbook of one command, of which runs with other locks in their labels go side by side. */
export function withLocks(executor: RunbookExecutor, command = "x"): void {
  executor.registerRunbook("Locked", { name: "Locked", lock: "{{ labels.lock }}", steps: [{ name: "x", command }] });
}

/** An incident to run for. */
export async function incidentOf(clock?: Clock) {
  const incidents = new IncidentManager(clock === undefined ? {} : { clock });
  const incident = await incidents.createIncident({ title: "memory is full", severity: "SEV2", by: "alerts" });
  return { incidents, incident };
}

/** One step of a run. */
export function stepOf(run: RunbookRun, name: string): RunStep {
  const step = run.steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}: ${run.steps.map((one) => one.name).join()}`);
  return step;
}

/** How the steps of a run stand. */
export function standing(run: RunbookRun): Record<string, string> {
  return Object.fromEntries(run.steps.map(({ name, status }) => [name, status]));
}

/** What a step wrote. */
export function outputOf(run: RunbookRun, name: string): string {
  return stepOf(run, name).attempts.at(-1)?.stdout?.text ?? "";
}

/** What a run wrote into an incident's timeline. */
export async function notesOf(incidents: Pick<IncidentManager, "timeline">, id: string): Promise<string[]> {
  return (await incidents.timeline(id)).flatMap((event) => (event.type === "noted" ? [event.message] : []));
}

/** `store`, some of whose calls are answered otherwise. */
export function altered(store: IncidentStore, calls: Partial<IncidentStore>): IncidentStore {
  return {
    commit: (changes, options) => store.commit(changes, options),
    read: (number, options) => store.read(number, options),
    rows: (page) => store.rows(page),
    due: (at, limit, options) => store.due(at, limit, options),
    holderOf: (key, options) => store.holderOf(key, options),
    ...calls,
  };
}

/** What a store rejects with that may be well again the next time. */
export const trouble = (): AdapterError =>
  new AdapterError("the store is down", { adapter: "test", operation: "call", retryable: true });

/** `store`, whose next look at a journal fails if that is asked for; and how many have failed. */
export function failingLooks(store: IncidentStore) {
  const looks = { failed: 0, failNext: () => void (isNext = true) };
  let isNext = false;
  const read: IncidentStore["read"] = async (number, options) => {
    if (!isNext) return store.read(number, options);
    isNext = false;
    looks.failed += 1;
    throw trouble();
  };
  return { ...altered(store, { read }), looks };
}

/** `store` as a process has it that dies when it is told to: nothing that it asks after that is done or answered. */
export function mortal(store: IncidentStore) {
  let isDead = false;
  const alive = <T>(call: () => Promise<T>): Promise<T> => (isDead ? new Promise<T>(() => undefined) : call());
  const calls: Partial<IncidentStore> = {
    commit: (changes, options) => alive(() => store.commit(changes, options)),
    read: (number, options) => alive(() => store.read(number, options)),
    rows: (page) => alive(() => store.rows(page)),
  };
  return { store: altered(store, calls), die: () => void (isDead = true) };
}

/** Waits until an event of the first run says `words`. */
export async function journalSays(store: IncidentStore, words: string): Promise<void> {
  await expect.poll(async () => (await store.read(1)).join("\n"), { interval: 5 }).toContain(words);
}

/** A run whose process dies when its journal says `until`: the store that is left, and what it was about to do. */
export async function abandoned(
  steps: readonly StepDefinition[],
  until: string,
  { incident, dryRun, ...options }: Parameters<typeof executing>[1] & Pick<Context, "incident" | "dryRun"> = {},
) {
  const store = new MemoryIncidentStore();
  const process = mortal(store);
  const { run, runner } = executing(steps, { behaviours: { hang: hanging }, ...options, store: process.store });
  const context = { ...(incident === undefined ? {} : { incident }), ...(dryRun === undefined ? {} : { dryRun }) };
  void run(context).catch(() => undefined);
  await journalSays(store, until);
  process.die();
  return { store, dead: runner };
}

/** A promise, and how to resolve it. */
export function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves to `otherwise` if the promise has not settled within `ms`. */
export async function within<T, U>(ms: number, promise: Promise<T>, otherwise: U): Promise<T | U> {
  const own = new AbortController();
  try {
    return await Promise.race([promise, sleep(ms, otherwise, { signal: own.signal })]);
  } finally {
    own.abort();
  }
}

/** How a run ended, or the name of what it rejected with. */
export const endOf = (run: Promise<RunbookRun>): Promise<string> =>
  run.then(
    ({ status }) => status,
    (error: unknown) => (error as Error).name,
  );

/** Lets so many microtasks pass. */
export async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) await Promise.resolve();
}

/** Works in a folder that is gone afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "nines-runs-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
