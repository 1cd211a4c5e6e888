/** The policy document: which services are under which rules. */
import { show } from "../core/errors.ts";
import type { Faults, Path } from "../core/faults.ts";
import { check, openDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import type { Slo } from "../slo/model.ts";
import { nameProblem } from "../slo/texts.ts";

import { DeclaredPolicy } from "./declared-policy.ts";
import { policySchema, type WrittenPolicy } from "./fields.ts";
import { type KnownSlo, leftToDefault, noService, servicesIn, unknownNames } from "./known-slos.ts";

/** The policies of a document; hand it to a {@link PolicyEngine} as it is. */
export interface PolicyDocument {
  /** For every service without a policy of its own; missing if no policy says that it is the default. */
  readonly default?: DeclaredPolicy;
  /** Policies by the name of the service. */
  readonly services: ReadonlyMap<string, DeclaredPolicy>;
  /** All policies by their own names, in the document's order. */
  readonly policies: ReadonlyMap<string, DeclaredPolicy>;
}

/** The key of the policies in a document. */
export const ROOT = "error_budget_policies";
const MOST_POLICIES = 1_000;
const MAPPING = z.record(z.string(), z.unknown());
const DOCUMENT = z.strictObject({
  [ROOT]: MAPPING,
  service_level_objectives: z.unknown().optional(),
  composite_slos: z.unknown().optional(),
  exclusions: z.unknown().optional(),
});

/**
 * Reads a policy document: YAML or JSON text, or the same as a plain object. It may share its file with an SLO document.
 * `docs/policy.md` has every field.
 *
 * @param options.file - what to call the document in an error, as a rule its file's name
 * @param options.knownServices - the only services that there are; a policy for another one is then a fault
 * @param options.knownSlos - the only SLOs (and composites) that there are; a rule is then a fault
 *   by whose names and kinds it can never hold, or one of whose names is misspelt; where a kind is missing, it may be any
 * @throws {@link ConfigurationError} with all faults of the document at once (the first 100 in full), each with its path
 *   and, for text, line and column
 *
 * @example
 * ```ts
 * import { parsePolicyDocument, PolicyEngine } from "nines";
 *
 * const document = parsePolicyDocument(`
 *   error_budget_policies:
 *     careful:
 *       default: true
 *       rules:
 *         - when: { consumed: { above: 80% } }
 *           decision: halt
 * `);
 * const engine = new PolicyEngine(document);
 * if (engine.policyFor("checkout").name !== "careful") throw new Error("not the default");
 * ```
 */
export function parsePolicyDocument(
  input: string | object,
  options: {
    readonly file?: string;
    readonly knownServices?: readonly string[];
    readonly knownSlos?: readonly (Pick<Slo, "service" | "name"> & Partial<Pick<Slo, "kind">>)[];
  } = {},
): PolicyDocument {
  const { document, faults } = openDocument(input, options);
  check(DOCUMENT, document.value, [], faults);
  // A fault beside the policies must not hide those in them.
  const written = MAPPING.safeParse(MAPPING.safeParse(document.value).data?.[ROOT]).data;
  const policies = new Map<string, DeclaredPolicy>();
  const services = new Map<string, DeclaredPolicy>();
  const read: ReadPolicy[] = [];
  let fallback: DeclaredPolicy | undefined;
  for (const [name, raw] of named(written, faults)) {
    const path = [ROOT, name];
    const fields = check(policySchema, raw, path, faults);
    if (fields === undefined) continue;
    const policy = new DeclaredPolicy({ name, rules: fields.rules, whenIdle: fields.when_idle });
    policies.set(name, policy);
    read.push({ fields, raw, path });
    claim(services, policy, { fields, path, faults, known: options.knownServices });
    if (!fields.default) continue;
    if (fallback !== undefined)
      faults.add([...path, "default"], `${show(fallback.name)} is the default already; one can be`);
    fallback ??= policy;
  }
  for (const one of read) checkNames(one, { ...options, services, faults });
  faults.throwIfAny(document);
  return { services, policies, ...(fallback === undefined ? {} : { default: fallback }) };
}

function named(mapping: Readonly<Record<string, unknown>> | undefined, faults: Faults): Array<[string, unknown]> {
  if (mapping === undefined) return [];
  const entries = Object.entries(mapping);
  if (entries.length === 0) faults.add([ROOT], "is empty; write at least one policy");
  if (entries.length > MOST_POLICIES) {
    faults.add([ROOT], `has ${String(entries.length)} policies; allowed: at most ${String(MOST_POLICIES)}`);
    return [];
  }
  for (const [name] of entries) {
    const problem = nameProblem(name);
    if (problem !== undefined) faults.add([ROOT, name], problem, "key");
  }
  return entries;
}

/** Puts the services of a policy under it, unless another policy has them. */
function claim(
  services: Map<string, DeclaredPolicy>,
  policy: DeclaredPolicy,
  place: { fields: WrittenPolicy; path: Path; faults: Faults; known: readonly string[] | undefined },
): void {
  const { fields, path, faults, known } = place;
  if (fields.services.length === 0 && !fields.default) {
    faults.add(path, "is for no service; write services, or default: true", "key");
  }
  fields.services.forEach((service, index) => {
    if (known?.includes(service) === false) {
      faults.add([...path, "services", index], noService(service, known));
    }
    const other = services.get(service);
    if (other === undefined) services.set(service, policy);
    else
      faults.add(
        [...path, "services", index],
        `${show(service)} is under ${show(other.name)} already; one policy can be`,
      );
  });
}

interface ReadPolicy {
  readonly fields: WrittenPolicy;
  /** As it was written. */
  readonly raw: unknown;
  readonly path: Path;
}

/** What its rules name must be there, in a service that the policy is for. */
function checkNames(
  { fields, raw, path }: ReadPolicy,
  place: {
    readonly knownServices?: readonly string[];
    readonly knownSlos?: readonly KnownSlo[];
    readonly services: ReadonlyMap<string, unknown>;
    readonly faults: Faults;
  },
): void {
  const { knownServices, knownSlos, services, faults } = place;
  const known = { services: knownServices, slos: knownSlos };
  const left = (): readonly string[] => leftToDefault(servicesIn(known), (service) => services.has(service));
  const covered = fields.default ? [...fields.services, ...left()] : fields.services;
  for (const { path: within, message } of unknownNames(fields.rules, { covered, ...known })) {
    const full = ["rules", ...within];
    // One name may be written without a list.
    const isInList = Array.isArray(valueAt(raw, full.slice(0, -1)));
    faults.add([...path, ...(isInList ? full : full.slice(0, -1))], message);
  }
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((one, key) => (one as Readonly<Record<string | number, unknown>>)[key], value);
}
