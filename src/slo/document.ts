/** The SLO document: which services promise what. */
import { show } from "../core/errors.ts";
import type { Faults, Path } from "../core/faults.ts";
import { choices } from "../core/nearest.ts";
import { check, openDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import { frozen } from "../core/frozen.ts";
import { type Slo, SLO_KINDS, type SloKind } from "./model.ts";
import { otherKindOf } from "./other-kinds.ts";
import { readSlo } from "./read.ts";
import { trustSlo } from "./sound.ts";
import { nameProblem } from "./texts.ts";
import type { SloDocumentInput } from "./written.ts";

/** The SLOs of a document, in its order. */
export interface SloDocument {
  /** Names of the services, in the document's order. */
  readonly services: readonly string[];
  /** All SLOs, service by service, in the document's order. */
  readonly slos: readonly Slo[];
  /** The SLO of that id (`service/name`); undefined if there is none. */
  get(id: string): Slo | undefined;
  /** The SLOs of one service; none for a name that is not in the document. */
  forService(service: string): readonly Slo[];
}

const ROOT = "service_level_objectives";
const MAPPING = z.record(z.string(), z.unknown());
const DOCUMENT = z.strictObject({
  [ROOT]: MAPPING,
  error_budget_policies: z.unknown().optional(),
  composite_slos: z.unknown().optional(),
  exclusions: z.unknown().optional(),
});

/**
 * Reads an SLO document: YAML or JSON text, or the same as a plain object (`as SloDocumentInput` for one whose type nobody
 * knows; it is checked all the same). `docs/slo.md` has every field.
 *
 * @param options.file - what to call the document in an error, as a rule its file's name
 * @throws {@link ConfigurationError} with all faults of the document at once (the first 100 in full), each with its path
 *   and, for text, line and column
 *
 * @example
 * ```ts
 * import { parseSloDocument } from "nines";
 *
 * const { slos } = parseSloDocument(`
 *   service_level_objectives:
 *     shop:
 *       availability: { target: 99.9%, measurement_window: 30d }
 * `);
 * if (slos[0]?.id !== "shop/availability" || slos[0].objective.budgetText !== "0.001") throw new Error("not read");
 * ```
 */
export function parseSloDocument(
  input: string | SloDocumentInput,
  options: { readonly file?: string } = {},
): SloDocument {
  const { document, faults } = openDocument(input, options);
  const foreign = foreignMark(document.value);
  if (foreign !== undefined) {
    faults.add([foreign], "is that of another tool's document; read it by importSlos, which gives the SLOs as `slos`");
    throw faults.error(document);
  }
  const other = otherKindOf(document.value);
  if (other !== undefined) {
    faults.add([other.key], `is that of ${other.what}, and there are no SLOs; read it by ${other.readBy}`, "key");
    throw faults.error(document);
  }
  check(DOCUMENT, document.value, [], faults);
  // A fault beside the services must not hide those in them.
  const services = MAPPING.safeParse(MAPPING.safeParse(document.value).data?.[ROOT]).data;
  const byService = new Map<string, Slo[]>();
  for (const [service, raw] of named(services, [ROOT], faults)) {
    const inService = [ROOT, service];
    const slos: Slo[] = [];
    if (looksLikeSlo(raw)) {
      const example = `${service === "availability" ? "shop" : service}: { availability: { target: 99.9%, measurement_window: 30d } }`;
      faults.add(inService, `has the fields of an SLO, which stands below its service, as in ${example}`, "key");
      continue;
    }
    for (const [name, fields] of named(check(MAPPING, raw, inService, faults), inService, faults)) {
      const path = [...inService, name];
      const slo = readSlo({ service, name, kind: kindOf(name, fields, path, faults), fields, path }, faults);
      // They are handed to sources, policies and listeners of anybody.
      if (slo !== undefined) slos.push(trustSlo(frozen(slo)));
    }
    byService.set(service, slos);
  }
  faults.throwIfAny(document);
  return sloDocument(byService);
}

/** The key that says that a document is one of OpenSLO, Sloth or Pyrra. */
function foreignMark(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Object.hasOwn(value, ROOT)) return undefined;
  const { apiVersion, version, slos } = value as Readonly<Record<string, unknown>>;
  if (typeof apiVersion === "string") return "apiVersion";
  return typeof version === "string" && slos !== undefined ? "version" : undefined;
}

/** Whether it has what an SLO has, and stands where a service should. */
function looksLikeSlo(raw: unknown): boolean {
  if (typeof raw !== "object" || raw === null) return false;
  const { target, measurement_window } = raw as Readonly<Record<string, unknown>>;
  return [target, measurement_window].some((one) => typeof one === "string" || typeof one === "number");
}

/** The entries of a mapping from names; that there are some, and that each is a name, is checked. */
function named(
  mapping: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  faults: Faults,
): Array<[string, unknown]> {
  if (mapping === undefined) return [];
  const entries = Object.entries(mapping);
  if (entries.length === 0 && !faults.isSpoiled(path))
    faults.add(path, `is empty; write at least one ${path.length === 1 ? "service" : "SLO"}`);
  for (const [name] of entries) {
    const problem = nameProblem(name);
    if (problem !== undefined) faults.add([...path, name], problem, "key");
  }
  return entries;
}

/** The kind that the SLO names, or has as its name. */
function kindOf(name: string, fields: unknown, path: Path, faults: Faults): SloKind | undefined {
  const own = SLO_KINDS.find((kind) => kind === name);
  if (own !== undefined || typeof fields !== "object" || fields === null || Array.isArray(fields)) return own;
  const written: unknown = (fields as { kind?: unknown }).kind;
  const kind = SLO_KINDS.find((known) => known === written);
  if (kind !== undefined) return kind;
  const missing = written === undefined;
  const text = missing ? "is missing, and the SLO's name is not a kind" : `${show(written)} is not a kind`;
  faults.add([...path, "kind"], `${text}${choices(missing ? name : written, SLO_KINDS)}`);
  return undefined;
}

function sloDocument(byService: ReadonlyMap<string, readonly Slo[]>): SloDocument {
  const slos = [...byService.values()].flat();
  let byId: ReadonlyMap<string, Slo> | undefined;
  return {
    services: [...byService.keys()],
    slos,
    get: (id) => {
      byId ??= new Map(slos.map((slo) => [slo.id, slo]));
      return byId.get(id);
    },
    forService: (service) => byService.get(service) ?? [],
  };
}
