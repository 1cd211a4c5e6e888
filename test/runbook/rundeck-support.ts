import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseYaml } from "../../src/core/yaml/yaml.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { type RundeckJob, rundeckJob, type RundeckJobOptions } from "../../src/runbook/rundeck/job.ts";

export interface Command {
  readonly script: string;
  readonly description?: string;
  readonly keepgoingOnSuccess?: boolean;
  readonly errorhandler?: Command;
}

/** A definition as Rundeck would read it. */
export interface Definition {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly name: string; readonly value?: string; readonly [key: string]: unknown }[];
  readonly sequence: { readonly keepgoing: boolean; readonly commands: readonly Command[] };
  readonly [key: string]: unknown;
}

export interface Exported extends RundeckJob {
  readonly job: Definition;
}

/** The job of a runbook in YAML, or in TypeScript for what YAML does not have. */
export function exported(input: string | object, options: RundeckJobOptions = {}): Exported {
  const made = rundeckJob(parseRunbook(input, { name: "test" }), options);
  const [job] = parseYaml(made.text).value as [Definition];
  return { ...made, job };
}

export interface Execution {
  readonly ok: boolean;
  /** The arguments that each call of the program `show` got. */
  readonly calls: readonly (readonly string[])[];
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the commands of a job one after the other with the machine's own `sh`, as Rundeck does on its server: option values
 * in the environment, an error handler after a failure. Programs: `show` writes down its arguments, `fail` ends with its
 * first argument, `curl` answers.
 */
export function execute(job: Definition, given: Readonly<Record<string, string>> = {}): Execution {
  const folder = mkdtempSync(join(tmpdir(), "nines-rundeck-"));
  try {
    return executeIn(folder, job, given);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function executeIn(folder: string, job: Definition, given: Readonly<Record<string, string>>): Execution {
  const programs = join(folder, "bin");
  const log = join(folder, "log");
  mkdirSync(programs);
  const program = (name: string, text: string): void => {
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  };
  // No argument has a zero byte in it, so one ends each; their number comes first.
  const note = `#!/bin/sh\nprintf '%s\\0' "$#" "\${0##*/}" "$@" >>"${log}"\n`;
  program("show", note);
  program("fail", `${note}exit "$1"\n`);
  program("curl", `${note}printf 'body\\n%s' "$(cat "${folder}/status")"\n`);
  writeFileSync(join(folder, "status"), given.STATUS ?? "200");

  const options = Object.fromEntries(
    job.options.flatMap(({ name, value }) => {
      const option = given[name] ?? value;
      return option === undefined ? [] : [[`RD_OPTION_${name.toUpperCase().replace(/[^A-Z0-9_]/g, "_")}`, option]];
    }),
  );
  const env = { PATH: `${programs}:${process.env.PATH ?? ""}`, ...options };
  let [stdout, stderr, ok] = ["", "", true];
  const runs = ({ script }: Command): boolean => {
    const file = join(folder, "script.sh");
    writeFileSync(file, spliced(script));
    chmodSync(file, 0o755);
    const ended = spawnSync(file, { env, cwd: folder, encoding: "utf8" });
    stdout += ended.stdout;
    stderr += ended.stderr;
    return ended.status === 0;
  };
  for (const command of job.sequence.commands) {
    if (runs(command)) continue;
    const handler = command.errorhandler;
    const isHandled = handler !== undefined && runs(handler);
    if (isHandled && handler.keepgoingOnSuccess === true) continue;
    ok = false;
    break;
  }
  return { ok, calls: existsSync(log) ? callsIn(readFileSync(log, "utf8")) : [], stdout, stderr };
}

function callsIn(log: string): string[][] {
  const words = log.split("\0");
  const calls: string[][] = [];
  for (let at = 0; at < words.length - 1;) {
    const count = Number(words[at]);
    calls.push(words.slice(at + 1, at + count + 2));
    at += count + 2;
  }
  return calls;
}

/** What Rundeck makes of a script: what looks like a token is replaced, and by nothing if there is no such value. */
function spliced(script: string): string {
  return script.replace(/@([^@\s]*)@/g, "SPLICED");
}
