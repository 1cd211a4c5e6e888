import { writeFileSync } from "node:fs";

/** A test behind a failed hook reads as skipped; saying so tells it from one that was meant to be. */
function hookTrouble(test) {
  for (let place = test.parent; place !== undefined; place = place.parent) {
    if (place.errors().length > 0) return "a hook before it failed";
  }
  return "";
}

/**
 * Counts for `npm test`, written as JSON to the file that NINES_TALLY_FILE names. Vitest's own summary leaves out
 * files that did not load and hooks that failed, and a count that hides those is worse than none.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: 0, skipped: [] };
    for (const module of modules) {
      if (module.errors().length > 0) tally.failed += 1;
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) tally.failed += 1;
      }
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === "passed") tally.passed += 1;
        else if (state === "failed") tally.failed += 1;
        else
          tally.skipped.push({ file: module.relativeModuleId, name: test.fullName, reason: note ?? hookTrouble(test) });
      }
    }
    tally.failed += unhandledErrors.length;
    writeFileSync(process.env.NINES_TALLY_FILE, JSON.stringify(tally));
  }
}
