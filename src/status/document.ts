/** What an SLO document says beside its SLOs: composites of them, and time that does not count. */
import { LONGEST_EXCLUSION_MS } from "../budget/exclusions.ts";
import { invalid, show } from "../core/errors.ts";
import type { Faults, Path } from "../core/faults.ts";
import { readInstant } from "../core/time/instant.ts";
import { check, field, openDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import type { SloDocument } from "../slo/document.ts";
import type { Slo } from "../slo/model.ts";
import { objectiveField } from "../slo/targets.ts";
import { nameProblem, textField } from "../slo/texts.ts";
import { windowField } from "../slo/window-field.ts";

import { compositeProblem } from "./composite.ts";
import type { SloExclusion } from "./exclusions.ts";
import { type KnownNames, nameFault, namesOf, writtenNames } from "./known-names.ts";
import { COMPOSITE_KINDS, type CompositeMember, type CompositeSlo, COMPOSITE_MISSING_MEMBERS } from "./model.ts";

/** What such a document says beside its SLOs. */
export interface StatusDocument {
  readonly composites: readonly CompositeSlo[];
  readonly exclusions: readonly SloExclusion[];
}

const MOST = 10_000;
const names = z.array(z.string()).min(1).max(MOST);

const moment = field((input) => {
  const at = readInstant(input);
  if (at !== undefined) return at;
  throw invalid([], `${show(input)} is not an instant; write one such as 2026-11-29T01:00:00Z`);
}, "2026-11-29T01:00:00Z");

const exclusionField = z
  .strictObject({
    from: moment,
    to: moment,
    reason: textField(1_000, "upgrade of the database"),
    services: names.optional(),
    slos: names.optional(),
  })
  .transform(({ from, to, ...rest }) => ({ start: from, end: to, ...rest }));

const weight = z.number().gt(0).max(1e6);
const compositeField = z.strictObject({
  of: z.enum(COMPOSITE_KINDS),
  members: z.union([names, z.record(z.string(), weight)]),
  missing: z.enum(COMPOSITE_MISSING_MEMBERS).optional(),
  target: objectiveField("99.5%").optional(),
  measurement_window: windowField,
  description: textField(2_000, "what a customer goes through").optional(),
});

const MAPPING = z.record(z.string(), z.unknown());
const EXCLUSIONS = z.array(z.unknown()).max(MOST);

/**
 * Reads `composite_slos` and `exclusions` of an SLO document: YAML or JSON text, or a plain object. `docs/status.md` has every field.
 *
 * @param slos - the SLOs of the same document, which these are about
 * @param options.file - what to call the document in an error
 * @throws {@link ConfigurationError} with all faults at once, each with its path and, for text, line and column
 *
 * @example
 * ```ts
 * import { parseSloDocument, parseStatusDocument } from "nines";
 *
 * const text = `
 * service_level_objectives:
 *   shop:
 *     availability: { target: 99.9%, measurement_window: 30d }
 *     latency: { target: 99%, threshold: 300ms, measurement_window: 30d }
 * composite_slos:
 *   shop:
 *     journey: { of: weighted, members: { shop/availability: 3, shop/latency: 1 }, target: 99.5%, measurement_window: 30d }
 * exclusions:
 *   - { from: 2026-11-01T01:00:00Z, to: 2026-11-01T02:00:00Z, reason: upgrade of the database }
 * `;
 * const { composites, exclusions } = parseStatusDocument(text, parseSloDocument(text));
 * if (composites[0]?.id !== "shop/journey" || exclusions.length !== 1) throw new Error("not read");
 * ```
 */
export function parseStatusDocument(
  input: string | object,
  slos: SloDocument | readonly Slo[],
  options: { readonly file?: string } = {},
): StatusDocument {
  const given = slos as unknown;
  const list = typeof given === "object" && given !== null && "slos" in given ? given.slos : given;
  if (!Array.isArray(list)) throw invalid("slos", `${show(given)} are no SLOs; give what parseSloDocument reads`);
  return readBesideSlos(input, list as readonly Slo[], options);
}

/** The same where the SLOs may be undefined: some of them have faults, which are told by who reads them. */
export function readBesideSlos(
  input: string | object,
  slos: readonly Slo[] | undefined,
  options: { readonly file?: string },
): StatusDocument {
  const { document, faults } = openDocument(input, options);
  const root = MAPPING.safeParse(document.value).data ?? {};
  const known = slos === undefined ? writtenNames(root.service_level_objectives) : namesOf(slos);
  const composites = readComposites(root.composite_slos, known, faults);
  const exclusions = readExclusions(root.exclusions, known, faults);
  faults.throwIfAny(document);
  return { composites, exclusions };
}

function readComposites(written: unknown, { ids, isSlo }: KnownNames, faults: Faults): CompositeSlo[] {
  if (written === undefined) return [];
  const found: CompositeSlo[] = [];
  for (const [service, inService, path] of named(written, ["composite_slos"], faults)) {
    for (const [name, fields, place] of named(inService, path, faults)) {
      const read = check(compositeField, fields, place, faults);
      if (read === undefined) continue;
      const { of, target, missing = "unknown", measurement_window: window, description } = read;
      const composite: CompositeSlo = {
        id: `${service}/${name}`,
        service,
        name,
        of,
        members: membersOf(read.members),
        missing,
        objective: target,
        window,
        ...(description === undefined ? {} : { description }),
      };
      const problem = ids.includes(composite.id)
        ? "is the name of an SLO of this service; give the composite its own"
        : compositeProblem(composite, [...ids, ...possible(composite, ids, isSlo)]);
      if (problem === undefined) found.push(composite);
      else faults.add(place, problem);
    }
  }
  return found;
}

/** Members that nobody knows, and that may be SLOs all the same. */
function possible({ members }: CompositeSlo, ids: readonly string[], isSlo: KnownNames["isSlo"]): string[] {
  return members.map(({ slo }) => slo).filter((slo) => !ids.includes(slo) && isSlo(slo));
}

function membersOf(written: readonly string[] | Readonly<Record<string, number>>): CompositeMember[] {
  if (Array.isArray(written)) return (written as readonly string[]).map((slo) => ({ slo, weight: 1 }));
  return Object.entries(written as Readonly<Record<string, number>>).map(([slo, share]) => ({ slo, weight: share }));
}

function readExclusions(written: unknown, { isSlo, isService }: KnownNames, faults: Faults): SloExclusion[] {
  if (written === undefined) return [];
  const list = check(EXCLUSIONS, written, ["exclusions"], faults) ?? [];
  return list.flatMap((entry, index): SloExclusion[] => {
    const path = ["exclusions", index];
    const read = check(exclusionField, entry, path, faults);
    if (read === undefined) return [];
    if (read.start >= read.end) faults.add([...path, "to"], "is not after from");
    if (read.end - read.start > LONGEST_EXCLUSION_MS) faults.add([...path, "to"], "is more than 366 days after from");
    checkKnown(read.services, isService, [...path, "services"], faults);
    checkKnown(read.slos, isSlo, [...path, "slos"], faults);
    const { start, end, reason, services: ofServices, slos: ofSlos } = read;
    return [
      {
        start,
        end,
        reason,
        ...(ofServices === undefined ? {} : { services: ofServices }),
        ...(ofSlos === undefined ? {} : { slos: ofSlos }),
      },
    ];
  });
}

function checkKnown(
  wanted: readonly string[] | undefined,
  isKnown: (name: string) => boolean,
  path: Path,
  faults: Faults,
): void {
  wanted?.forEach((name, index) => {
    const problem = nameFault(name, isKnown);
    if (problem !== undefined) faults.add([...path, index], problem);
  });
}

function named(written: unknown, path: Path, faults: Faults): Array<[string, unknown, Path]> {
  const mapping = check(MAPPING, written, path, faults);
  return Object.entries(mapping ?? {}).flatMap(([name, value]): Array<[string, unknown, Path]> => {
    const problem = nameProblem(name);
    if (problem === undefined) return [[name, value, [...path, name]]];
    faults.add([...path, name], problem, "key");
    return [];
  });
}
