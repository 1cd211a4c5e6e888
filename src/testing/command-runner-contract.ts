/** What every command runner must do; run it against yours. */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

import { isReliabilityError, show } from "../core/errors.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../ports/command-runner.ts";
import { type ContractCase, type ContractOptions, withMade } from "./state-store-contract.ts";

/** A program and its arguments, as the runner knows them. */
export type CommandExample = Pick<CommandRequest, "program" | "args">;

/** A command that changes something. */
export interface ChangingExample extends CommandExample {
  /** Whether it did. */
  readonly isDone: () => boolean | Promise<boolean>;
}

/** What a runner can do: commands to try it with. Promises about what is left out are not looked at. */
export interface CommandExamples {
  /** Succeeds, and writes just this to standard output. */
  readonly succeeding: CommandExample & { readonly stdout: string };
  /** Ends with this exit code, and writes just this to standard error and nothing to standard output. */
  readonly failing?: CommandExample & { readonly exitCode: number; readonly stderr: string };
  /** Does not end by itself. */
  readonly endless?: CommandExample;
  /** Cannot be begun at all. */
  readonly missing?: CommandExample;
  /** Writes its arguments to standard output as JSON, as a list; none of them may be changed on the way. */
  readonly echo?: (args: readonly string[]) => CommandExample;
  /** Changes something. */
  readonly changing?: ChangingExample;
}

const PROMPTLY_MS = 250;
const SECRET = "--password=tr0ub4dor-and-3";
const STRANGE = [
  ...[
    "",
    " ",
    "a b",
    "'",
    '"',
    "\\",
    "$HOME",
    "$(id)",
    "`id`",
    "a\nb",
    "\t",
    "*",
    "?",
    "~",
    "-rf",
    "--",
    "#",
    ";",
    "&",
    "|",
  ],
  ...["%PATH%", "!1", "{a,b}", "ä€😀", "\u0001\u007f", "{{ labels.pod }}", "x".repeat(10_000)],
];

/**
 * The contract of a {@link CommandRunner}, to be run by any test runner: `create` makes a fresh runner each time, and
 * `examples` says what it can be tried with.
 *
 * @example
 * ```ts
 * import { RecordedCommandRunner } from "nines/command";
 * import { commandRunnerContract } from "nines/testing";
 *
 * const succeeding = { program: "uptime", args: ["-p"], stdout: "up 3 days\n" };
 * const create = () => new RecordedCommandRunner([{ ...succeeding, exitCode: 0 }]);
 * for (const { check } of commandRunnerContract(create, { succeeding })) await check();
 * ```
 */
export function commandRunnerContract<Made extends CommandRunner>(
  create: () => Made | Promise<Made>,
  examples: CommandExamples,
  options: ContractOptions<Made> = {},
): readonly ContractCase[] {
  const { succeeding, failing, endless, missing, echo, changing } = examples;
  const given = (name: string, check: (runner: CommandRunner) => Promise<void>): ContractCase => ({
    name,
    check: () => withMade(create, options, check),
  });
  return [
    given("tells a success and its output", async (runner) => {
      const { result, stdout, stderr } = await tell(runner, succeeding);
      expectSame([result.exitCode ?? 0, result.signal, stdout, stderr], [0, undefined, succeeding.stdout, ""]);
    }),
    given("is not disturbed by who listens and throws", async (runner) => {
      const thrown = new Error("a listener that throws");
      const { exitCode } = await catching(thrown, () =>
        runner.run(requestOf(succeeding), {
          onOutput() {
            throw thrown;
          },
        }),
      );
      expectSame(exitCode ?? 0, 0);
    }),
    given("begins nothing for who has given up", async (runner) => {
      const { result, stdout } = await tell(runner, succeeding, { signal: AbortSignal.abort() });
      expectSame([result.exitCode, stdout], [undefined, ""]);
    }),
    given("succeeds in a dry run", async (runner) => {
      const { result } = await tell(runner, { ...succeeding, isDryRun: true });
      expectSame(result.exitCode ?? 0, 0);
    }),
    given("finds nothing left over of what never ran", async (runner) => {
      expectSame((await runner.endLeftovers?.("RUN-9999/never")) ?? 0, 0);
    }),
    ...some(failing, ({ exitCode, stderr: complaint, ...command }) =>
      given("tells a failure as an answer, and standard error apart", async (runner) => {
        const { result, stdout, stderr } = await tell(runner, command);
        expectSame([result.exitCode, stdout, stderr], [exitCode, "", complaint]);
      }),
    ),
    ...some(endless, (command) =>
      given("ends what it began within 250 ms when it is told to", async (runner) => {
        const controller = new AbortController();
        const running = tell(runner, command, { signal: controller.signal });
        expectSame(await Promise.race([running.then(() => "ended"), pause(100, "runs")]), "runs");
        const began = performance.now();
        controller.abort();
        const { result } = await running;
        const tookMs = performance.now() - began;
        if (tookMs > PROMPTLY_MS) throw new Error(`it took ${String(Math.round(tookMs))} ms to settle`);
        if (result.exitCode === 0) throw new Error("what was ended is no success");
        if (result.leftovers?.some(({ ended }) => !ended) === true) throw new Error("something still runs");
      }),
    ),
    ...some(missing, (command) =>
      given("rejects what cannot be begun, for good, and shows no argument", async (runner) => {
        const error = await runner
          .run(requestOf({ ...command, args: [...command.args, SECRET] }))
          .catch((reason: unknown) => reason);
        if (!isReliabilityError(error) || error.code !== "adapter")
          throw new Error(`expected an AdapterError, got ${show(error)}`);
        expectSame("retryable" in error && error.retryable, false);
        const place = placeOf(error, SECRET);
        if (place !== undefined) throw new Error(`the error shows an argument, in ${place}; give no cause that does`);
      }),
    ),
    ...some(echo, (command) =>
      given("hands over each argument as it is", async (runner) => {
        const { stdout } = await tell(runner, command(STRANGE));
        expectSame(JSON.parse(stdout), STRANGE);
      }),
    ),
    ...some(echo, (command) =>
      given("keeps many that run at once apart", async (runner) => {
        const words = Array.from({ length: 20 }, (_, index) => `word ${String(index)}`);
        const told = await Promise.all(words.map(async (word) => (await tell(runner, command([word]))).stdout));
        expectSame(
          told.map((text) => JSON.parse(text) as unknown),
          words.map((word) => [word]),
        );
      }),
    ),
    ...some(changing, ({ isDone, ...command }) =>
      given("changes nothing in a dry run", async (runner) => {
        await tell(runner, { ...command, isDryRun: true });
        expectSame(await isDone(), false);
        await tell(runner, command);
        expectSame(await isDone(), true);
      }),
    ),
  ];
}

