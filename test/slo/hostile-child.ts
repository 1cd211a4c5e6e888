/** Reads each hostile document and prints what became of it: a crash here is this process' death and nobody else's. */
import { ConfigurationError } from "../../src/core/errors.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { HOSTILE } from "./hostile-documents.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

for (const [name, make] of Object.entries(HOSTILE)) {
  const input = make();
  const before = process.cpuUsage();
  let outcome = "loaded";
  let places = true;
  for (let round = 0; round < 2; round += 1) {
    try {
      parseSloDocument(input as string | SloDocumentInput);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      outcome = error.message.slice(0, 300);
      places =
        typeof input !== "string" ||
        error.issues.every(({ line, message }) => line !== undefined || /^and \d+ more/.test(message));
    }
  }
  const polluted = "polluted" in {};
  // Of the processor, and not of the wall clock: a machine that is busy with other things proves nothing.
  const { user, system } = process.cpuUsage(before);
  const busyMs = Math.round((user + system) / 2_000);
  console.log(JSON.stringify({ name, outcome, places, polluted, busyMs }));
}
