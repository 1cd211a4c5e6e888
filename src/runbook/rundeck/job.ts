/** A runbook as the definition of a Rundeck job. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { writeYaml } from "../../core/yaml/yaml.ts";

import type { Runbook } from "../model.ts";
import { JobWriter, type RundeckJobWarning } from "./commands.ts";
import { descriptionOf, oneLine } from "./description.ts";

export type { RundeckJobWarning } from "./commands.ts";

/** What can be told to {@link rundeckJob}. */
export interface RundeckJobOptions {
  /** Groups with slashes between them: `web/repair`. */
  readonly group?: string;
  /** Rundeck asks for it with the import, so most definitions do without. */
  readonly project?: string;
  /** Keeps the job's identity when it is imported again. */
  readonly uuid?: string;
  /** Nodes to run on, such as `tags: web`; the Rundeck server unless told. */
  readonly nodeFilter?: string;
  /** `yaml` unless told; `json` is understood from version 44 of its API on. */
  readonly format?: "yaml" | "json";
  /** Name of the option by which a `RundeckCommandRunner` finds its executions again; `nines_key` unless told. */
  readonly keyOption?: string;
}

/** A job to be imported, and what is to be known before. */
export interface RundeckJob {
  readonly text: string;
  readonly warnings: readonly RundeckJobWarning[];
}

const OPTIONS: readonly (keyof RundeckJobOptions)[] = ["group", "project", "uuid", "nodeFilter", "format", "keyOption"];

/**
 * Writes a runbook as the definition of a Rundeck job, in YAML or JSON. Each step is a script for `sh`; places to fill in
 * become options of the job, and the scripts read them from the environment (`"$RD_OPTION_LABELS_POD"`), so that neither
 * Rundeck nor `sh` takes a value for code. Time limits need the program `timeout` on the nodes, requests need `curl`.
 *
 * What Rundeck cannot do is in `warnings`, and errs on the safe side: what is destructive, has a condition or needs an
 * approval is asked for when the job is started, and an action in TypeScript fails its step. Bounds of output and what
 * becomes of a run whose process died are left to Rundeck.
 *
 * @throws {@link ConfigurationError} if an option is not as it must be
 *
 * @example
 * ```ts
 * import { parseRunbook, rundeckJob } from "nines";
 *
 * const runbook = parseRunbook(`
 *   name: HighMemoryUsage
 *   steps:
 *     - { name: restart, command: "kubectl delete pod -- {{ labels.pod }}", timeout: 30, approval: true }
 * `);
 * const { text, warnings } = rundeckJob(runbook, { group: "web" });
 * if (!text.includes(`timeout -k 5 30 'kubectl' 'delete' 'pod' '--' "\${RD_OPTION_LABELS_POD?is missing}"`)) {
 *   throw new Error(text);
 * }
 * if (warnings.length !== 1) throw new Error("Rundeck asks for the approval before the job is started");
 * ```
 */
export function rundeckJob(runbook: Runbook, options: RundeckJobOptions = {}): RundeckJob {
  checkOptions(options, "rundeckJob", OPTIONS);
  const { group, project, uuid, nodeFilter, format = "yaml", keyOption = "nines_key" } = options;
  for (const [name, value] of Object.entries({ group, project, uuid, nodeFilter, keyOption })) {
    if (value !== undefined && (typeof value !== "string" || value.trim() === "")) {
      throw invalid(name, `${show(value)} must be a text that is not empty`);
    }
  }
  if (!/^[A-Za-z0-9_]{1,200}$/.test(keyOption)) {
    throw invalid("keyOption", `${show(keyOption)} is no name of an option; write letters, digits and "_"`);
  }
  // From JavaScript, anything may come.
  if (!["yaml", "json"].includes(format)) throw invalid("format", `${show(format)} is not known; allowed: yaml, json`);

  const writer = new JobWriter(runbook, keyOption);
  const sequence = { keepgoing: false, strategy: "node-first", commands: writer.commands() };
  const job = {
    name: oneLine(runbook.name).replaceAll("/", "-"),
    ...(group === undefined ? {} : { group }),
    ...(project === undefined ? {} : { project }),
    ...(uuid === undefined ? {} : { id: uuid, uuid }),
    description: descriptionOf(runbook),
    loglevel: "INFO",
    multipleExecutions: false,
    timeout: String(writer.seconds),
    options: writer.options(),
    ...(nodeFilter === undefined
      ? {}
      : { nodefilters: { dispatch: { keepgoing: false, threadcount: 1 }, filter: nodeFilter } }),
    sequence,
  };
  const text = format === "json" ? `${JSON.stringify([job], undefined, 2)}\n` : writeYaml([job]);
  return { text, warnings: writer.warnings };
}
