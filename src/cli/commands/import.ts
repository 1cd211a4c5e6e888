/** Turns SLOs of other tools into a document of nines, or into OpenSLO. */
import { writeYaml } from "../../core/yaml/yaml.ts";
import { importSlos } from "../../rules/formats/import.ts";
import { type ImportedSlos, SLO_FORMATS, type SloFormat } from "../../rules/formats/model.ts";
import { writeOpenSlo } from "../../rules/formats/write-openslo.ts";

import type { Given } from "../given.ts";
import { readInput } from "../documents.ts";
import { DocumentError } from "../exit.ts";
import { aboutDocument, faultLine, faultShape } from "../faults.ts";
import { writeText } from "../files.ts";
import { writeJson } from "../json.ts";
import { durationOf } from "../options.ts";
import { remarkLine, remarkOn } from "../remarks.ts";
import type { Action } from "../spec.ts";

/** What a document of nines has beside its SLOs, for which OpenSLO has no place. */
const BESIDE = ["error_budget_policies", "composite_slos", "exclusions"] as const;

/** All is written but an SLO. */
const INCOMPLETE = 1;

/** `nines import`. */
export const importCommand: Action = async ({ given, io }) => {
  durationOf(given, "window");
  const { file, text } = await readInput(given.words[0] ?? "", io);
  const imported = aboutDocument(file, () => read(given, text, file));
  const toOpenSlo = given.text("to") === "openslo";
  const written = toOpenSlo ? writeOpenSlo(imported.slos) : writeYaml(imported.document);
  const lost = [...imported.unsupported, ...(toOpenSlo ? besides(imported) : [])].map((issue) => ({ ...issue, file }));
  const leftOut = imported.leftOut.map((issue) => ({ ...issue, file }));
  const exitCode = leftOut.length > 0 ? INCOMPLETE : 0;
  const remarks = imported.remarks.map(({ slo, message }) => remarkOn(slo, message, file));
  const output = given.text("output");
  if (output !== undefined) writeText(output, written);
  if (given.has("json")) {
    const { format, document } = imported;
    const to = toOpenSlo ? "openslo" : "nines";
    const told = { unsupported: lost.map(faultShape), leftOut: leftOut.map(faultShape), remarks };
    await writeJson(io.stdout, { command: "import", exitCode, format, to, ...told, output, text: written, document });
    return exitCode;
  }
  const said = [...lost.map(faultLine), ...remarks.map(remarkLine)];
  await io.stderr.write(said.map((line) => `${line}\n`).join(""));
  if (output === undefined) await io.stdout.write(written);
  return exitCode;
};

function read(given: Given, text: string, file: string): ImportedSlos {
  const [from, window] = [given.text("from"), given.text("window")];
  // OpenSLO says its version itself.
  const format = SLO_FORMATS.find((one) => one === from);
  const imported = importSlos(text, {
    file,
    ...(window === undefined ? {} : { window }),
    ...(format === undefined ? {} : { format }),
  });
  if (from === "openslo" && !imported.format.startsWith("openslo")) throw wrongFormat(file, imported.format);
  return imported;
}

function wrongFormat(file: string, format: SloFormat): DocumentError {
  return new DocumentError([{ file, path: [], message: `is of the format ${format}, and not openslo` }]);
}

function besides({ document }: ImportedSlos): ImportedSlos["unsupported"] {
  return BESIDE.filter((key) => Object.hasOwn(document, key)).map((key) => ({
    path: [key],
    message: "OpenSLO has no place for it; keep the document of nines",
  }));
}
