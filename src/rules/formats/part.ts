/** Parts of a foreign document, read by a schema: what the schema does not know is reported, and never dropped in silence. */
import type { Path } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import { check } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";
import type { Sheet, Source } from "./sheet.ts";

const reasons = new WeakMap<z.ZodType, string>();

/** A field that the format has and nines does not use; `reason` says why, and what to do instead. */
export function unused(reason: string): z.ZodOptional<z.ZodUnknown> {
  const schema = z.unknown().optional();
  reasons.set(schema, reason);
  return schema;
}

/**
 * Reads a mapping by a schema that is not strict. Keys that the schema does not have are reported; a key without a value
 * counts as missing, as it does in Kubernetes. Undefined if there are faults, which the sheet then has.
 */
export function readPart<T>(schema: z.ZodType<T>, { sheet, path, value }: Source): T | undefined {
  reportUnread(schema, value, path, sheet);
  return check(schema, withoutNulls(value), path, sheet.opened.faults);
}

function reportUnread(schema: z.ZodType, value: unknown, path: Path, sheet: Sheet): void {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) {
    const fitting = inner.options.find((option) => fits(option as z.ZodType, value));
    if (fitting !== undefined) reportUnread(fitting as z.ZodType, value, path, sheet);
  } else if (inner instanceof z.ZodArray && Array.isArray(value)) {
    value.forEach((item, index) => reportUnread(inner.element as z.ZodType, item, [...path, index], sheet));
  } else if (inner instanceof z.ZodObject && isMapping(value)) {
    const shape = inner.shape as Readonly<Record<string, z.ZodType>>;
    for (const [key, item] of Object.entries(value)) {
      const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
      const reason = known && reasons.get(known);
      const inside = [...path, key];
      if (known === undefined)
        sheet.report(inside, `is nothing that nines reads here${choices(key, Object.keys(shape))}`);
      else if (reason !== undefined) sheet.report(inside, reason);
      else reportUnread(known, item, inside, sheet);
    }
  }
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

function fits(schema: z.ZodType, value: unknown): boolean {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return isMapping(value);
  return inner instanceof z.ZodArray && Array.isArray(value);
}

/** Whether `value` is a mapping of a document. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy in which keys without a value are left out. Documents are at most 100 levels deep. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
