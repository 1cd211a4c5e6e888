/** Text tables of numbers. */

/** Columns as wide as their widest cell, the first to the left and the others to the right. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** `0.781`; `-` where there is none. */
export function digits(value: number, places: number = 3): string {
  return Number.isFinite(value) ? value.toFixed(places) : Number.isNaN(value) ? "-" : String(value);
}

/** `93.1 %`. */
export function percent(share: number): string {
  return Number.isNaN(share) ? "-" : `${(100 * share).toFixed(1)} %`;
}

/** Names so short that they fit above numbers, and still tell one from the other. */
export function shortened(names: readonly string[], most: number = 12): string[] {
  const short = names.map((name) => (name.length <= most ? name : `${name.slice(0, 3)}..${name.slice(5 - most)}`));
  return short.map((name, place) =>
    short.indexOf(name) === short.lastIndexOf(name) ? name : (names[place] as string),
  );
}
