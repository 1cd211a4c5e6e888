/** What is known of a job: its name and its options. */
import { parseYaml } from "../../core/yaml/yaml.ts";

import { isRecord } from "./answers.ts";

/** A job of Rundeck. */
export interface Job {
  readonly id: string;
  readonly name: string;
  /** Names of its options. */
  readonly options: ReadonlySet<string>;
}

/** Reads a definition in YAML; undefined for what is none, such as a page that asks to log in. */
export function readJob(id: string, text: string): Job | undefined {
  const value = parsed(text);
  const job: unknown = Array.isArray(value) ? value[0] : undefined;
  if (!isRecord(job) || typeof job.name !== "string") return undefined;
  return { id, name: job.name, options: new Set(namesOf(job.options)) };
}

/** Options are a list, and were a mapping once. */
function namesOf(options: unknown): readonly string[] {
  if (isRecord(options)) return Object.keys(options);
  if (!Array.isArray(options)) return [];
  return options.flatMap((option) => (isRecord(option) && typeof option.name === "string" ? [option.name] : []));
}

function parsed(text: string): unknown {
  try {
    return parseYaml(text).value;
  } catch {
    return undefined;
  }
}
