/** Regular expressions as Python writes them, in the part of them that can be matched in one pass. */
import { show } from "../errors.ts";
import { type Anchor, type Fits, Pattern, type PatternNode, PatternProblem, readEither } from "./pattern.ts";

const MOST_CHARACTERS = 1_000;
const MOST_REPEATS = 1_000;
const MOST_DEPTH = 20;
const FLAGS = /^\(\?([aimsu]+)\)/;
const REPEAT = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/;
const GROUP = /^\((?:\?:|\?P?<[A-Za-z_]\w{0,99}>)?(?!\?)/;
/** What Python counts as spaces, and JavaScript does not. */
const SPACES = "\u001c\u001d\u001e\u001f\u0085";
const SETS: Readonly<Record<string, Fits>> = {
  d: (character) => /^\p{Nd}$/u.test(character),
  w: isWord,
  s: (character) => SPACES.includes(character) || (character !== "\ufeff" && /^\s$/u.test(character)),
};
/** As in Python: the line end that programs write last does not count for `$`. */
const ANCHORS = {
  start: (_, at) => at === 0,
  end: (characters, at) => at === characters.length || (characters[at] === "\n" && at === characters.length - 1),
  very_end: (characters, at) => at === characters.length,
  line_start: (characters, at) => at === 0 || characters[at - 1] === "\n",
  line_end: (characters, at) => at === characters.length || characters[at] === "\n",
  word: isEdge,
  no_word: (characters, at) => !isEdge(characters, at),
} satisfies Readonly<Record<string, Anchor>>;
const ESCAPED_ANCHORS: Readonly<Record<string, Anchor>> = {
  A: ANCHORS.start,
  Z: ANCHORS.very_end,
  b: ANCHORS.word,
  B: ANCHORS.no_word,
};
const LETTERS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\u0007" };

/** A character of a word: a letter, a digit of any writing, `_`. */
function isWord(character: string): boolean {
  return /^[\p{L}\p{N}_]$/u.test(character);
}

/**
 * A regular expression in Python's notation, without what makes matching take forever: no look-around, no references back.
 *
 * @throws {@link PatternProblem} with what is wrong
 */
export function pythonPattern(source: string): Pattern {
  if (source.length > MOST_CHARACTERS)
    throw new PatternProblem(`has ${String(source.length)} characters; allowed: at most ${String(MOST_CHARACTERS)}`);
  const flags = FLAGS.exec(source);
  const reader = new PatternReader(source, flags?.[0].length ?? 0, new Set(flags?.[1] ?? ""));
  return new Pattern(reader.whole());
}

class PatternReader {
  readonly #source: string;
  readonly #flags: ReadonlySet<string>;
  #at: number;
  #depth = 0;

  constructor(source: string, at: number, flags: ReadonlySet<string>) {
    this.#source = source;
    this.#at = at;
    this.#flags = flags;
  }

  whole(): PatternNode {
    const node = this.#either();
    if (this.#at < this.#source.length) throw this.#problem("has a ) that closes nothing");
    return node;
  }

  #either(): PatternNode {
    return readEither({
      next: () => this.#source.charAt(this.#at),
      skip: () => {
        this.#at += 1;
      },
      piece: () => this.#repeated(this.#one()),
    });
  }

  #repeated(part: PatternNode): PatternNode {
    const counted = REPEAT.exec(this.#source.slice(this.#at));
    const sign = this.#source.charAt(this.#at);
    let bounds: readonly [number, number] | undefined;
    if (counted !== null) {
      const [whole, least, comma, most] = counted;
      this.#at += whole.length;
      const from = Number(least);
      bounds = [from, comma === undefined ? from : most === undefined ? Infinity : Number(most)];
    } else if (sign === "*" || sign === "+" || sign === "?") {
      this.#at += 1;
      bounds = [sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity];
    }
    if (bounds === undefined) return part;
    const [least, most] = bounds;
    if (least > most || least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS))
      throw this.#problem(`repeats out of order, or more than ${String(MOST_REPEATS)} times`);
    if (part.kind === "anchor") throw this.#problem("repeats an anchor");
    // Whether it would rather eat much or little does not change whether it fits.
    this.#eat("?");
    if (/^[*+?]/.test(this.#source.slice(this.#at)) || REPEAT.test(this.#source.slice(this.#at)))
      throw this.#problem("repeats a repetition");
    return { kind: "repeat", part, least, most };
  }

  #one(): PatternNode {
    const rest = this.#source.slice(this.#at);
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (character === "(") return this.#group(rest);
    if (character === "[") return { kind: "one", fits: this.#class() };
    if (/^[*+?]/.test(character) || REPEAT.test(rest)) throw this.#problem("repeats nothing");
    this.#at += character.length;
    if (character === ".") return { kind: "one", fits: (one) => one !== "\n" || this.#flags.has("s") };
    if (character === "^") return { kind: "anchor", stands: this.#flags.has("m") ? ANCHORS.line_start : ANCHORS.start };
    if (character === "$") return { kind: "anchor", stands: this.#flags.has("m") ? ANCHORS.line_end : ANCHORS.end };
    if (character === "\\") return this.#escape();
    return { kind: "one", fits: this.#literal(character) };
  }

  #group(rest: string): PatternNode {
    const opening = GROUP.exec(rest)?.[0];
    if (opening === undefined)
      throw this.#problem(
        "looks around, or has flags within; allowed: groups, and flags such as (?i) at its beginning",
      );
    this.#at += opening.length;
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw this.#problem(`has more than ${String(MOST_DEPTH)} groups in each other`);
    const inner = this.#either();
    this.#depth -= 1;
    if (!this.#eat(")")) throw this.#problem("has a ( that is not closed");
    return inner;
  }

  #escape(): PatternNode {
    const letter = this.#source.charAt(this.#at);
    const stands = Object.hasOwn(ESCAPED_ANCHORS, letter) ? ESCAPED_ANCHORS[letter] : undefined;
    if (stands !== undefined) {
      this.#at += 1;
      return { kind: "anchor", stands };
    }
    const escaped = this.#escaped();
    return { kind: "one", fits: typeof escaped === "string" ? this.#literal(escaped) : escaped };
  }

  /** What a backslash makes of what follows: a character, or a set of them. */
  #escaped(): string | Fits {
    const rest = this.#source.slice(this.#at);
    const coded = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4}))/.exec(rest);
    if (coded !== null) {
      this.#at += coded[0].length;
      return String.fromCharCode(Number.parseInt(coded[1] ?? coded[2] ?? "", 16));
    }
    if (rest === "") throw this.#problem("ends with a backslash");
    const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    this.#at += letter.length;
    const set = Object.hasOwn(SETS, letter.toLowerCase()) ? SETS[letter.toLowerCase()] : undefined;
    if (set !== undefined && letter === letter.toLowerCase()) return set;
    if (set !== undefined) return (character) => !set(character);
    if (Object.hasOwn(LETTERS, letter)) return LETTERS[letter] ?? "";
    if (/[A-Za-z\d]/.test(letter))
      throw this.#problem(
        `has \\${letter}; allowed: \\d \\w \\s and their opposites, \\b \\B \\A \\Z, \\n \\t \\r, \\xHH, \\uHHHH`,
      );
    return letter;
  }

  #class(): Fits {
    this.#at += 1;
    const isNegated = this.#eat("^");
    const fits: Fits[] = [];
    for (let isFirst = true; ; isFirst = false) {
      if (this.#at >= this.#source.length) throw this.#problem("has a [ that is not closed");
      if (!isFirst && this.#eat("]")) break;
      const low = this.#member();
      const rest = this.#source.slice(this.#at);
      if (/^-[^\]]/u.test(rest)) {
        this.#at += 1;
        const high = this.#member();
        if (typeof low !== "string" || typeof high !== "string" || codeOf(high) < codeOf(low))
          throw this.#problem("has a range that is none");
        fits.push(this.#caseless((one) => codeOf(one) >= codeOf(low) && codeOf(one) <= codeOf(high)));
      } else fits.push(typeof low === "string" ? this.#literal(low) : low);
    }
    // A class may have hundreds of members, and be asked of one character at each of a thousand steps.
    const known = new Map<string, boolean>();
    return (character) => {
      const before = known.get(character);
      if (before !== undefined) return before;
      const isIn = fits.some((one) => one(character)) !== isNegated;
      known.set(character, isIn);
      return isIn;
    };
  }

  #member(): string | Fits {
    if (this.#eat("\\")) return this.#eat("b") ? "\b" : this.#escaped();
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #literal(character: string): Fits {
    return this.#caseless((one) => one === character);
  }

  #caseless(fits: Fits): Fits {
    if (!this.#flags.has("i")) return fits;
    return (one) => fits(one) || fits(one.toLowerCase()) || fits(one.toUpperCase());
  }

  #eat(character: string): boolean {
    if (this.#source.charAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #problem(message: string): PatternProblem {
    return new PatternProblem(`${show(this.#source)} ${message}`);
  }
}

function isEdge(characters: readonly string[], at: number): boolean {
  const [before, after] = [characters[at - 1], characters[at]];
  return (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
