/** What no system would begin, said before it is tried. Nothing here ever shows an argument. */
import { AdapterError, show } from "../../core/errors.ts";
import type { CommandRequest, CommandResult } from "../../ports/command-runner.ts";

/** What a command comes to whose caller gave up before it began. */
export const NOT_BEGUN: CommandResult = Object.freeze({ reason: "was not begun" });

/** An error about a command. It has no `cause`: Node's own would show the arguments. */
export function commandError(
  adapter: string,
  message: string,
  options: { retryable?: boolean; context?: Readonly<Record<string, unknown>> } = {},
): AdapterError {
  const { retryable = false, context } = options;
  return new AdapterError(message, {
    adapter,
    operation: "run a command",
    retryable,
    ...(context === undefined ? {} : { context }),
  });
}

/** @throws `AdapterError` if the request cannot be run by anybody */
export function checkRequest(adapter: string, request: CommandRequest): void {
  const { program, args, workingDirectory, environment, key } = request;
  const refuse = (message: string): never => {
    throw commandError(adapter, message);
  };
  if (typeof program !== "string" || program === "") refuse(`${show(program)} is no program`);
  if (program.includes("\0")) refuse(`there is a NUL in the name of the program ${show(program)}`);
  if (!Array.isArray(args)) refuse(`the arguments of ${show(program)} are no list`);
  for (const [index, arg] of (args as readonly unknown[]).entries()) {
    if (typeof arg !== "string") refuse(`argument ${String(index + 1)} of ${show(program)} is no text`);
    else if (arg.includes("\0")) refuse(`there is a NUL in argument ${String(index + 1)} of ${show(program)}`);
  }
  if (workingDirectory?.includes("\0") === true) refuse(`there is a NUL in the working directory of ${show(program)}`);
  if (typeof key !== "string") refuse(`${show(key)} is no key`);
  for (const [name, value] of Object.entries(environment as Readonly<Record<string, unknown>>)) {
    if (!isVariableName(name)) refuse(`${show(name)} is no name of a variable, for ${show(program)}`);
    if (typeof value !== "string") refuse(`the variable ${show(name)} for ${show(program)} is no text`);
    else if (value.includes("\0")) refuse(`there is a NUL in the variable ${show(name)} for ${show(program)}`);
  }
}

/** Whether a variable can have this name. */
export function isVariableName(name: unknown): name is string {
  return typeof name === "string" && name !== "" && !/[=\0]/.test(name);
}
