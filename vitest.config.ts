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

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/fixtures/**", "node_modules/**"],
    // The page's bundle is made, not kept.
    globalSetup: ["scripts/page.mjs"],
    setupFiles: ["test/support/no-console.ts"],
    sequence: { sequencer: LongestFirst },
    pool: "forks",
    // Two cores: much of a third one's time is waiting, for servers and for clocks.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text-summary", "html"] },
  },
});
