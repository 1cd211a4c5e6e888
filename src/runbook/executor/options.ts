/** What can be told to an executor, and whether it makes sense. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { invalid, show } from "../../core/errors.ts";
import type { ListenerFailure } from "../../core/events.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { type Random, systemRandom } from "../../core/random.ts";
import { MemoryIncidentStore } from "../../incident/memory-store.ts";
import type { CommandRunner } from "../../ports/command-runner.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../../ports/logger.ts";
import type { RunStore } from "../../ports/run-store.ts";

import type { ActionFunction } from "../action.ts";
import type { RunbookApprover } from "../engine/approval.ts";
import { Redactor, secretNames } from "../redact/redactor.ts";
import type { StepSettings } from "../performing/settings.ts";
import type { RunIncidents } from "./timeline.ts";

/** What can be told to a {@link RunbookExecutor}. */
export interface RunbookExecutorOptions {
  /** What runs commands; or several by name, of which the first is for steps that name none. */
  readonly runner?: CommandRunner | undefined;
  readonly runners?: Readonly<Record<string, CommandRunner>> | undefined;
  /** Actions that documents name. */
  readonly actions?: Readonly<Record<string, ActionFunction>> | undefined;
  /** Makes HTTP requests; the global one unless told. */
  readonly fetch?: HttpFetch | undefined;
  /** Programs that may be run; those that runbooks name unless told. */
  readonly programs?: readonly string[] | undefined;
  /** Whether steps with `shell: true` are run; no unless told. */
  readonly allowShell?: boolean | undefined;
  /** Hosts that may be asked, such as `api.example.com` or `localhost:8080`; those that runbooks name unless told. */
  readonly hosts?: readonly string[] | undefined;
  /** Variables that every command gets, beside those of the runner. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Where commands run, unless their step says otherwise. */
  readonly workingDirectory?: string | undefined;
  /**
   * Texts that nobody must see, by names by which commands, headers and actions get them: `{{ secrets.token }}`. They and
   * variables whose names look like secrets are taken out of all that is stored, shown and logged.
   */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** Answers approvals before people do. */
  readonly approver?: RunbookApprover | undefined;
  /** Where runs are kept; in memory unless told. One that has incidents in it is not for runs. */
  readonly store?: RunStore | undefined;
  /** Whose timelines runs are written to: an `IncidentManager`. */
  readonly incidents?: RunIncidents | undefined;
  /** What ids of runs begin with; `RUN` unless told. */
  readonly prefix?: string | undefined;
  /** How many characters are kept of each stream of a step's output; 32,768 unless told. */
  readonly maxOutput?: number | undefined;
  /** How many are kept of a whole run; 4 million unless told. Beyond it 1,024 a stream are. */
  readonly maxRunOutput?: number | undefined;
  /** How many runs at once; 20 unless told. One more is refused. */
  readonly maxRuns?: number | undefined;
  /** A run whose executor was not heard of for so long may be resumed by another; in milliseconds, 30 s unless told. */
  readonly leaseMs?: number | undefined;
  /** How long a store that fails is asked again before a run is given up; in milliseconds, 30 s unless told. */
  readonly patienceMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly logger?: Logger | undefined;
  /** Told of what listeners throw; the `logger` is, or else the process warns of it, unless told. */
  readonly onListenerError?: ((failure: ListenerFailure) => void) | undefined;
}

/** The options, checked and complete. */
export interface SoundExecutorOptions {
  readonly settings: StepSettings;
  readonly store: RunStore;
  readonly incidents: RunIncidents | undefined;
  readonly approver: RunbookApprover | undefined;
  readonly prefix: string;
  readonly maxRunOutput: number;
  readonly maxRuns: number;
  readonly leaseMs: number;
  readonly patienceMs: number;
  /** Tells this executor from all others. */
  readonly owner: string;
}

const OPTIONS: readonly (keyof RunbookExecutorOptions)[] = [
  ...(["runner", "runners", "actions", "fetch", "programs", "allowShell", "hosts", "environment"] as const),
  ...([
    "workingDirectory",
    "secrets",
    "approver",
    "store",
    "incidents",
    "prefix",
    "maxOutput",
    "maxRunOutput",
  ] as const),
  ...(["maxRuns", "leaseMs", "patienceMs", "clock", "random", "logger", "onListenerError"] as const),
];
const MOST_NAMES = 1_000;
const NAME = /^[A-Za-z_][\w-]{0,99}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;

