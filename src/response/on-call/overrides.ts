/** Who stands in for whoever has the turn: overrides, of which the last one that was added wins. */
import { invalid, show } from "../../core/errors.ts";

import { all, type FieldPath, momentField, nameField, objectField, otherEnd } from "../business-hours/fields.ts";

/** Somebody is on call for a while, whoever has the turn. */
export interface OnCallOverride {
  readonly person: string;
  /** In epoch milliseconds. */
  readonly from: number;
  /** In epoch milliseconds; it is over then. */
  readonly until: number;
}

/** An override from outside. @throws {@link ConfigurationError} if it is none */
export function overrideField(path: FieldPath, value: unknown): OnCallOverride {
  const { person, from, until } = objectField(path, value, ["person", "from", "until"]);
  const [who, begins, ends] = all(
    () => nameField([...path, "person"], person),
    () => momentField([...path, "from"], from, otherEnd(until)),
    () => momentField([...path, "until"], until, otherEnd(from)),
  );
  const override = { person: who, from: begins, until: ends };
  if (override.until > override.from) return override;
  throw invalid([...path, "until"], `${show(until)} is not after from, ${show(from)}`);
}

/** A stretch that one override has to itself. */
export interface OverrideStretch extends OnCallOverride {
  /** Which one, by its place in the list. */
  readonly index: number;
}

/** The stretches of `overrides` that no later one takes away, in order of time. None of them overlap. */
export function flattenOverrides(overrides: readonly OnCallOverride[]): OverrideStretch[] {
  const borders = overrides
    .flatMap(({ from, until }, index) => [
      { at: from, index, begins: true },
      { at: until, index, begins: false },
    ])
    .sort((a, b) => a.at - b.at);
  const stretches: OverrideStretch[] = [];
  // Those that hold now, by their places; the last one wins.
  const holding: number[] = [];
  borders.forEach(({ at, index, begins }, place) => {
    const position = placeOf(holding, index);
    if (begins) holding.splice(position, 0, index);
    else holding.splice(position, 1);
    const winner = holding.at(-1);
    const until = borders[place + 1]?.at ?? at;
    if (winner === undefined || until === at) return;
    const last = stretches.at(-1);
    if (last?.index === winner && last.until === at) stretches[stretches.length - 1] = { ...last, until };
    else stretches.push({ person: (overrides[winner] as OnCallOverride).person, from: at, until, index: winner });
  });
  return stretches;
}

/** How many of `sorted` are below `value`. */
function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
