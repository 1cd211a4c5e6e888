/** The known name that a misspelled one was probably meant to be. */

const LONGEST = 64;

/**
 * The one of `known` that is nearest to `name` by edit distance (a swap of neighbours counts once, case not at all), if
 * it is near enough to be a slip: one edit in three characters, at least one (of two characters or more), at most three.
 * `retry` is as near to `retries` as one word to its plural.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  const mostEdits = name.length < 2 ? 0 : Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  let bestDistance = mostEdits + 1;
  for (const candidate of known) {
    if (candidate.length > LONGEST) continue;
    const lower = candidate.toLowerCase();
    const [one, other] = [singular(wanted), singular(lower)];
    const isPlural = one !== wanted || other !== lower;
    const distance = Math.min(
      distanceBelow(wanted, lower, bestDistance),
      isPlural ? distanceBelow(one, other, bestDistance) + 0.5 : Infinity,
    );
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Of words in -y the plural is three letters away. */
function singular(word: string): string {
  return word.replace(/ies$/, "y");
}

function distanceBelow(a: string, b: string, bound: number): number {
  return Math.abs(a.length - b.length) >= bound ? Infinity : editDistance(a, b);
}

/** The only one that `name` is the beginning of, three characters of it at least. */
function begunBy(name: string, known: readonly string[]): string | undefined {
  const [only, ...others] = name.length < 3 ? [] : known.filter((one) => one.startsWith(name));
  return others.length === 0 ? only : undefined;
}

/** Words for known names that no edit leads to, such as `target` for `objective`. */
export type OtherWords = Readonly<Record<string, string>>;

/** `; did you mean "threshold"?`, or nothing. */
export function suggestion(name: string, known: readonly string[], words: OtherWords = {}): string {
  const meant = Object.hasOwn(words, name) ? words[name] : (nearest(name, known) ?? begunBy(name, known));
  return meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`;
}

/** `; did you mean "threshold"? allowed: target, threshold`, or only what is allowed. */
export function choices(name: unknown, known: readonly string[], words: OtherWords = {}): string {
  if (known.length === 0) return "; there is none";
  const meant = typeof name === "string" ? suggestion(name, known, words) : "";
  return `${meant === "" ? ";" : meant} allowed: ${known.join(", ")}`;
}

// Optimal string alignment: three rows of the usual table.
function editDistance(a: string, b: string): number {
  let twoAgo: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, at(twoAgo, column - 2) + 1);
      current.push(cost);
    }
    [twoAgo, previous] = [previous, current];
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
