/** The SLOs that rules are made of, and where in their document each is written. */
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import { Faults, type Path, type SourceDocument } from "../core/faults.ts";
import { openDocument } from "../core/parse.ts";
import { parseSloDocument, type SloDocument } from "../slo/document.ts";
import type { Slo } from "../slo/model.ts";

/** An SLO document, as text, as a plain object or read already; or SLOs. */
export type SloInput = string | object | SloDocument | readonly Slo[];

/** SLOs with the place that their faults are told by. */
export interface SloSource {
  readonly slos: readonly Slo[];
  readonly faults: Faults;
  /** The document that they are from; one without places where there is no text. */
  readonly document: SourceDocument;
}

/** @throws {@link ConfigurationError} if there are none to read */
export function openSlos(input: SloInput, file: string | undefined): SloSource {
  const options = file === undefined ? {} : { file };
  if ((typeof input !== "string" && typeof input !== "object") || (input as unknown) === null) {
    throw invalid([], `${show(input)} is no SLO document; hand in its text, a plain object, or SLOs that were read`);
  }
  if (isRead(input)) return withoutText(input.slos, file);
  if (Array.isArray(input)) return withoutText(input as readonly Slo[], file);
  const { slos } = parseSloDocument(input, options);
  if (typeof input !== "string") return withoutText(slos, file);
  // Places are wanted where there are faults only, and reading the text takes as long as all the rest.
  let opened: SourceDocument | undefined;
  const read = (): SourceDocument => (opened ??= openDocument(input, options).document);
  const document: SourceDocument = {
    value: undefined,
    file,
    locate: (path, part) => read().locate(path, part),
    placeAt: (offset) => read().placeAt(offset),
    locateIn: (path, offset) => read().locateIn(path, offset),
  };
  return { slos, document, faults: new Faults() };
}

/** Where an SLO is in its document. */
export function pathOf({ service, name }: Slo): Path {
  return ["service_level_objectives", service, name];
}

function withoutText(slos: readonly Slo[], file: string | undefined): SloSource {
  const nowhere = (): undefined => undefined;
  const document: SourceDocument = { value: undefined, file, locate: nowhere, placeAt: nowhere, locateIn: nowhere };
  const ids = new Set<string>();
  for (const [index, slo] of slos.entries()) {
    if (!isSlo(slo)) throw invalid([index], `${show(slo)} is no SLO; take those of parseSloDocument or importSlos`);
    const { id } = slo;
    if (ids.has(id))
      throw new ConfigurationError([{ path: [id], message: "is there twice; give each SLO its own name" }]);
    ids.add(id);
  }
  if (slos.length === 0) throw new ConfigurationError([{ path: [], message: "there are no SLOs in it" }]);
  return { slos, document, faults: new Faults() };
}

function isSlo(value: unknown): value is Slo {
  return typeof value === "object" && value !== null && "id" in value && "objective" in value && "window" in value;
}

function isRead(input: string | object): input is SloDocument {
  return typeof input === "object" && "slos" in input && Array.isArray(input.slos) && "forService" in input;
}
