/** Durations as people read them; `formatDuration` writes those that are read back. */

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
  [1, "ms"],
] as const;

/** `1 h 4 min`: the two largest units that it has. For what was measured. */
export function durationText(durationMs: number): string {
  const roundedMs = Math.max(0, Math.round(durationMs));
  if (roundedMs < 1_000) return `${String(roundedMs)} ms`;
  let rest = Math.round(roundedMs / 1_000) * 1_000;
  const first = UNITS.findIndex(([size]) => rest >= size);
  const parts: string[] = [];
  for (const [size, unit] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${String(count)} ${unit}`);
    rest -= count * size;
  }
  return parts.join(" ");
}

/** `1 min 30 s 500 ms`: all of it. For what somebody has set. */
export function limitText(durationMs: number): string {
  let rest = Math.max(0, Math.round(durationMs));
  const parts = UNITS.flatMap(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${String(count)} ${unit}`];
  });
  return parts.length === 0 ? "0 s" : parts.join(" ");
}
