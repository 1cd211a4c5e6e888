/** What is written for programs. */
import type { Output } from "./io.ts";

/** One object; a field that is not known is null, and is there. */
export async function writeJson(output: Output, value: object): Promise<void> {
  const text = JSON.stringify(value, (_key, field: unknown) => (field === undefined ? null : plainly(field)), 2);
  await output.write(`${text}\n`);
}

function plainly(field: unknown): unknown {
  if (field instanceof Map) return Object.fromEntries(field);
  return ArrayBuffer.isView(field) ? Array.from(field as Float64Array) : field;
}
