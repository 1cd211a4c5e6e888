/** Patterns of others against texts of others: matched in one pass, whatever both are. */
import { type Anchor, type Fits, isWord, type PatternNode, PatternProblem, readPattern } from "./pattern-syntax.ts";

type Step =
  | { readonly kind: "one"; readonly fits: Fits }
  | { readonly kind: "anchor"; readonly anchor: Anchor }
  /** Goes on at each of these. */
  | { readonly kind: "fork"; readonly to: number[] }
  | { readonly kind: "match" };

const MOST_CHARACTERS = 1_000;
const MOST_STEPS = 2_000;
/** Steps that are followed, over all characters: some tenths of a second. */
const MOST_FOLLOWED = 5_000_000;

/**
 * A regular expression in Python's notation, without what makes matching take forever: no look-around, no references back. What is
 * left is matched by following all ways at once, in a time that grows with the text and not with what the pattern makes of it.
 */
export class Pattern {
  readonly #steps: Step[] = [];

  /** @throws {@link PatternProblem} with what is wrong */
  constructor(source: string) {
    if (source.length > MOST_CHARACTERS)
      throw new PatternProblem(`has ${String(source.length)} characters; allowed: at most ${String(MOST_CHARACTERS)}`);
    this.#add(readPattern(source));
    this.#push({ kind: "match" });
  }

  /** Whether it fits somewhere in `text`; undefined where finding out takes too many steps. */
  fitsIn(text: string): boolean | undefined {
    const characters = Array.from(text);
    let now: number[] = [];
    // Where each step was last reached: nothing is followed twice at one place.
    const seen = new Int32Array(this.#steps.length).fill(-1);
    let followed = 0;
    for (let at = 0; at <= characters.length; at += 1) {
      const character = characters[at];
      const reached: number[] = [];
      const count = this.#follow([...now, 0], { characters, at, seen, reached });
      if (count === undefined) return true;
      followed += count;
      if (followed > MOST_FOLLOWED) return undefined;
      now = [];
      if (character === undefined) break;
      for (const place of reached) {
        const step = this.#steps[place];
        if (step?.kind === "one" && step.fits(character)) now.push(place + 1);
      }
    }
    return false;
  }

  /** How many steps it took; undefined once it fits. */
  #follow(
    from: number[],
    {
      characters,
      at,
      seen,
      reached,
    }: {
      readonly characters: readonly string[];
      readonly at: number;
      readonly seen: Int32Array;
      readonly reached: number[];
    },
  ): number | undefined {
    let count = 0;
    for (let place = from.pop(); place !== undefined; place = from.pop()) {
      if (seen[place] === at) continue;
      seen[place] = at;
      count += 1;
      const step = this.#steps[place];
      if (step === undefined) continue;
      if (step.kind === "match") return undefined;
      if (step.kind === "one") reached.push(place);
      else if (step.kind === "fork") from.push(...step.to);
      else if (stands(step.anchor, characters, at)) from.push(place + 1);
    }
    return count;
  }

  #add(node: PatternNode): void {
    switch (node.kind) {
      case "one":
        this.#push({ kind: "one", fits: node.fits });
        return;
      case "anchor":
        this.#push({ kind: "anchor", anchor: node.anchor });
        return;
      case "all":
        for (const part of node.parts) this.#add(part);
        return;
      case "either":
        this.#addEither(node.parts);
        return;
      case "repeat":
        this.#addRepeat(node);
    }
  }

  #addEither(parts: readonly PatternNode[]): void {
    const begin = this.#fork();
    const ends = parts.map((part) => {
      begin.push(this.#steps.length);
      this.#add(part);
      return this.#fork();
    });
    for (const end of ends) end.push(this.#steps.length);
  }

  #addRepeat({ part, least, most }: Extract<PatternNode, { kind: "repeat" }>): void {
    for (let count = 0; count < least; count += 1) {
      const before = this.#steps.length;
      this.#add(part);
      // What is empty stays empty, however often it is there.
      if (this.#steps.length === before) break;
    }
    if (most === Infinity) {
      const loop = this.#steps.length;
      const fork = this.#fork();
      fork.push(this.#steps.length);
      this.#add(part);
      this.#fork().push(loop);
      fork.push(this.#steps.length);
      return;
    }
    const exits: number[][] = [];
    for (let count = least; count < most; count += 1) {
      const fork = this.#fork();
      fork.push(this.#steps.length);
      exits.push(fork);
      this.#add(part);
    }
    for (const exit of exits) exit.push(this.#steps.length);
  }

  #fork(): number[] {
    const to: number[] = [];
    this.#push({ kind: "fork", to });
    return to;
  }

  #push(step: Step): void {
    if (this.#steps.length >= MOST_STEPS)
      throw new PatternProblem(`is too large: with its repetitions it has more than ${String(MOST_STEPS)} steps`);
    this.#steps.push(step);
  }
}

function stands(anchor: Anchor, characters: readonly string[], at: number): boolean {
  const [before, after] = [characters[at - 1], characters[at]];
  switch (anchor) {
    case "start":
      return at === 0;
    case "very_end":
      return after === undefined;
    case "end":
      // As in Python: the line end that programs write last does not count.
      return after === undefined || (after === "\n" && at === characters.length - 1);
    case "line_start":
      return before === undefined || before === "\n";
    case "line_end":
      return after === undefined || after === "\n";
    case "word":
    case "no_word": {
      const isEdge = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
      return isEdge === (anchor === "word");
    }
  }
}
