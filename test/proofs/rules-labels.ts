/** Texts of all sorts on their way into rules, before the parsers of Prometheus. */
import { seededRandom } from "../../src/core/random.ts";
import { matchers } from "./support/rules-docs-matchers.ts";
import { promtools } from "./support/rules-docs-promtool.ts";
import { told } from "./support/rules-docs-told.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever text a label, a title or an annotation has, Prometheus takes the rules, selects just that, and says just that.";

export const needs = ["promtool"] as const;

interface Size {
  /** Values of labels that are selected. */
  readonly values: number;
  /** Values in one file. */
  readonly batch: number;
  /** SLOs, each with a dozen texts. */
  readonly slos: number;
  /** SLOs in one file. */
  readonly documents: number;
}

export const quick: Size = { values: 250, batch: 125, slos: 20, documents: 10 };
export const full: Size = { values: 100_000, batch: 200, slos: 4_000, documents: 50 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const figures = { programs: promtools().length, values: 0, selections: 0, slos: 0, texts: 0 };
  while (figures.values < size.values) {
    const done = await matchers(random, Math.min(size.batch, size.values - figures.values), seed);
    figures.values += done.values;
    figures.selections += done.selections;
    log(`${String(figures.values)} values selected`);
  }
  while (figures.slos < size.slos) {
    const done = await told(random, Math.min(size.documents, size.slos - figures.slos), seed);
    figures.slos += done.slos;
    figures.texts += done.texts;
    log(`${String(figures.slos)} SLOs told`);
  }
  return figures;
}
