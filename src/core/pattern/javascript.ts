/** Regular expressions of JavaScript, in the part of them that can be matched in one pass. */
import { type Anchor, type Fits, Pattern, type PatternNode, PatternProblem, readEither } from "./pattern.ts";

const MOST_CHARACTERS = 2_000;
const REPEAT = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y;
const GROUP = /\((?:\?:|\?<[\p{L}_$][\p{L}\p{N}_$]*>)?(?!\?)/uy;
const LINE_END = /[\n\r\u2028\u2029]/;
/** One character, or what stands for one. */
const ONE = {
  unicode:
    /\\(?:u\{[^}]*\}|u[dD][89abAB].{2}\\u[dD][c-fC-F].{2}|u.{4}|x.{2}|c.|[pP]\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]|./suy,
  plain: /\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|.)|\[(?:\\.|[^\]\\])*\]|./sy,
};
/** What refers back. `\0` does not. */
const BACK = /^\\(?:[1-9]|0\d|k)/;

/**
 * Fits the same texts as `expression`, in a time that grows with the text alone; undefined where that cannot be, because
 * it looks around or back, or is very large.
 */
export function javaScriptPattern(expression: RegExp): Pattern | undefined {
  const { source, flags } = expression;
  if (source.length > MOST_CHARACTERS || /[vy]/.test(flags)) return undefined;
  const split = flags.includes("u") ? undefined : (text: string) => text.split("");
  try {
    return new Pattern(new Reader(source, flags).whole(), { mostFollowed: Infinity, ...(split && { split }) });
  } catch (error) {
    if (error instanceof PatternProblem) return undefined;
    throw error;
  }
}

/** Reads what the engine has taken: it can be no nonsense. */
class Reader {
  readonly #source: string;
  readonly #flags: string;
  readonly #anchors: Readonly<Record<string, Anchor>>;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags.replace(/[^isu]/g, "");
    const isLines = flags.includes("m");
    const isWord = this.#fits("\\w");
    const isEdge: Anchor = (characters, at) => isWord(characters[at - 1] ?? "") !== isWord(characters[at] ?? "");
    this.#anchors = {
      "^": (characters, at) => at === 0 || (isLines && LINE_END.test(characters[at - 1] ?? "")),
      $: (characters, at) => at === characters.length || (isLines && LINE_END.test(characters[at] ?? "")),
      "\\b": isEdge,
      "\\B": (characters, at) => !isEdge(characters, at),
    };
  }

  whole(): PatternNode {
    const node = this.#either();
    if (this.#at < this.#source.length) throw new PatternProblem("has a ) that closes nothing");
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
    const [whole, sign, from = "", comma, to = ""] = this.#take(REPEAT) ?? [];
    if (whole === undefined) return part;
    if (sign !== undefined)
      return { kind: "repeat", part, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Infinity };
    const least = Number(from);
    return { kind: "repeat", part, least, most: comma === undefined ? least : to === "" ? Infinity : Number(to) };
  }

  #one(): PatternNode {
    if (this.#source.charAt(this.#at) === "(") return this.#group();
    const [text] = this.#take(this.#flags.includes("u") ? ONE.unicode : ONE.plain) ?? [];
    if (text === undefined || BACK.test(text)) throw new PatternProblem("refers back");
    const stands = this.#anchors[text];
    return stands === undefined ? { kind: "one", fits: this.#fits(text) } : { kind: "anchor", stands };
  }

  #group(): PatternNode {
    if (this.#take(GROUP) === undefined) throw new PatternProblem("looks around");
    const inner = this.#either();
    this.#at += 1;
    return inner;
  }

  /** The engine itself says what one character fits. */
  #fits(text: string): Fits {
    const alone = new RegExp(`^(?:${text})$`, this.#flags);
    return (character) => alone.test(character);
  }

  #take(token: RegExp): RegExpExecArray | undefined {
    token.lastIndex = this.#at;
    const found = token.exec(this.#source) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}
