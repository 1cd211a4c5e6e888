/** How a mutant's tests are run: those of one room that begin no process, in one kept thread, the quickest file first. */
import { join } from "node:path";
import type { Plugin } from "vite";
import { BaseSequencer, type TestSpecification, type Vitest } from "vitest/node";
import { defineConfig } from "vitest/config";
import { keptPool } from "./support/kept-pool.ts";

const { include, exclude } = JSON.parse(process.env.NINES_MUTATION_TESTS ?? "{}") as Record<string, string[]>;
const support = (name: string): string => join(import.meta.dirname, "support", name);
const fewerRuns: string = support("fewer-runs.ts");
const noServices: string = support("no-services.ts");

/** What each file took when nothing was mutated. */
const durations = new Map<string, number>();

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const took = (file: TestSpecification): number => {
      const known = durations.get(file.moduleId) ?? durationOf(this.ctx, file);
      if (known !== undefined) durations.set(file.moduleId, known);
      return known ?? 0;
    };
    return [...files].sort((a, b) => took(a) - took(b));
  }
}

function durationOf(vitest: Vitest, { moduleId }: TestSpecification): number | undefined {
  return vitest.state.getFiles().find(({ filepath }) => filepath === moduleId)?.result?.duration;
}

const mutation: Plugin = {
  name: "nines-mutation",
  enforce: "pre",
  resolveId(source, importer) {
    if (source === "fast-check" && importer !== fewerRuns) return fewerRuns;
    return source.endsWith("/support/services.ts") && importer !== noServices ? noServices : undefined;
  },
  // Stryker asks for threads, whatever a config says.
  configureVitest({ project }) {
    Object.assign(project.config, { pool: keptPool.name, poolRunner: keptPool, isolate: true });
  },
};

export default defineConfig({
  plugins: [mutation],
  test: {
    include: include ?? [],
    exclude: [...(exclude ?? []), "node_modules/**"],
    setupFiles: ["test/mutation/support/setup.ts", "test/support/no-console.ts"],
    sequence: { sequencer: QuickestFirst },
    // Stryker ends a mutant that hangs; a busy machine is to end none.
    testTimeout: 600_000,
    reporters: [{}],
  },
});
