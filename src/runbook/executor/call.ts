/** What is said to have a runbook run, checked. */
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import { checkWords } from "../../core/words.ts";
import { SEVERITIES, type Severity } from "../../incident/model.ts";
import type { CallOptions } from "../../ports/store.ts";

/** The alert, the incident and whatever else a run is for. */
export interface RunContext extends CallOptions {
  /** Who has it run: 1 to 200 characters. */
  readonly by: string;
  /** Labels of the alert. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Annotations of the alert. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** The incident whose timeline the run is written to. An `Incident` fits. */
  readonly incident?: { readonly id: string; readonly title: string; readonly severity: Severity } | undefined;
  /** Whatever else is to be filled in: `{{ parameters.replicas }}`. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** True: nothing is changed. False: destructive steps are done as well. Unless told, those are only tried dry, and the others done. */
  readonly dryRun?: boolean | undefined;
  /**
   * The same for the same occasion: of calls with one key one begins a run, and the others are answered with it. 1 to 150
   * characters.
   */
  readonly key?: string | undefined;
}

/** A checked context. */
export interface SoundContext {
  readonly by: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly incident: RunContext["incident"];
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly dryRun: boolean | undefined;
  readonly key: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const KEYS = ["by", "labels", "annotations", "incident", "parameters", "dryRun", "key", "signal"];
const MOST_VALUES = 500;
const LONGEST_VALUE = 100_000;

/** @throws {@link ConfigurationError} naming what is wrong */
export function soundContext(context: RunContext): SoundContext {
  checkOptions(context, "executeRunbook", KEYS);
  const { by, labels = {}, annotations = {}, incident, parameters = {}, dryRun, key, signal } = context;
  words("by", by, 200);
  if (key !== undefined) words("key", key, 150);
  if (incident !== undefined) {
    if (typeof incident !== "object" || (incident as unknown) === null) {
      throw invalid(
        "incident",
        `${show(incident)} is no incident; hand in the incident itself, or { id, title, severity }`,
      );
    }
    words("incident.id", incident.id, 40);
    words("incident.title", incident.title, 20_000);
    if (!SEVERITIES.includes(incident.severity)) {
      throw invalid(
        ["incident", "severity"],
        `${show(incident.severity)} is not possible${choices(incident.severity, SEVERITIES)}`,
      );
    }
  }
  if (dryRun !== undefined && typeof dryRun !== "boolean")
    throw invalid("dryRun", `${show(dryRun)} is neither true nor false`);
  const about =
    incident === undefined ? undefined : { id: incident.id, title: incident.title, severity: incident.severity };
  return {
    ...{ by, dryRun, key, signal, incident: about },
    labels: values("labels", labels, ["string"]) as Record<string, string>,
    annotations: values("annotations", annotations, ["string"]) as Record<string, string>,
    parameters: values("parameters", parameters, ["string", "number", "boolean"]),
  };
}

function words(path: string, value: unknown, most: number): void {
  checkWords(value, most, (problem) => {
    throw invalid(path, problem);
  });
}

function values(path: string, given: unknown, types: readonly string[]): Record<string, string | number | boolean> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw invalid(path, `${show(given)} is no mapping of names to ${types.join(", ")}`);
  }
  const entries = Object.entries(given);
  if (entries.length > MOST_VALUES)
    throw invalid(path, `has ${String(entries.length)} entries; at most ${String(MOST_VALUES)}`);
  for (const [name, value] of entries) {
    if (!types.includes(typeof value) || (typeof value === "number" && !Number.isFinite(value))) {
      throw invalid([path, name], `${show(value)} is not possible; allowed: ${types.join(", ")}`);
    }
    if (typeof value === "string" && value.length > LONGEST_VALUE) {
      throw invalid([path, name], `has ${String(value.length)} characters; at most ${String(LONGEST_VALUE)}`);
    }
  }
  // What is called like something that every object has is data as well.
  return Object.assign(Object.create(null) as object, Object.fromEntries(entries));
}
