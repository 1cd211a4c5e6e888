/** What happened, as it stands on a time axis. */
import { isNamed } from "../marks.ts";
import type { DashboardMark } from "../../model.ts";
import type { Times } from "./times.ts";
import type { Span } from "./view.ts";

/** A mark with all that is drawn and told of it. */
export interface PlacedMark {
  /** Unique among all marks. */
  readonly key: string;
  readonly kind: DashboardMark["kind"];
  readonly from: number;
  readonly until: number;
  /** Whether it is a moment rather than a stretch. */
  readonly isInstant: boolean;
  /** Such as `Incident INC-0042: SEV1 checkout fails (investigating)`. */
  readonly title: string;
  /** Such as `24 Nov 2026, 13:16, until now`. */
  readonly when: string;
}

/** More of them nobody reads; the latest are kept. */
const MOST_MARKS = 200;

/** How each kind is told, and the letter that tells it where there is no room. */
export const MARK_WORDS: Record<DashboardMark["kind"], { readonly name: string; readonly letter: string }> = {
  incident: { name: "Incident", letter: "I" },
  runbook: { name: "Runbook", letter: "R" },
  halt: { name: "Releases halted", letter: "H" },
  deployment: { name: "Deployment", letter: "D" },
  chaos: { name: "Chaos experiment", letter: "C" },
  exclusion: { name: "Excluded time", letter: "E" },
};

/** Those that lie on the axis, the latest of very many. */
export function marksOn(
  marks: readonly DashboardMark[],
  [from, until]: Span,
  at: number,
  times: Times,
): readonly PlacedMark[] {
  return marks
    .filter((mark) => Number.isFinite(mark.from) && Number.isFinite(mark.until ?? 0))
    .map((mark) => placed(mark, at, times))
    .filter((mark) => mark.until >= from && mark.from <= until)
    .sort((one, other) => other.from - one.from)
    .slice(0, MOST_MARKS);
}

function placed(mark: DashboardMark, at: number, times: Times): PlacedMark {
  const until = Math.max(mark.from, mark.until ?? at);
  const isInstant = mark.kind === "deployment" || mark.until === mark.from;
  const name = `${MARK_WORDS[mark.kind].name}${isNamed(mark) ? ` ${mark.id}` : ""}`;
  return {
    key: `${mark.kind} ${mark.id}`,
    kind: mark.kind,
    from: mark.from,
    until,
    isInstant,
    title: `${name}: ${mark.text}${mark.state === undefined ? "" : ` (${mark.state})`}`,
    when: mark.until === undefined ? `${times.full(mark.from)}, until now` : times.range(mark.from, until),
  };
}

/** From left to right, in pixels. */
export type Stretch = readonly [left: number, right: number];

/** The row of each, so that none lies on another while there are rows left. */
export function rowsOf(stretches: readonly Stretch[], most: number): readonly number[] {
  const ends: number[] = [];
  const rows = stretches.map(() => 0);
  const order = stretches.map((_, index) => index).sort((a, b) => (stretches[a]?.[0] ?? 0) - (stretches[b]?.[0] ?? 0));
  for (const index of order) {
    const [left, right] = stretches[index] ?? [0, 0];
    const free = ends.findIndex((end) => end <= left);
    const row = free >= 0 ? free : Math.min(ends.length, most - 1);
    ends[row] = Math.max(ends[row] ?? 0, right);
    rows[index] = row;
  }
  return rows;
}
