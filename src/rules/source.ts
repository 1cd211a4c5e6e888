/** The SLOs that rules are made of, and where in their document each is written. */
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import { Faults, type Path, type SourceDocument } from "../core/faults.ts";
import { openDocument } from "../core/parse.ts";
import { parseSloDocument, type SloDocument } from "../slo/document.ts";
import type { Slo } from "../slo/model.ts";
import { soundSlos } from "../slo/sound.ts";
import type { SloDocumentInput } from "../slo/written.ts";

/** An SLO document, as text, as a plain object or read already; or SLOs. */
export type SloInput = string | SloDocumentInput | SloDocument | readonly Slo[];

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
  const misplaced = misplacedAs(input);
  if (misplaced !== undefined) throw invalid([], misplaced);
  if (isRead(input)) return withoutText(input.slos, file);
  if (isList(input)) return withoutText(input, file);
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

function withoutText(given: readonly Slo[], file: string | undefined): SloSource {
  const nowhere = (): undefined => undefined;
  const document: SourceDocument = { value: undefined, file, locate: nowhere, placeAt: nowhere, locateIn: nowhere };
  const ids = new Set<string>();
  const sound = soundSlos(given);
  for (const { id } of sound) {
    if (ids.has(id))
      throw new ConfigurationError([{ path: [id], message: "is there twice; give each SLO its own name" }]);
    ids.add(id);
  }
  if (sound.length === 0) throw new ConfigurationError([{ path: [], message: "there are no SLOs in it" }]);
  return { slos: sound, document, faults: new Faults() };
}

function isSlo(value: unknown): value is Slo {
  return typeof value === "object" && value !== null && "id" in value && "objective" in value && "window" in value;
}

function isList(input: SloInput): input is readonly Slo[] {
  return Array.isArray(input);
}

/** What to hand in instead of what is nearly right. */
function misplacedAs(input: SloInput): string | undefined {
  if (typeof input === "string" || Array.isArray(input)) return undefined;
  if (isSlo(input)) return "this is one SLO; hand in a list, [slo]";
  if (!("slos" in input && "format" in input && "unsupported" in input)) return undefined;
  return "this is all that importSlos gives; hand in its slos";
}

function isRead(input: SloInput): input is SloDocument {
  return typeof input === "object" && "slos" in input && Array.isArray(input.slos) && "forService" in input;
}
