import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** A test behind a failed hook reads as skipped; saying so tells it from one that was meant to be. */
function hookTrouble(test) {
  for (let place = test.parent; place !== undefined; place = place.parent) {
    if (place.errors().length > 0) return "a hook before it failed";
  }
  return "";
}

/** One failure in a line, for who sees the end of a long log only. */
function told(file, name, errors) {
  const message = stripVTControlCharacters(String(errors?.[0]?.message ?? "")).replace(/\s+/g, " ");
  return `${file}${name === "" ? "" : ` > ${name}`}: ${message.slice(0, 300)}`;
}

/**
 * Counts for `npm test`, written as JSON to the file that NINES_TALLY_FILE names. Vitest's own summary leaves out
 * files that did not load and hooks that failed, and a count that hides those is worse than none.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: 0, failures: [], skipped: [] };
    const fail = (...failures) => {
      tally.failed += failures.length;
      tally.failures.push(...failures);
    };
    for (const module of modules) {
      const file = module.relativeModuleId;
      if (module.errors().length > 0) fail(told(file, "", module.errors()));
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) fail(told(file, suite.fullName, suite.errors()));
      }
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === "passed") tally.passed += 1;
        else if (state === "failed") fail(told(file, test.fullName, test.result().errors));
        else tally.skipped.push({ file, name: test.fullName, reason: note ?? hookTrouble(test) });
      }
    }
    fail(...unhandledErrors.map((error) => told("outside of any test", "", [error])));
    writeFileSync(process.env.NINES_TALLY_FILE, JSON.stringify(tally));
  }
}
