/** Reads each hostile document and prints what became of it: a crash here is this process' death and nobody else's. */
import { ConfigurationError } from "../../src/core/errors.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { HOSTILE } from "./hostile-documents.ts";

for (const [name, make] of Object.entries(HOSTILE)) {
  const input = make();
  const started = performance.now();
  let outcome = "loaded";
  let places = true;
  for (let round = 0; round < 2; round += 1) {
    try {
      parseSloDocument(input);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      outcome = error.message.slice(0, 300);
      places =
        typeof input !== "string" ||
        error.issues.every(({ line, message }) => line !== undefined || /^and \d+ more/.test(message));
    }
  }
  const polluted = "polluted" in {};
  console.log(
    JSON.stringify({ name, outcome, places, polluted, elapsedMs: Math.round((performance.now() - started) / 2) }),
  );
}
