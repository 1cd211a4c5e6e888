/** What a step hands to a job. */
import type { CommandRequest } from "../../ports/command-runner.ts";

const OPTION = /^([A-Za-z0-9_.-]{1,200})=([^]*)$/;
const REPLACED = /\$\{DATE[^}$]*\}/;

/**
 * Reads a step as the options of a job.
 *
 * @returns a text that says what is wrong, without any value: it may be a secret
 */
export function readOptions(request: CommandRequest, keyOption: string): Readonly<Record<string, string>> | string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(request.program)) {
    return "the program of the step is no id of a job; write one such as 3b6c19f6-41ee-475f-8fd0-8f1a26f27a9a";
  }
  if (request.workingDirectory !== undefined) return "a job has no working directory; it belongs into the job";
  if (Object.keys(request.environment).length > 0) return "a job takes no environment; hand it options, name=value";
  const options = new Map<string, string>();
  for (const [index, argument] of request.args.entries()) {
    const place = `argument ${String(index + 1)}`;
    const [, name = "", value = ""] = OPTION.exec(argument) ?? [];
    if (name === "") return `${place} is no option; write name=value`;
    if (name === keyOption) return `${place} sets ${keyOption}, which tells the executions of one step apart`;
    if (options.has(name)) return `${place} sets an option that is set already`;
    if (REPLACED.test(value)) return `the value of ${name} has a date in it that Rundeck would fill in, \${DATE:...}`;
    options.set(name, value);
  }
  return Object.fromEntries(options);
}
