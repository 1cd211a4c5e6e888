/** Writes the rules of SLO documents. */
import { join, relative, sep } from "node:path";

import { generateRules } from "../../rules/generate.ts";
import type { RuleSet } from "../../rules/rule-set.ts";
import type { Slo } from "../../slo/model.ts";

import type { Given } from "../given.ts";
import { checkFiles } from "../checked.ts";
import { DocumentError } from "../exit.ts";
import { aboutDocument } from "../faults.ts";
import { writeText } from "../files.ts";
import { merged } from "../generated.ts";
import { writeJson } from "../json.ts";
import { fromOptions, pairsOf } from "../options.ts";
import { oneLine } from "../paint.ts";
import { type Remark, remarkLine, remarksOf } from "../remarks.ts";
import { ruleOptionsOf } from "../rule-options.ts";
import type { Action, Call } from "../spec.ts";

/** `nines rules`. */
export const rules: Action = async ({ given, io }) => {
  checkOutput(given);
  const options = ruleOptionsOf(given);
  const { read, faults } = await checkFiles(given.words, options, io);
  if (faults.length > 0) throw new DocumentError(faults);
  if (read.length === 0) throw new DocumentError([{ file: undefined, path: [], message: "there are no SLOs" }]);
  const all = merged(read, options);
  const slos = read.flatMap(({ document }) => document.slos.slos);
  const { files, remarks: untested } = aboutDocument(given.words.join(", "), () =>
    planned(given, { all, of: (some) => generateRules(some, options), slos }),
  );
  const remarks = [...remarksOf(read), ...untested];
  const toStdout = files.get("-");
  for (const [path, text] of files) if (path !== "-") writeText(path, text);
  const written = [...files.keys()].filter((path) => path !== "-");
  if (given.has("json")) {
    await writeJson(io.stdout, { command: "rules", files: written, remarks, services: all.services });
    return 0;
  }
  await tell({ given, io }, { remarks, written });
  await io.stdout.write(toStdout ?? "");
  return 0;
};

interface Material {
  readonly all: RuleSet;
  readonly of: (slos: readonly Slo[]) => RuleSet;
  readonly slos: readonly Slo[];
}

/** What is to be written, by path; `-` is stdout. */
function planned(
  given: Given,
  { all, of, slos }: Material,
): { readonly files: ReadonlyMap<string, string>; readonly remarks: readonly Remark[] } {
  const files = new Map<string, string>();
  const [byService, tests] = [given.text("by-service"), given.text("tests")];
  const pathOf = (service: string): string =>
    byService === undefined ? (given.text("output") ?? "-") : join(byService, `${service}.yml`);
  if (byService === undefined) files.set(pathOf(""), textOf(given, all, given.text("name")));
  else {
    for (const { service } of all.services) {
      const ofService = of(slos.filter((slo) => slo.service === service));
      const name = given.text("name");
      files.set(pathOf(service), textOf(given, ofService, name === undefined ? undefined : `${name}-${service}`));
    }
  }
  if (tests === undefined) return { files, remarks: [] };
  const { files: byId, remarks } = all.toTests({
    ruleFile: ({ service }) => relative(join(tests, service), pathOf(service)).split(sep).join("/"),
  });
  for (const [id, text] of byId) files.set(join(tests, `${id}.test.yml`), text);
  const place = { file: tests, line: undefined, column: undefined };
  return { files, remarks: remarks.map(({ slo, message }) => ({ ...place, about: slo, message })) };
}

function textOf(given: Given, set: RuleSet, name: string | undefined): string {
  if (given.text("format") !== "prometheus-rule") return set.toYaml();
  const [namespace, labels] = [given.text("namespace"), pairsOf(given, "label")];
  return fromOptions(given, { name: "name", namespace: "namespace", labels: "label" }, () =>
    set.toPrometheusRule({
      name: name ?? "",
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
    }),
  );
}

function checkOutput(given: Given): void {
  given.atMostOne("output", "by-service");
  const isResource = given.text("format") === "prometheus-rule";
  if (isResource && !given.has("name")) throw given.fault("--format prometheus-rule needs --name, the resource's own");
  for (const name of ["name", "namespace", "label"]) {
    if (!isResource && given.has(name)) throw given.fault(`--${name} is of a resource; add --format prometheus-rule`);
  }
  if (!given.has("tests")) return;
  if (isResource) throw given.fault("--tests are of rule files, and not of a resource; leave one of them out");
  if (!given.has("output") && !given.has("by-service")) {
    throw given.fault("--tests name the file of their rules; add --output or --by-service");
  }
}

/** Beside the rules: what their authors should know, and where they are. */
async function tell(
  { given, io }: Call,
  { remarks, written }: { readonly remarks: readonly Remark[]; readonly written: readonly string[] },
): Promise<void> {
  const said = remarks.map(remarkLine);
  const places = written.length === 0 ? [] : [writtenLine(given, written)];
  await io.stderr.write([...said, ...places].map((line) => `${line}\n`).join(""));
}

function writtenLine(given: Given, written: readonly string[]): string {
  const [first = ""] = written;
  if (written.length === 1) return oneLine(`wrote ${first}`);
  const folders = ["by-service", "output", "tests"].flatMap((name) => given.text(name) ?? []);
  return oneLine(`wrote ${String(written.length)} files to ${folders.join(" and ")}`);
}
