import type { Clock } from "../../src/core/clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../src/ports/command-runner.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";
import type { StepDefinition } from "../../src/runbook/definition-types.ts";
import { RunbookExecutor } from "../../src/runbook/executor.ts";
import type { RunbookExecutorOptions } from "../../src/runbook/executor-options.ts";
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
  const run = (context: Partial<Parameters<RunbookExecutor["executeRunbook"]>[1]> = {}): Promise<RunbookRun> =>
    executor.executeRunbook(ALERT, { by: "ann", ...context });
  return { runner, heard, store, executor, run };
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
