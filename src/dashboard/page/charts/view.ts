/** What part of the time axis is in sight: all of it, the last hour, or what somebody has zoomed to. */

/** From one instant to another, in epoch milliseconds. */
export type Span = readonly [from: number, until: number];

/** All that can be seen. */
export interface Axis {
  readonly from: number;
  readonly until: number;
  /** Now; what is after it is expected only. */
  readonly at: number;
  /** What the SLO is judged over, where there is more than that to see. */
  readonly window?: Span;
  /** Nothing shorter can be zoomed to. */
  readonly leastMs: number;
}

/** A part of it, by what it means: the last hour moves with the clock. */
export type View =
  | { readonly kind: "all" }
  | { readonly kind: "window" }
  | { readonly kind: "last"; readonly durationMs: number }
  | { readonly kind: "between"; readonly from: number; readonly until: number };

export const ALL: View = { kind: "all" };

const HOUR = 3_600_000;

/** The last hour and the last day. */
export const LASTS: readonly (View & { readonly kind: "last" })[] = [
  { kind: "last", durationMs: HOUR },
  { kind: "last", durationMs: 24 * HOUR },
];
/** A smaller part of the axis than this is hard to see. */
const SMALL = 1 / 10;

/** What is seen first: all, or, of what is watched for a small part of it only, the last hour or day. */
export function firstView({ from, at }: Axis, watchedFrom: number | undefined): View {
  if (watchedFrom === undefined || at - watchedFrom >= (at - from) * SMALL) return ALL;
  return LASTS.find(({ durationMs }) => at - watchedFrom <= durationMs && at - from > durationMs) ?? ALL;
}

/** What is in sight. */
export function spanOf(view: View, axis: Axis): Span {
  const all: Span = [axis.from, axis.until];
  switch (view.kind) {
    case "all":
      return all;
    case "window":
      return axis.window ?? all;
    case "last":
      return within(axis, axis.at - view.durationMs, axis.at);
    case "between":
      return within(axis, view.from, view.until);
  }
}

/** Between two instants in either order; all where that is all. */
export function viewBetween(axis: Axis, one: number, other: number): View {
  const [from, until] = within(axis, Math.min(one, other), Math.max(one, other));
  return from <= axis.from && until >= axis.until ? ALL : { kind: "between", from, until };
}

/** As much longer or shorter as `factor` tells, around an instant that stays where it is. */
export function zoomed(view: View, axis: Axis, factor: number, around?: number): View {
  const [from, until] = spanOf(view, axis);
  const centre = around === undefined || around < from || around > until ? (from + until) / 2 : around;
  return viewBetween(axis, centre - (centre - from) * factor, centre + (until - centre) * factor);
}

/** Later by `share` of what is in sight, or earlier. */
export function moved(view: View, axis: Axis, share: number): View {
  const [from, until] = spanOf(view, axis);
  const by = Math.min(Math.max((until - from) * share, axis.from - from), axis.until - until);
  return viewBetween(axis, from + by, until + by);
}

/** Not outside of the axis, and not too short. */
function within(axis: Axis, from: number, until: number): Span {
  const least = Math.min(axis.leastMs, axis.until - axis.from);
  const short = Math.max(0, least - (until - from)) / 2;
  const length = Math.min(until - from + 2 * short, axis.until - axis.from);
  const start = Math.min(Math.max(from - short, axis.from), axis.until - length);
  return [start, start + length];
}
