/** Patterns of others against texts of others: matched in one pass, whatever both are. */

/** Whether a character fits. */
export type Fits = (character: string) => boolean;

/** Whether something that eats nothing stands before the character at a place. */
export type Anchor = (characters: readonly string[], at: number) => boolean;

/** What a pattern is made of. */
export type PatternNode =
  | { readonly kind: "one"; readonly fits: Fits }
  | { readonly kind: "anchor"; readonly stands: Anchor }
  | { readonly kind: "all" | "either"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly part: PatternNode; readonly least: number; readonly most: number };

/** What makes a pattern none of ours; the message says what is wrong and what is allowed. */
export class PatternProblem extends Error {}

/** Where a reader stands in its source. */
export interface PatternPlace {
  /** The character that comes; empty at the end. */
  readonly next: () => string;
  readonly skip: () => void;
  /** Reads one piece with its repetition. */
  readonly piece: () => PatternNode;
}

/** Rows of pieces with bars between them, up to the end or a bracket that closes: the same in every notation. */
export function readEither(place: PatternPlace): PatternNode {
  const parts = [readAll(place)];
  while (place.next() === "|") {
    place.skip();
    parts.push(readAll(place));
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "either", parts };
}

function readAll({ next, piece }: PatternPlace): PatternNode {
  const parts: PatternNode[] = [];
  while (!["", "|", ")"].includes(next())) parts.push(piece());
  return { kind: "all", parts };
}

type Step =
  | { readonly kind: "one"; readonly fits: Fits }
  | { readonly kind: "anchor"; readonly stands: Anchor }
  /** Goes on at each of these. */
  | { readonly kind: "fork"; readonly to: number[] }
  | { readonly kind: "match" };

const MOST_STEPS = 2_000;
/** Steps that are followed, over all characters: some tenths of a second. */
const MOST_FOLLOWED = 5_000_000;

/**
 * A regular expression that looks neither around nor back. It is matched by following all ways at once, in a time that
 * grows with the text and not with what the pattern makes of it.
 */
export class Pattern {
  readonly #steps: Step[] = [];
  readonly #mostFollowed: number;
  readonly #split: (text: string) => readonly string[];

  /**
   * @param options.mostFollowed - after how many steps to give up
   * @param options.split - what counts as characters; code points unless said
   * @throws {@link PatternProblem} if it is too large
   */
  constructor(
    node: PatternNode,
    options: { readonly mostFollowed?: number; readonly split?: (text: string) => readonly string[] } = {},
  ) {
    this.#mostFollowed = options.mostFollowed ?? MOST_FOLLOWED;
    this.#split = options.split ?? ((text) => Array.from(text));
    this.#add(node);
    this.#push({ kind: "match" });
  }

  /** Whether it fits somewhere in `text`; undefined where finding out takes too many steps. */
  fitsIn(text: string): boolean | undefined {
    const characters = this.#split(text);
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
      if (followed > this.#mostFollowed) return undefined;
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
      else if (step.stands(characters, at)) from.push(place + 1);
    }
    return count;
  }

  #add(node: PatternNode): void {
    switch (node.kind) {
      case "one":
        this.#push({ kind: "one", fits: node.fits });
        return;
      case "anchor":
        this.#push({ kind: "anchor", stands: node.stands });
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
