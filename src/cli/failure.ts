/** From what went wrong to what is said of it and to an exit code. */
import { isReliabilityError } from "../core/errors.ts";

import { DocumentError, EXIT, UsageError } from "./exit.ts";
import { faultLine, faultShape } from "./faults.ts";
import { withHost } from "./hosts.ts";
import type { Io } from "./io.ts";
import { writeJson } from "./json.ts";
import { oneLine } from "./paint.ts";

/** What ended a command, as its JSON has it. */
interface Failure {
  readonly kind: "usage" | "document" | "unanswered" | "unexpected";
  readonly exitCode: number;
  readonly message: string;
  /** For people, line by line. */
  readonly lines: readonly string[];
  readonly more?: object;
}

/** Tells what went wrong: one JSON object on stdout where JSON was asked for, else lines on stderr. */
export async function tellFailure(error: unknown, args: readonly string[], io: Io): Promise<number> {
  // Whoever ended it need not be told that it has ended.
  if (io.signal.aborted) return EXIT.interrupted;
  const failure = failureOf(error, io);
  const { kind, exitCode, message, lines, more } = failure;
  if (asksForJson(args)) await writeJson(io.stdout, { error: { kind, exitCode, message, ...more } });
  else await io.stderr.write(lines.map((line) => `${line}\n`).join(""));
  return exitCode;
}

function failureOf(error: unknown, { env }: Io): Failure {
  if (error instanceof UsageError) {
    const { command, message } = error;
    const name = command === undefined ? "nines" : `nines ${command}`;
    const help = `${name} --help`;
    const lines = [`${name}: ${oneLine(message)}`, `Try \`${help}\`.`];
    return { kind: "usage", exitCode: EXIT.usage, message, lines, more: { help } };
  }
  if (error instanceof DocumentError) {
    const { faults } = error;
    const message =
      faults.length === 1 ? "the document has a fault" : `the documents have ${String(faults.length)} faults`;
    const more = { faults: faults.map(faultShape) };
    return { kind: "document", exitCode: EXIT.data, message, lines: faults.map(faultLine), more };
  }
  const message = oneLine(error instanceof Error ? withHost(error) : String(error));
  const isOurs = isReliabilityError(error);
  if (isOurs && (error.code === "adapter" || error.code === "timeout")) {
    const more = { code: error.code };
    return { kind: "unanswered", exitCode: EXIT.unanswered, message, lines: [`nines: ${message}`], more };
  }
  const stack = env.NINES_DEBUG === "1" && error instanceof Error ? [error.stack ?? ""] : [];
  const more = { code: isOurs ? error.code : undefined };
  return { kind: "unexpected", exitCode: EXIT.unexpected, message, lines: [`nines: ${message}`, ...stack], more };
}

/** The arguments may be what is wrong, so they are not read as such. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).includes("--json");
}