/** @throws {@link ConfigurationError} naming the option */
export function soundOptions(options: RunbookExecutorOptions): SoundExecutorOptions {
  checkOptions(options, "RunbookExecutor", OPTIONS);
  checkMethods(options.store, "store", ["commit", "read", "rows", "due", "holderOf"]);
  checkMethods(options.incidents, "incidents", ["note", "timeline"]);
  checkMethods(options.clock, "clock", ["now", "monotonic", "schedule"]);
  checkMethods(options.random, "random", ["integer"]);
  checkLogger(options.logger);
  const { environment = {}, secrets = {}, clock = systemClock, random = systemRandom } = options;
  const logger = harmless(options.logger ?? silentLogger);
  const { approver, fetch = globalThis.fetch, workingDirectory, onListenerError } = options;
  for (const [name, value] of Object.entries({ approver, fetch, onListenerError })) {
    if (value !== undefined && typeof value !== "function") throw invalid(name, `${show(value)} is not a function`);
  }
  if (workingDirectory !== undefined && (typeof workingDirectory !== "string" || workingDirectory === "")) {
    throw invalid("workingDirectory", `${show(workingDirectory)} is no path`);
  }
  checkTexts("environment", environment, VARIABLE);
  checkTexts("secrets", secrets, NAME);
  for (const [name, value] of Object.entries(secrets)) {
    // Its value is never shown.
    if (value.length < 4)
      throw invalid(["secrets", name], "is shorter than 4 characters; hiding it would hide other text");
  }
  const settings: StepSettings = {
    runners: runnersOf(options),
    actions: actionsOf(options.actions),
    fetch,
    programs: namesOf("programs", options.programs),
    allowShell: flag("allowShell", options.allowShell ?? false),
    hosts: hostsOf(options.hosts),
    environment: { ...environment },
    workingDirectory,
    secrets: { ...secrets },
    redactor: new Redactor([...Object.values(secrets), ...secretNames(environment)]),
    maxOutput: whole("maxOutput", options.maxOutput ?? 32_768, 0, 1_000_000),
    clock,
    logger,
  };
  return {
    settings,
    store: options.store ?? new MemoryIncidentStore(),
    incidents: options.incidents,
    approver,
    prefix: options.prefix ?? "RUN",
    maxRunOutput: whole("maxRunOutput", options.maxRunOutput ?? 4_000_000, 0, 100_000_000),
    maxRuns: whole("maxRuns", options.maxRuns ?? 20, 1, 10_000),
    leaseMs: whole("leaseMs", options.leaseMs ?? 30_000, 1_000, 86_400_000),
    patienceMs: whole("patienceMs", options.patienceMs ?? 30_000, 0, 86_400_000),
    owner: Array.from({ length: 16 }, () => random.integer(0, 15).toString(16)).join(""),
  };
}

function runnersOf({ runner, runners }: RunbookExecutorOptions): ReadonlyMap<string, CommandRunner> {
  if (runner !== undefined && runners !== undefined)
    throw invalid("runners", "is told together with runner; tell one of them");
  if (runners !== undefined && (typeof runners !== "object" || (runners as unknown) === null)) {
    throw invalid("runners", `${show(runners)} is no mapping of names to runners`);
  }
  const named = runner === undefined ? Object.entries(runners ?? {}) : [["local", runner] as const];
  for (const [name, one] of named) {
    if (!NAME.test(name)) throw invalid(["runners", name], "is no name; write letters, digits, _ and -");
    if ((one as unknown) === undefined) throw invalid(["runners", name], "is missing");
    checkMethods(one, runner === undefined ? ["runners", name] : "runner", ["run"]);
  }
  return new Map(named);
}

function actionsOf(actions: RunbookExecutorOptions["actions"] = {}): ReadonlyMap<string, ActionFunction> {
  if (typeof actions !== "object" || (actions as unknown) === null)
    throw invalid("actions", `${show(actions)} is no mapping`);
  for (const [name, action] of Object.entries(actions)) {
    if (typeof action !== "function") throw invalid(["actions", name], `${show(action)} is not a function`);
  }
  return new Map(Object.entries(actions));
}

function namesOf(path: string, names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (names === undefined) return undefined;
  const isList = Array.isArray(names) && names.length <= MOST_NAMES;
  if (isList && names.every((name) => typeof name === "string" && name !== "")) return new Set(names);
  throw invalid(path, `${show(names)} is not a list of at most ${String(MOST_NAMES)} names`);
}

/** Hosts as they stand in addresses: with their port where they have one, and without regard to case. */
function hostsOf(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  const hosts = namesOf("hosts", names);
  if (hosts === undefined) return undefined;
  for (const host of hosts) {
    if (/[/\s?#@]/.test(host)) {
      throw invalid("hosts", `${show(host)} is no host; write it as in api.example.com or api.example.com:8443`);
    }
  }
  return new Set([...hosts].map((host) => host.toLowerCase()));
}

function checkTexts(path: string, texts: unknown, shape: RegExp): void {
  if (typeof texts !== "object" || texts === null || Array.isArray(texts)) {
    throw invalid(path, `${show(texts)} is no mapping of names to texts`);
  }
  for (const [name, value] of Object.entries(texts)) {
    if (!shape.test(name)) throw invalid([path, name], "is no name; write letters, digits and _");
    // Its value may be a secret.
    if (typeof value !== "string" || value.includes("\0")) throw invalid([path, name], "is not a text without NUL");
  }
}

function flag(path: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw invalid(path, `${show(value)} is neither true nor false`);
}

function whole(path: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw invalid(path, `${show(value)} is not possible; write a whole number from ${String(least)} to ${String(most)}`);
}
