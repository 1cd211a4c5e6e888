/** SLOs of other formats: OpenSLO, Sloth and Pyrra. */
import { type ConfigurationIssue, invalid, show } from "../../core/errors.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { inOrder } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import { openDocuments } from "../../core/parse.ts";
import { parseSloDocument } from "../../slo/document.ts";
import { objectiveRemarks } from "../../slo/objective-remarks.ts";
import type { SloDocumentInput } from "../../slo/written.ts";
import { assemble, type DraftSlo } from "./draft.ts";
import { type ImportedSlos, type ImportOptions, SLO_FORMATS, type SloFormat } from "./model.ts";
import { readOpenSloAlpha } from "./openslo-alpha.ts";
import { readOpenSlo } from "./openslo.ts";
import { readPyrra } from "./pyrra.ts";
import { formatOf, sourcesOf } from "./recognise.ts";
import { importError, type Sheet, type Source, throwFaults } from "./sheet.ts";
import { readSloth } from "./sloth.ts";

const USUAL_WINDOW = "30d";

type Reader = (sources: readonly Source[], window: string) => readonly DraftSlo[];

const READERS: Readonly<Record<Exclude<SloFormat, "nines">, Reader>> = {
  "openslo/v1": readOpenSlo,
  "openslo/v1alpha": readOpenSloAlpha,
  sloth: (sources, window) => sources.flatMap((source) => readSloth(source, window)),
  pyrra: (sources) => sources.flatMap((source) => readPyrra(source)),
};

/**
 * Reads SLOs that were written for another tool: OpenSLO v1 and v1alpha, Sloth (files and Kubernetes resources) and Pyrra;
 * and those of nines itself. The text may have several YAML documents in any order, all of one format. What it says and
 * nines does not do is in `unsupported`, and everything else is in `document`.
 *
 * @param input - YAML or JSON text, or the same as a plain object or a list of them
 * @throws {@link ConfigurationError} with all faults that make an SLO impossible, or if no SLO is left
 *
 * @example
 * ```ts
 * import { importSlos } from "nines";
 *
 * const { format, slos } = importSlos(`
 *   version: prometheus/v1
 *   service: shop
 *   slos:
 *     - name: checkout
 *       objective: 99.9
 *       sli:
 *         events:
 *           error_query: sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))
 *           total_query: sum(rate(http_requests_total[{{.window}}]))
 * `);
 * if (format !== "sloth" || slos.get("shop/checkout")?.objective.percentText !== "99.9%") throw new Error("not read");
 * ```
 */
export function importSlos(input: string | object, options: ImportOptions = {}): ImportedSlos {
  checkOptions(options, "importSlos", ["file", "window", "format"]);
  const { file, window = USUAL_WINDOW } = options;
  if ((typeof input !== "string" && typeof input !== "object") || (input as unknown) === null) {
    throw invalid([], `${show(input)} is no document; hand in its text, or the same as a plain object`);
  }
  parseDuration(window, "window");
  if (options.format !== undefined && !SLO_FORMATS.includes(options.format)) {
    throw invalid("format", `is not a format of SLOs${choices(options.format, SLO_FORMATS)}`);
  }
  const { sheets, sources } = sourcesOf(openDocuments(input, file === undefined ? {} : { file }));
  let format = options.format;
  for (const source of sources) format = formatOf(source, format) ?? format;
  throwFaults(sheets, file);
  if (format === undefined || format === "nines") return ownDocument(input, sources, file);

  const drafts = READERS[format](sources, window);
  const reports = (): ImportedSlos["unsupported"] => inOrder(sheets.flatMap((sheet) => sheet.reports));
  throwFaults(sheets, file);
  if (drafts.length === 0) {
    throw importError([...reports(), whole(sheets, "there is no SLO in it that nines can read")], file);
  }
  const made = assemble(drafts);
  throwFaults(sheets, file);
  if (made === undefined) throw importError([whole(sheets, "cannot be read")], file);
  const leftOut = inOrder(sheets.flatMap((sheet) => sheet.leftOut));
  const remarks = objectiveRemarks(made.slos.slos);
  return { format, document: made.document, slos: made.slos, unsupported: reports(), leftOut, remarks };
}

function ownDocument(input: string | object, sources: readonly Source[], file: string | undefined): ImportedSlos {
  const slos = parseSloDocument(input as string | SloDocumentInput, file === undefined ? {} : { file });
  return {
    format: "nines",
    document: sources[0]?.value as unknown as SloDocumentInput,
    slos,
    unsupported: [],
    leftOut: [],
    remarks: objectiveRemarks(slos.slos),
  };
}

/** An issue of all documents together: it stands where the first of them begins. */
function whole([first]: Iterable<Sheet>, message: string): ConfigurationIssue {
  return { path: [], message, ...first?.opened.document.locate([], "value") };
}
