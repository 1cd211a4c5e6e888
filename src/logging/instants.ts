/** Instants as logs write them. */

/** `2026-11-29T10:41:00.000Z`; undefined for what is no instant. */
export function instantText(at: number | undefined): string | undefined {
  if (at === undefined) return undefined;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
