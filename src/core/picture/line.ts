/** Lines of a picture, with gaps where nothing is known. */
import { fix } from "./axis.ts";

/** A line; undefined values, and those that are no number, are gaps. */
export type Line = readonly { readonly at: number; readonly value: number | undefined }[];

/** A point with a value that is a number. */
export interface Told {
  readonly at: number;
  readonly value: number;
}

/** Whether there is a value. */
export function isTold(point: Line[number]): point is Told {
  return point.value !== undefined && Number.isFinite(point.value);
}

/** Points that belong together: no gap is drawn over, where there is no value or none was taken for long. */
export function stretches(line: Line): readonly (readonly Told[])[] {
  const distances = line.slice(1).map(({ at }, index) => at - (line[index]?.at ?? at));
  const usual = [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? Infinity;
  const found: Told[][] = [];
  let open: Told[] | undefined;
  let last = -Infinity;
  for (const point of line) {
    if (!isTold(point)) {
      open = undefined;
      continue;
    }
    if (open === undefined || point.at - last > 2.5 * usual) found.push((open = []));
    open.push(point);
    last = point.at;
  }
  return found;
}

/** A stretch as a line, or as a dot where it is one point. `kind` names its classes. */
export function stretchSvg(
  points: readonly Told[],
  kind: string,
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  const places = points.map(({ at, value }) => [fix(x(at)), fix(y(value))] as const);
  if (places.length > 1) return `<polyline class="nines-line nines-${kind}" points="${places.join(" ")}"/>`;
  const [dot = ""] = places.map(
    ([cx, cy]) => `<circle class="nines-point nines-${kind}-point" cx="${cx}" cy="${cy}" r="2.5"/>`,
  );
  return dot;
}