function some<T>(example: T | undefined, make: (example: T) => ContractCase): ContractCase[] {
  return example === undefined ? [] : [make(example)];
}

function requestOf(command: CommandExample & { readonly isDryRun?: boolean }): CommandRequest {
  const { program, args, isDryRun = false } = command;
  return { program, args, isDryRun, environment: {}, key: "RUN-0001/contract" };
}

async function tell(
  runner: CommandRunner,
  command: CommandExample & { readonly isDryRun?: boolean },
  options: CommandOptions = {},
): Promise<{ readonly result: CommandResult; readonly stdout: string; readonly stderr: string }> {
  const pieces = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const result = await runner.run(requestOf(command), {
    ...options,
    onOutput: (stream, piece) => void pieces[stream].push(typeof piece === "string" ? Buffer.from(piece) : piece),
  });
  return { result, stdout: Buffer.concat(pieces.stdout).toString(), stderr: Buffer.concat(pieces.stderr).toString() };
}

/** Where in all that a log might show of an error the `text` is, such as `cause.spawnargs`; undefined if nowhere. */
function placeOf(error: Error, text: string): string | undefined {
  let path = "";
  for (let part: unknown = error; part instanceof Error && path.length < 60; part = part.cause) {
    const texts = [["message", part.message], ...Object.entries(part), ["stack", part.stack]] as const;
    for (const [name, value] of texts) {
      if (name !== "cause" && JSON.stringify(value ?? "").includes(text)) return `${path}${name}`;
    }
    path += "cause.";
  }
  return undefined;
}

/**
 * What `call` gives. What `thrown` does in a place where nobody can catch it (a listener of a stream) would end the process, and all other
 * cases with it: this case fails by it instead.
 */
async function catching<T>(thrown: Error, call: () => Promise<T>): Promise<T> {
  const others = process.listeners("uncaughtException");
  let escape: (error: Error) => void = () => undefined;
  const escaped = new Promise<never>((_, reject) => {
    escape = reject;
  });
  const caught = (error: Error, origin: NodeJS.UncaughtExceptionOrigin): void => {
    if (error === thrown) escape(new Error("what onOutput throws is not caught; it would end the process"));
    else for (const other of others) other(error, origin);
  };
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", caught);
  try {
    return await Promise.race([call(), escaped]);
  } finally {
    process.off("uncaughtException", caught);
    for (const other of others) process.on("uncaughtException", other);
  }
}

function expectSame(actual: unknown, expected: unknown): void {
  const [found, wanted] = [
    JSON.stringify(actual) as string | undefined,
    JSON.stringify(expected) as string | undefined,
  ];
  if (found === wanted) return;
  throw new Error(`expected ${(wanted ?? "nothing").slice(0, 300)}, got ${(found ?? "nothing").slice(0, 300)}`);
}
