/** The first line of a log: which format it has, and the highest number that an incident ever had when it was written. */

/** The format that this version of nines writes and reads. */
export const FORMAT = 1;
/** More incidents than any log has: a larger number is damaged, and the incidents after it would have no ids. */
const HIGHEST = 1e12;
/** Headers are all of this length. */
export const HEADER_LENGTH = 40;

/** The line, with the highest number that was ever given to an incident. */
export function headerOf(highest: number): Buffer {
  return Buffer.from(`${`nines-incidents ${String(FORMAT)} ${String(highest)}`.padEnd(HEADER_LENGTH - 1)}\n`);
}

/** The highest number; or the format, if it is another one; undefined if `bytes` begin with no such line. */
export function readHeader(bytes: Buffer): { readonly highest: number } | { readonly format: number } | undefined {
  const [, format, highest] = /^nines-incidents (\d{1,9}) (\d{1,15}) *\n/.exec(bytes.toString("latin1")) ?? [];
  if (format === undefined) {
    // Of a later header only this much is certain.
    const [, later] = /^nines-incidents (\d{1,9})\b/.exec(bytes.toString("latin1")) ?? [];
    return later === undefined || Number(later) === FORMAT ? undefined : { format: Number(later) };
  }
  if (Number(format) !== FORMAT) return { format: Number(format) };
  return Number(highest) <= HIGHEST ? { highest: Number(highest) } : undefined;
}
