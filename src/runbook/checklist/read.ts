/** A checklist from JSON, as it was kept somewhere. */
import { check, openDocument } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";

import type { RunbookChecklist } from "./checklist.ts";

const name = z.string().min(1).max(200);
const instant = z.int().min(-8.64e15).max(8.64e15);
const MARK = z.strictObject({
  kind: z.enum(["checked", "unchecked", "skipped", "tried"]),
  by: name,
  at: instant,
  note: z.string().max(2_000).optional(),
});
const ITEM = z.strictObject({
  id: name,
  step: name,
  text: z.string().min(1).max(30_000),
  isRun: z.boolean(),
  isDestructive: z.boolean().optional(),
  needsApproval: z.boolean().optional(),
  marks: z.array(MARK).max(100),
});
const STEP = z.strictObject({
  name,
  number: z.string().regex(/^\d{1,4}(?:\.\d{1,4})?$/),
  title: z.string().min(1).max(300),
  condition: z.string().max(10_000).optional(),
  approval: z.string().max(20_000).optional(),
  timeLimitMs: z.int().min(1).optional(),
  escalation: z.string().max(100_000).optional(),
});
const CHECKLIST = z.strictObject({
  runbook: name,
  title: z.string().min(1).max(300),
  startedAt: instant,
  incident: name.optional(),
  steps: z.array(STEP).max(2_000),
  items: z.array(ITEM).max(20_000),
});

/**
 * Reads a checklist that was written by `JSON.stringify`.
 *
 * @param input - the JSON text, or what was parsed of it
 * @throws {@link ConfigurationError} with all faults at once
 *
 * @example
 * ```ts
 * import { checklistOf, readChecklist, runbookOf } from "nines";
 *
 * const list = checklistOf(runbookOf("Slow", [{ title: "Look" }]), { at: 0 });
 * if (readChecklist(JSON.stringify(list)).items[0]?.id !== "look") throw new Error("not kept");
 * ```
 */
export function readChecklist(input: string | object): RunbookChecklist {
  const { document, faults } = openDocument(input);
  const read = check(CHECKLIST, document.value, [], faults);
  const steps = new Set(read?.steps.map((step) => step.name));
  const ids = new Set<string>();
  read?.items.forEach(({ id, step }, index) => {
    if (!steps.has(step)) faults.add(["items", index, "step"], "is none of the steps");
    if (ids.has(id)) faults.add(["items", index, "id"], "is there already");
    ids.add(id);
  });
  faults.throwIfAny(document);
  return read as RunbookChecklist;
}
