/** Runbooks from YAML or JSON. */
import { show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { type OpenDocument, openDocument } from "../../core/parse.ts";
import { openPlain } from "../../core/plain.ts";

import { hasOwnName, isKept, readRunbook, seal } from "./definition.ts";
import { Fields, isMapping, LIMITS, type Place, refuse, within } from "./fields.ts";
import type { RunbookDefinition, StepDefinition } from "./types.ts";
import type { Runbook } from "../model.ts";

/** How a document is read. */
export interface RunbookReadOptions {
  /** What to call the document in an error, as a rule its file's name. */
  readonly file?: string | undefined;
  /** The runbook's name, for a document that says none. */
  readonly name?: string | undefined;
}

const NO_NAME = "has no name, and is not the only one; write name: in it";

/** What can be read: YAML or JSON text, or the same as a plain object. */
export type RunbookInput = string | readonly (string | StepDefinition)[] | RunbookDefinition | object;

/**
 * Reads a runbook: a list of steps, or the document for people, as YAML or JSON text or as a plain object.
 * `docs/runbook.md` has every field.
 *
 * @throws {@link ConfigurationError} with all faults at once (the first 100 in full), each with its path and, for text,
 *   line and column
 *
 * @example
 * ```ts
 * import { parseRunbook } from "nines";
 *
 * const runbook = parseRunbook(`
 *   title: High memory usage
 *   severity: high
 *   estimated_time: 30 minutes
 *   triggers: [{ alert: HighMemoryUsage, threshold: "> 90 % for 5 m" }]
 *   steps:
 *     - { name: check_pods, command: "kubectl get pods -l app=web", timeout: 30, continue_on_failure: true }
 *     - title: Look at the dashboard
 *       time_limit: 5 minutes
 *       actions: [Is it one pod or all?, Did a release go out?]
 * `);
 * if (runbook.name !== "HighMemoryUsage" || runbook.severity !== "SEV2") throw new Error(runbook.name);
 * ```
 */
export function parseRunbook(input: RunbookInput, options: RunbookReadOptions = {}): Runbook {
  const [runbook, another] = read(input, options, true);
  if (another !== undefined) throw new Error("read more than one runbook");
  return seal(runbook);
}

/**
 * Reads all runbooks of a document: those under `runbooks`, by name; or the one that it is.
 *
 * @throws {@link ConfigurationError} as {@link parseRunbook}
 *
 * @example
 * ```ts
 * import { parseRunbooks } from "nines";
 *
 * const runbooks = parseRunbooks(`
 *   runbooks:
 *     HighMemoryUsage:
 *       - { name: restart, command: kubectl rollout restart deployment/web }
 *     DiskFull:
 *       title: The disk is full
 *       steps: [{ name: sweep, command: [find, /var/tmp, -mtime, "+7", -delete] }]
 * `);
 * if (runbooks.map(({ name }) => name).join() !== "HighMemoryUsage,DiskFull") throw new Error("not read");
 * ```
 */
export function parseRunbooks(input: RunbookInput, options: RunbookReadOptions = {}): readonly Runbook[] {
  return read(input, options, false).map(seal);
}

function read(input: RunbookInput, options: RunbookReadOptions, isOne: boolean): readonly (Runbook | undefined)[] {
  const { document, faults } = open(input, options);
  const place = { path: [], faults };
  const runbooks = readAll(document.value, place, { ...options, isOne });
  faults.throwIfAny(document);
  return runbooks;
}

function open(input: RunbookInput, { file }: RunbookReadOptions): OpenDocument {
  const named = file === undefined ? {} : { file };
  return typeof input === "string" ? openDocument(input, named) : openPlain(input, { ...named, isKept });
}

function readAll(
  value: unknown,
  place: Place,
  { file, name, isOne }: RunbookReadOptions & { readonly isOne: boolean },
): readonly (Runbook | undefined)[] {
  const wrapper = ["runbooks", "runbook"].find((key) => isMapping(value) && Object.hasOwn(value, key));
  if (wrapper === undefined) {
    const stem = Array.isArray(value) ? file?.replace(/^.*[/\\]/, "").replace(/\.(?:ya?ml|json)$/i, "") : undefined;
    return [readRunbook(value, place, name ?? (stem === "" ? undefined : stem))];
  }
  const fields = Fields.of(value, place, [wrapper]);
  const inside = fields?.raw(wrapper);
  const at = within(place, wrapper);
  if (wrapper === "runbook") return [readRunbook(inside, at, name)];
  return severalOf(inside, at, isOne ? name : undefined, isOne);
}

function severalOf(
  value: unknown,
  place: Place,
  wanted: string | undefined,
  isOne: boolean,
): readonly (Runbook | undefined)[] {
  if (!isMapping(value) && !Array.isArray(value)) {
    refuse(place, `${show(value)} is neither a mapping of runbooks by name nor a list of them`);
    return [];
  }
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  if (entries.length === 0 || entries.length > LIMITS.items) {
    refuse(place, `has ${String(entries.length)} runbooks; allowed: 1 to ${String(LIMITS.items)}`);
    return [];
  }
  const chosen = wanted === undefined ? entries : entries.filter(([key]) => key === wanted);
  if (isOne && chosen.length !== 1) {
    const names = entries.slice(0, 10).map(([key]) => String(key));
    if (wanted !== undefined) refuse(place, `there is no runbook ${show(wanted)}${choices(wanted, names)}`);
    else
      refuse(
        place,
        `has ${String(entries.length)} runbooks (${names.join(", ")}); read them with parseRunbooks, or say which by name`,
      );
    return [];
  }
  const seen = new Set<string>();
  return chosen.map(([key, written]) => {
    const at = within(place, key);
    const runbook = readRunbook(written, at, typeof key === "string" ? key : undefined);
    if (runbook !== undefined && seen.has(runbook.name)) {
      const isSaid = hasOwnName(runbook);
      const fault = isSaid ? `${show(runbook.name)} is the name of another runbook already` : NO_NAME;
      refuse(at, fault);
    }
    if (runbook !== undefined) seen.add(runbook.name);
    return runbook;
  });
}
