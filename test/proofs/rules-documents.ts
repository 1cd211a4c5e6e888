/** Random SLO documents as rules, before promtool. */
import { isDeepStrictEqual } from "node:util";

import { parseYaml } from "../../src/core/yaml/yaml.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { generateRules } from "../../src/rules/generate.ts";
import type { RuleOptions } from "../../src/rules/options.ts";
import type { RuleSet } from "../../src/rules/rule-set.ts";
import { anyDocument, shuffled } from "./support/rules-docs.ts";
import { faultsOf } from "./support/rules-docs-checks.ts";
import { checkRules, promtools } from "./support/rules-docs-promtool.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "The rules of any SLO document are taken by promtool, read nothing that they do not record, and are the same in any order.";

export const needs = ["promtool"] as const;

interface Size {
  readonly documents: number;
  /** Most SLOs of one document. */
  readonly slos: number;
  /** Documents whose rules are checked at once. */
  readonly batch: number;
}

export const quick: Size = { documents: 24, slos: 4, batch: 24 };
export const full: Size = { documents: 1_000, slos: 8, batch: 50 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const figures = { programs: promtools().length, documents: 0, slos: 0, rules: 0, remarks: 0, characters: 0 };
  while (figures.documents < size.documents) {
    const files: string[] = [];
    for (let count = Math.min(size.batch, size.documents - figures.documents); count > 0; count -= 1) {
      const { rules, yaml, slos } = oneDocument(random, size, seed);
      // Documents may name the same SLOs, and a file's groups have names of their own.
      files.push(yaml.replaceAll("- name: nines ", `- name: ${String(files.length)} `).replace("groups:\n", ""));
      figures.documents += 1;
      figures.slos += slos;
      figures.rules += rules.groups.reduce((sum, group) => sum + group.rules.length, 0);
      figures.remarks += rules.remarks.length;
      figures.characters += yaml.length;
    }
    const refused = await checkRules(`groups:\n${files.join("")}`);
    if (refused.length > 0) throw new Error(`seed ${seed}: ${refused.join("\n").slice(0, 4_000)}`);
    log(`${String(figures.documents)} documents, ${String(figures.rules)} rules`);
  }
  return figures;
}

function oneDocument(
  random: Random,
  size: Size,
  seed: string,
): { readonly rules: RuleSet; readonly yaml: string; readonly slos: number } {
  const document = anyDocument(random, random.integer(1, size.slos));
  const options = anyOptions(random);
  const fail = (what: string): never => {
    throw new Error(`seed ${seed}: ${what}\n${JSON.stringify(options)}\n${JSON.stringify(document)}`.slice(0, 8_000));
  };
  const text = JSON.stringify(document);
  const rules = generateRules(text, options);
  const faults = faultsOf(rules.groups);
  if (faults.length > 0) fail(faults.slice(0, 3).join("\n"));
  const yaml = rules.toYaml();
  if (generateRules(text, options).toYaml() !== yaml) fail("twice the same document gave other rules");
  const other = JSON.stringify(shuffled(random, document));
  if (generateRules(other, options).toYaml() !== yaml) fail(`another order gave other rules: ${other}`);
  const resource = parseYaml(rules.toPrometheusRule({ name: "nines" })).value as { spec: { groups: unknown } };
  if (!isDeepStrictEqual(resource.spec.groups, (parseYaml(yaml).value as { groups: unknown }).groups)) {
    fail("the PrometheusRule has other groups");
  }
  return { rules, yaml, slos: Object.values(document.service_level_objectives).flatMap(Object.keys).length };
}

function anyOptions(random: Random): RuleOptions {
  return {
    convention: random.pick(["nines", "sloth"]),
    scrapeInterval: random.pick(["1s", "10s", "15s", "30s", "1m"]),
    ...(random.next() < 0.3 ? { interval: random.pick(["1s", "15s", "1m"]) } : {}),
    ...(random.next() < 0.3 ? { minimumFailures: random.integer(1, 1_000) } : {}),
    ...(random.next() < 0.3 ? { labels: { region: "eu", alerts_of: "nines" } } : {}),
    ...(random.next() < 0.3 ? { runbookUrl: "https://runbooks.example/{{ service }}/{{ name }}?id={{ id }}" } : {}),
  };
}
