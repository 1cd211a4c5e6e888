/** Which format a document is of. */
import { show } from "../../core/errors.ts";
import type { OpenDocument, Path } from "../../core/faults.ts";
import { nearest } from "../../core/nearest.ts";
import type { SloFormat } from "./model.ts";
import { isMapping } from "./part.ts";
import { Sheet, type Source } from "./sheet.ts";

const BY_API_VERSION: Readonly<Record<string, SloFormat>> = {
  "openslo/v1": "openslo/v1",
  "openslo/v1alpha": "openslo/v1alpha",
  "sloth.slok.dev/v1": "sloth",
  "pyrra.dev/v1alpha1": "pyrra",
};
const SLOTH_VERSION = "prometheus/v1";
const OWN_KEY = "service_level_objectives";

const KNOWN =
  "nines reads documents with `service_level_objectives`, with apiVersion: openslo/v1, openslo/v1alpha, " +
  "sloth.slok.dev/v1 or pyrra.dev/v1alpha1, or with version: prometheus/v1";

/** What is in `documents`: their mappings, with lists of them, and Kubernetes' lists of resources, taken apart. */
export function sourcesOf(documents: readonly OpenDocument[]): {
  readonly sheets: readonly Sheet[];
  readonly sources: readonly Source[];
} {
  const sheets = documents.map((opened) => new Sheet(opened));
  return { sheets, sources: sheets.flatMap((sheet) => mappingsIn(sheet.opened.document.value, [], sheet)) };
}

function mappingsIn(value: unknown, path: Path, sheet: Sheet): Source[] {
  if (Array.isArray(value)) {
    if (value.length === 0) sheet.fault(path, "is empty; write at least one SLO");
    return value.flatMap((item, index) => mappingsIn(item, [...path, index], sheet));
  }
  if (!isMapping(value)) {
    sheet.fault(path, `${show(value)} is not a mapping; ${KNOWN}`);
    return [];
  }
  const { kind, items } = value;
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [{ sheet, path, value }];
  for (const key of Object.keys(value)) {
    if (!["apiVersion", "kind", "items"].includes(key))
      sheet.report([...path, key], "belongs to the list of resources; it can be removed");
  }
  return mappingsIn(items, [...path, "items"], sheet);
}

/** Undefined if it cannot be told, or is not `wanted`; that is then a fault. */
export function formatOf({ sheet, path, value }: Source, wanted: SloFormat | undefined): SloFormat | undefined {
  const said = statedFormat(value);
  if (said.format === undefined && said.key === undefined && wanted !== undefined) return wanted;
  if (said.format === undefined) {
    const meant =
      said.text === undefined ? undefined : nearest(said.text, [...Object.keys(BY_API_VERSION), SLOTH_VERSION]);
    const hint = meant === undefined ? "" : `; did you mean ${show(meant)}?`;
    const problem =
      said.key === undefined ? "does not say what it is" : `${show(value[said.key])} is not a format that nines reads`;
    sheet.fault(said.key === undefined ? path : [...path, said.key], `${problem}${hint}; ${KNOWN}`);
    return undefined;
  }
  if (wanted === undefined || wanted === said.format) return said.format;
  sheet.fault(
    said.key === undefined ? path : [...path, said.key],
    `is of the format ${said.format}, and not ${wanted}; give each format a text of its own`,
  );
  return undefined;
}

interface StatedFormat {
  readonly format: SloFormat | undefined;
  /** The key that says so. */
  readonly key: string | undefined;
  readonly text?: string;
}

function statedFormat(value: Readonly<Record<string, unknown>>): StatedFormat {
  if (Object.hasOwn(value, OWN_KEY)) return { format: "nines", key: OWN_KEY };
  const { apiVersion, version } = value;
  if (apiVersion !== undefined) {
    const text = typeof apiVersion === "string" ? apiVersion : "";
    return { format: Object.hasOwn(BY_API_VERSION, text) ? BY_API_VERSION[text] : undefined, key: "apiVersion", text };
  }
  if (version === undefined) return { format: undefined, key: undefined };
  return {
    format: version === SLOTH_VERSION ? "sloth" : undefined,
    key: "version",
    text: typeof version === "string" ? version : "",
  };
}
