/** Faults of documents, as editors and people read them. */
import { ConfigurationError, formatPath } from "../core/errors.ts";

import { DocumentError, type DocumentFault } from "./exit.ts";
import { oneLine } from "./paint.ts";

/** `slo.yaml:7:12: service_level_objectives.shop: message`. */
export function faultLine({ path, message, ...place }: DocumentFault): string {
  return placedLine(place, formatPath(path), message);
}

/** A line that begins with its place: `slo.yaml:7:12: about: message`, without what there is not. */
export function placedLine(
  {
    file,
    line,
    column,
  }: Pick<DocumentFault, "file"> & { readonly line?: number | undefined; readonly column?: number | undefined },
  about: string,
  message: string,
): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return [place, about, message]
    .filter((part) => part !== "")
    .map(oneLine)
    .join(": ");
}

/** The same for JSON. */
export function faultShape({ file, line, column, path, message }: DocumentFault): object {
  return { file, line, column, path: formatPath(path), message };
}

/** The faults in an error about a document; any other error is thrown on. */
export function faultsOf(error: unknown, file: string): readonly DocumentFault[] {
  if (error instanceof DocumentError) return error.faults;
  if (!(error instanceof ConfigurationError)) throw error;
  return error.issues.map((issue) => ({ ...issue, file: error.file ?? file }));
}

/** Calls `make` about a document; what it says of faults has the document's name. */
export function aboutDocument<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new DocumentError(faultsOf(error, file));
  }
}
