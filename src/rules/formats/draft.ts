/** SLOs on their way into a document of nines. */
import { ConfigurationError, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { parseSloDocument, type SloDocument } from "../../slo/document.ts";
import { SLO_KINDS } from "../../slo/model.ts";
import type { SloDocumentInput } from "../../slo/written.ts";
import { fitName } from "./names.ts";
import type { Sheet } from "./sheet.ts";

const NAME_RULE = "letters, digits, _, . and -, beginning with a letter or digit, not a number, at most 100 characters";

/** A text, and where it stands. */
export interface Word {
  readonly text: string;
  readonly path: Path;
  /** That of the SLO without it: a service may be described elsewhere. */
  readonly sheet?: Sheet;
}

/** An SLO of another format, in the fields of nines. */
export interface DraftSlo {
  readonly sheet: Sheet;
  /** Of the whole SLO. */
  readonly path: Path;
  readonly service: Word;
  readonly name: Word;
  /** Those that are undefined are left out. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where fields come from, by their paths within `fields`, such as `alerting.name`. */
  readonly origins: Readonly<Record<string, Path>>;
}

interface PlacedSlo extends DraftSlo {
  readonly id: readonly [service: string, name: string];
}

/**
 * The document of nines. Faults that it would have are told of the places that they come from; undefined if there are any.
 */
export function assemble(
  drafts: readonly DraftSlo[],
): { readonly document: SloDocumentInput; readonly slos: SloDocument } | undefined {
  const placed = drafts.flatMap((draft) => place(draft));
  const services = new Map<string, Map<string, unknown>>();
  for (const { id, sheet, name, fields } of placed) {
    const slos = services.get(id[0]) ?? new Map<string, unknown>();
    services.set(id[0], slos);
    if (slos.has(id[1])) sheet.fault(name.path, `there is another SLO ${show(id[1])} of the service ${show(id[0])}`);
    slos.set(id[1], Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
  }
  const root = [...services].map(([service, slos]) => [service, Object.fromEntries(slos)] as const);
  const document = { service_level_objectives: Object.fromEntries(root) } as unknown as SloDocumentInput;
  try {
    return { document, slos: parseSloDocument(document) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { path, message } of error.issues) {
      const [, service, name, ...rest] = path;
      const draft = placed.find(({ id }) => id[0] === service && id[1] === name) ?? placed[0];
      draft?.sheet.fault(originOf(draft, rest), message);
    }
    return undefined;
  }
}

/** With a name that nines allows. */
function place(draft: DraftSlo): PlacedSlo[] {
  const service = fitted(draft, draft.service);
  const name = fitted(draft, draft.name);
  if (service === undefined || name === undefined) return [];
  const kind = SLO_KINDS.find((known) => known === name);
  if (kind === undefined || kind === draft.fields.kind) return [{ ...draft, id: [service, name] }];
  const renamed = `${name}-slo`;
  const because = `nines takes an SLO called ${name} for one of that kind, and this one is another`;
  draft.sheet.report(draft.name.path, `is called ${show(renamed)} here: ${because}`);
  return [{ ...draft, id: [service, renamed] }];
}

function fitted(draft: DraftSlo, { text, path, sheet = draft.sheet }: Word): string | undefined {
  const fit = fitName(text);
  if (fit === undefined) sheet.fault(path, `${show(text)} leaves nothing for a name; use ${NAME_RULE}`);
  else if (fit !== text)
    sheet.report(path, `${show(text)} is called ${show(fit)} here; nines' names have ${NAME_RULE}`);
  return fit;
}

function originOf({ origins, path }: DraftSlo, within: Path): Path {
  for (let length = within.length; length > 0; length -= 1) {
    const origin = origins[within.slice(0, length).join(".")];
    if (origin !== undefined) return [...origin, ...within.slice(length)];
  }
  return path;
}
