/** Chaos Toolkit experiments from JSON and YAML: all faults at once, each with its place. */
import { ConfigurationError, invalid, show } from "../../core/errors.ts";
import type { Faults, OpenDocument, Path } from "../../core/faults.ts";
import { frozen } from "../../core/frozen.ts";
import { choices } from "../../core/nearest.ts";
import { check, openDocument } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";

import type { ToolkitActivity, ToolkitDocument, ToolkitProvider } from "./model.ts";
import { groups, readProvider, seconds, words } from "./provider-fields.ts";
import { readTolerance } from "./tolerance-fields.ts";
import { VARIABLE_TYPES } from "./variables.ts";

const MOST_ACTIVITIES = 500;
const LONGEST_NAME = 1_000;
const FILE_NAME = /^(?!.*:\s)[^\n{]+\.(?:ya?ml|json)$/i;
const MAPPING = z.record(z.string(), z.json());
const ACTIVITIES = z.array(z.record(z.string(), z.unknown())).max(MOST_ACTIVITIES);
const DOCUMENT = z.strictObject({
  version: z.string().optional(),
  title: words.max(150),
  description: words,
  tags: z.array(words).max(100).optional(),
  contributions: z.record(z.string(), z.string()).optional(),
  configuration: MAPPING.optional(),
  secrets: MAPPING.optional(),
  "steady-state-hypothesis": z
    .strictObject({ title: words, probes: ACTIVITIES.optional(), controls: z.json().optional() })
    .optional(),
  method: ACTIVITIES,
  rollbacks: ACTIVITIES.optional(),
  controls: z.json().optional(),
  extensions: z.json().optional(),
  runtime: z.json().optional(),
});
const ACTIVITY = z.strictObject({
  type: z.enum(["probe", "action"]),
  name: words.max(500),
  provider: z.unknown(),
  tolerance: z.unknown().optional(),
  background: z.boolean().optional(),
  pauses: z.strictObject({ before: seconds.optional(), after: seconds.optional() }).optional(),
  timeout: z.number().min(0).max(3_600).optional(),
  secrets: groups.optional(),
  controls: z.json().optional(),
});
const REFERENCE = z.strictObject({ ref: words });
const VARIABLE = z.strictObject({
  type: z.literal("env"),
  key: words,
  default: z.json().optional(),
  env_var_type: z.enum(VARIABLE_TYPES as [string, ...string[]]).optional(),
});

/**
 * Reads a Chaos Toolkit experiment: JSON or YAML text, or the same as a plain object. Providers are http and process;
 * `docs/chaos.md` has what is read and where it differs.
 *
 * @param options.file - what to call the document in an error, as a rule its file's name
 * @throws {@link ConfigurationError} with all faults, each with its path and, for text, line and column
 *
 * @example
 * ```ts
 * import { parseChaosToolkit } from "nines";
 *
 * const experiment = parseChaosToolkit(`
 *   title: Does the shop stay up without its cache?
 *   description: We believe it does
 *   configuration: { shop: { type: env, key: SHOP_URL, default: "http://localhost:8080" } }
 *   steady-state-hypothesis:
 *     title: the shop answers
 *     probes:
 *       - { type: probe, name: front page, tolerance: 200, provider: { type: http, url: "\${shop}/", timeout: 2 } }
 *   method:
 *     - { type: action, name: stop the cache, provider: { type: process, path: systemctl, arguments: [stop, redis] } }
 *   rollbacks:
 *     - { type: action, name: start the cache, provider: { type: process, path: systemctl, arguments: [start, redis] } }
 * `);
 * if (experiment.method[0]?.name !== "stop the cache") throw new Error("not read");
 * ```
 */
export function parseChaosToolkit(input: string | object, options: { readonly file?: string } = {}): ToolkitDocument {
  const { document, faults } = opened(input, options);
  const whole = check(DOCUMENT, document.value, [], faults);
  if (whole === undefined) {
    // The rest is worth a look all the same: all faults are told at once.
    lookAtParts(document.value, faults);
    throw faults.error(document);
  }
  const { configuration = {}, secrets = {}, method, rollbacks } = whole;
  checkVariables(configuration, ["configuration"], faults);
  for (const [name, value] of Object.entries(secrets)) {
    const isGroup = isMapping(value) && typeof value.type !== "string";
    if (isGroup) checkVariables(value, ["secrets", name], faults);
    else checkVariables({ [name]: value }, ["secrets"], faults);
  }
  const reader = new ActivityReader(faults, Object.keys(secrets));
  const hypothesis = whole["steady-state-hypothesis"];
  const inHypothesis = ["steady-state-hypothesis", "probes"];
  const probes = hypothesis?.probes && reader.list(hypothesis.probes, inHypothesis, true);
  const read = {
    ...whole,
    ...(hypothesis === undefined
      ? {}
      : { "steady-state-hypothesis": { ...hypothesis, ...(probes === undefined ? {} : { probes }) } }),
    method: reader.list(method, ["method"]),
    ...(rollbacks === undefined ? {} : { rollbacks: reader.list(rollbacks, ["rollbacks"]) }),
  };
  faults.throwIfAny(document);
  return frozen(read as ToolkitDocument);
}

function opened(input: string | object, options: { readonly file?: string }): OpenDocument {
  if (typeof input === "string" && input.length <= LONGEST_NAME && FILE_NAME.test(input.trim()))
    throw invalid([], `${show(input)} looks like the name of a file; what is wanted is the text in it: read it first`);
  try {
    return openDocument(input, options);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    // A getter, or a proxy: what it throws is not ours to show.
    throw invalid([], "cannot be read: a part of it throws when it is looked at; give text, or a plain object");
  }
}

/** Reads activities on their own, as they were written down before. */
export function readActivities(value: unknown, path: Path, faults: Faults): readonly ToolkitActivity[] {
  const list = check(ACTIVITIES, value, path, faults);
  return list === undefined ? [] : new ActivityReader(faults, undefined).list(list, path);
}

class ActivityReader {
  readonly #faults: Faults;
  readonly #secrets: readonly string[] | undefined;
  readonly #known = new Map<string, ToolkitActivity>();

  constructor(faults: Faults, secrets: readonly string[] | undefined) {
    this.#faults = faults;
    this.#secrets = secrets;
  }

  list(values: readonly unknown[], path: Path, isHypothesis: boolean = false): readonly ToolkitActivity[] {
    return values.flatMap((value, index) => this.#read(value, [...path, index], isHypothesis) ?? []);
  }

  #read(value: unknown, path: Path, isHypothesis: boolean): ToolkitActivity | undefined {
    const faults = this.#faults;
    if (isMapping(value) && Object.hasOwn(value, "ref")) return this.#referred(value, path);
    const read = check(ACTIVITY, value, path, faults);
    if (read === undefined) {
      if (isMapping(value) && value.provider !== undefined) readProvider(value.provider, [...path, "provider"], faults);
      return undefined;
    }
    const provider = readProvider(read.provider, [...path, "provider"], faults);
    this.#checkSecrets(read.secrets, [...path, "secrets"]);
    this.#checkSecrets(provider?.secrets, [...path, "provider", "secrets"]);
    if (isHypothesis && read.type !== "probe") faults.add([...path, "type"], "a steady state has only probes");
    const tolerance = this.#tolerance(read.tolerance, provider, path, isHypothesis);
    if (provider === undefined) return undefined;
    const { tolerance: _, ...rest } = read;
    const activity = { ...rest, provider, ...(tolerance === undefined ? {} : { tolerance }) } as ToolkitActivity;
    this.#known.set(activity.name, activity);
    return activity;
  }

  #tolerance(
    value: unknown,
    provider: ToolkitProvider | undefined,
    path: Path,
    isHypothesis: boolean,
  ): ToolkitActivity["tolerance"] {
    const at = [...path, "tolerance"];
    if (value !== undefined && value !== null) return readTolerance(value, provider?.type ?? "http", at, this.#faults);
    if (isHypothesis)
      this.#faults.add(at, "is missing; a probe of the steady state must say what is tolerated, such as 200");
    return undefined;
  }

  #referred(value: object, path: Path): ToolkitActivity | undefined {
    const read = check(REFERENCE, value, path, this.#faults);
    if (read === undefined) return undefined;
    const found = this.#known.get(read.ref);
    if (found === undefined) {
      const names = [...this.#known.keys()].slice(0, 20);
      const allowed = names.length === 0 ? "" : choices(read.ref, names);
      this.#faults.add([...path, "ref"], `there is no activity ${show(read.ref)} before it${allowed}`);
    }
    return found;
  }

  #checkSecrets(names: readonly string[] | undefined, path: Path): void {
    if (this.#secrets === undefined) return;
    for (const [index, name] of (names ?? []).entries()) {
      if (this.#secrets.includes(name)) continue;
      const allowed = this.#secrets.length === 0 ? "; there are none" : choices(name, this.#secrets);
      this.#faults.add([...path, index], `${show(name)} is no group of secrets${allowed}`);
    }
  }
}

function checkVariables(values: Readonly<Record<string, unknown>>, path: Path, faults: Faults): void {
  for (const [name, value] of Object.entries(values)) {
    const type = isMapping(value) ? value.type : undefined;
    if (type === "env") check(VARIABLE, value, [...path, name], faults);
    else if (type === "vault" || type === "probe")
      faults.add([...path, name, "type"], `${show(type)} is not asked here; allowed: a value, or type: env`);
  }
}

function lookAtParts(value: unknown, faults: Faults): void {
  if (!isMapping(value)) return;
  const { configuration, "steady-state-hypothesis": hypothesis } = value;
  if (isMapping(configuration)) checkVariables(configuration, ["configuration"], faults);
  const reader = new ActivityReader(faults, undefined);
  const probes = isMapping(hypothesis) ? hypothesis.probes : undefined;
  if (Array.isArray(probes)) reader.list(probes, ["steady-state-hypothesis", "probes"], true);
  for (const name of ["method", "rollbacks"]) {
    const list = value[name];
    if (Array.isArray(list)) reader.list(list, [name]);
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
