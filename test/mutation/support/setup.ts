/** Each file of tests begins with no mutant at work and nothing counted, though the thread has tried others before. */
import { beforeEach, inject } from "vitest";

// These are Stryker's own words, provided to the setup file that it puts before this one.
const given = (key: string): unknown => inject(key as never);

interface Instruments {
  activeMutant?: unknown;
  hitCount?: number | undefined;
  mutantCoverage?: unknown;
}

const instruments = (globalThis as Record<string, unknown>)[String(given("globalNamespace"))] as Instruments;
instruments.hitCount = undefined;
if (given("mode") === "dry-run") instruments.mutantCoverage = undefined;
// Stryker has set a static mutant already, and sets any other one before the first test.
else if (given("mutantActivation") !== "static") instruments.activeMutant = undefined;

const { skipped } = JSON.parse(process.env.NINES_MUTATION_TESTS ?? "{}") as { skipped: Record<string, string[]> };
beforeEach(({ task, skip }) => {
  const [, file = ""] = /(test\/.*)$/.exec(task.file.name) ?? [];
  if (skipped[file]?.includes(task.name)) skip();
});
