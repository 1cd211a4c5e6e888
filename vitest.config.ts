import { join } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes minutes or half of one: begun last, one of them would leave the other worker idle. */
const LONGEST: readonly string[] = [
  "test/proofs/proofs.test.ts",
  "test/examples/examples.test.ts",
  "test/rules/rule-tests/promtool.test.ts",
  "test/cli/installed.test.ts",
  "test/house/package.test.ts",
  "test/slo/hostile.test.ts",
  "test/fuzz/fuzz.test.ts",
  "test/house/docs.test.ts",
  "test/docs/tutorial.test.ts",
  "test/examples/recipes.test.ts",
  "test/gate/gate-job.test.ts",
  "test/adapters/ansible/playbooks.test.ts",
];

/** What works on the machine, the package, the house or globals (a host replaces `Response`) has a process for each file; the rest share theirs. */
const APART: readonly string[] = [
  ...["adapters", "cli", "dashboard", "docs", "examples", "fuzz", "house", "http", "mutation", "proofs", "quality"],
].map((folder) => `test/${folder}/**/*.test.ts`);

const NEVER: string[] = ["test/fixtures/**", "node_modules/**"];

/** Files that share a process stay together at the end, or there would be nobody to share it with. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
      if (place !== -1) return place;
      return project.config.isolate ? LONGEST.length : LONGEST.length + 1;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

const seededFastCheck: string = join(import.meta.dirname, "test/support/seeded-fast-check.ts");

/** Laws are tried with the same cases in each run: a failure is somebody's change, and not chance. */
const seeded: Plugin = {
  name: "nines-seeded",
  enforce: "pre",
  resolveId(source, importer) {
    return source === "fast-check" && importer !== seededFastCheck ? seededFastCheck : undefined;
  },
};

export default defineConfig({
  plugins: [seeded],
  test: {
    projects: [
      { extends: true, test: { name: "apart", include: [...APART], exclude: NEVER } },
      {
        extends: true,
        test: { name: "rooms", include: ["test/**/*.test.ts"], exclude: [...NEVER, ...APART], isolate: false },
      },
    ],
    // The page's bundle is made, not kept.
    globalSetup: ["scripts/page.mjs"],
    setupFiles: ["test/support/no-console.ts"],
    sequence: { sequencer: LongestFirst },
    pool: "forks",
    // Two cores: much of a third one's time is waiting, for servers and for clocks.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // A second, as it is without this, may be too little where all cores are busy; what comes is seen as soon as before.
    expect: { poll: { timeout: 10_000 } },
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text-summary", "html"] },
  },
});
