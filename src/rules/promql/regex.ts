/** Regular expressions as Prometheus reads them (RE2): whether one is valid, and whether it matches nothing at all. */

/** `matchesEmpty`: whether the empty text matches; or what is wrong. */
export type RegexReading = { readonly matchesEmpty: boolean } | { readonly message: string };

const MOST_OPEN = 100;
const MOST_REPEATS = 1_000;
const ESCAPE =
  /\\(?:[pP](?:[A-Z]|\{\^?\w+\})|x(?:[0-9A-Fa-f]{2}|\{(?:10|0?[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\})|0[0-7]{0,2}|[1-7][0-7]{1,2}|[abfnrtvABdDsSwWzQ]|[^A-Za-z0-9\u0080-\u{10ffff}])/uy;
const EMPTY_ESCAPE = /^\\[ABz]$/;
const GROUP = /\(\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?(:|\)))/y;
const NAMED_CLASS = /\[:\^?(\w+):\]/y;
const CLASSES: ReadonlySet<string> = new Set(
  "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split(" "),
);
const CONTROLS = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 } as const;
const REPEAT = /[*+?]|\{(\d+)(,(\d*))?\}/y;

/** Reads one, without running it: a hostile one would run for ever. */
export function readRegex(pattern: string): RegexReading {
  const reader = new Reader(pattern);
  try {
    return { matchesEmpty: reader.all() };
  } catch (error) {
    if (error instanceof Refused) return { message: error.message };
    throw error;
  }
}

class Refused extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;
  #open = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): boolean {
    const empty = this.#alternatives();
    if (this.#at < this.#text.length) throw new Refused("has a ) that closes nothing");
    return empty;
  }

  #alternatives(): boolean {
    let empty = this.#sequence();
    while (this.#text[this.#at] === "|") {
      this.#at += 1;
      empty = this.#sequence() || empty;
    }
    return empty;
  }

  #sequence(): boolean {
    let empty = true;
    while (this.#at < this.#text.length && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      const start = this.#at;
      const one = this.#atom();
      if (one === undefined) continue;
      const repeated = this.#repeats();
      if (repeated !== undefined && this.#repeats() !== undefined) {
        throw new Refused(`repeats ${this.#text.slice(start, this.#at)} twice over`);
      }
      empty = (one || repeated === 0) && empty;
    }
    return empty;
  }

  /** Whether it can be empty; undefined for flags and nothing, which cannot be repeated. */
  #atom(): boolean | undefined {
    const next = this.#text[this.#at] ?? "";
    if (next === "(") return this.#group();
    if (next === "[") return this.#characterClass();
    if (next === "\\") {
      const escape = this.#escape();
      if (escape === String.raw`\Q`) {
        const end = this.#text.indexOf(String.raw`\E`, this.#at);
        if (end < 0) throw new Refused(String.raw`has a \Q without \E`);
        const isEmpty = end === this.#at;
        this.#at = end + 2;
        return isEmpty ? undefined : false;
      }
      return EMPTY_ESCAPE.test(escape);
    }
    if (this.#match(REPEAT) !== undefined) throw new Refused(`repeats nothing, at ${next}`);
    this.#at += String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0).length;
    return next === "^" || next === "$";
  }

  #group(): boolean | undefined {
    if (this.#text.startsWith("(?", this.#at)) {
      const match = this.#match(GROUP);
      if (match === undefined) {
        throw new Refused(
          `has ${this.#text.slice(this.#at, this.#at + 4)}, which RE2 does not know (no look-ahead or look-behind)`,
        );
      }
      if (match[1] === ")") return undefined;
    } else {
      this.#at += 1;
    }
    this.#open += 1;
    if (this.#open > MOST_OPEN) throw new Refused(`has more than ${String(MOST_OPEN)} brackets inside each other`);
    const empty = this.#alternatives();
    if (this.#text[this.#at] !== ")") throw new Refused("has a ( that is not closed");
    this.#at += 1;
    this.#open -= 1;
    return empty;
  }

  #characterClass(): boolean {
    this.#at += 1;
    if (this.#text[this.#at] === "^") this.#at += 1;
    for (let first = true; first || this.#text[this.#at] !== "]"; first = false) {
      if (this.#at >= this.#text.length) throw new Refused("has a [ that is not closed");
      const named = this.#match(NAMED_CLASS);
      if (named !== undefined) {
        const [written, name = ""] = named;
        if (!CLASSES.has(name)) throw new Refused(`has ${written}, which RE2 does not know`);
        continue;
      }
      const low = this.#classItem();
      if (low === undefined || this.#text[this.#at] !== "-") continue;
      if (["]", undefined].includes(this.#text[this.#at + 1])) continue;
      this.#at += 1;
      const start = this.#at;
      const high = this.#classItem();
      if (high === undefined) throw new Refused(`has a range to ${this.#text.slice(start, this.#at)}`);
      if (high < low) throw new Refused("has a range in [ ] that runs backwards");
    }
    this.#at += 1;
    return false;
  }

  /** The code of one character; undefined for an escape of many. */
  #classItem(): number | undefined {
    if (this.#text[this.#at] === "\\") {
      const escape = this.#escape();
      if ("dDsSwWpP".includes(escape.charAt(1))) return undefined;
      const code = codeOf(escape);
      if (code === undefined) throw new Refused(`has ${escape} in [ ], which RE2 does not know`);
      return code;
    }
    const code = this.#text.codePointAt(this.#at) ?? 0;
    this.#at += String.fromCodePoint(code).length;
    return code;
  }

  /** Reads a repetition, and says how often at least; undefined if there is none. */
  #repeats(): number | undefined {
    const match = this.#match(REPEAT);
    if (match === undefined) return undefined;
    if (this.#text[this.#at] === "?") this.#at += 1;
    const [sign, least, , most] = match;
    if (least === undefined) return sign === "+" ? 1 : 0;
    const highest = Math.max(Number(least), Number(most ?? 0));
    if (highest > MOST_REPEATS) throw new Refused(`repeats more than ${String(MOST_REPEATS)} times, in ${sign}`);
    if (most !== undefined && most !== "" && Number(most) < Number(least))
      throw new Refused(`counts backwards in ${sign}`);
    return Number(least);
  }

  #escape(): string {
    const match = this.#match(ESCAPE);
    if (match !== undefined) return match[0];
    const written = this.#text.slice(this.#at, this.#at + 2);
    throw new Refused(written === "\\" ? String.raw`ends in \ ` : `has ${written}, which RE2 does not know`);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at += match[0].length;
    return match;
  }
}

/** The character that an escape stands for; undefined if it stands for none, or many. */
function codeOf(escape: string): number | undefined {
  const letter = escape.charAt(1);
  if (letter === "x") return Number.parseInt(escape.slice(escape.includes("{") ? 3 : 2), 16);
  if (letter >= "0" && letter <= "7") return Number.parseInt(escape.slice(1), 8);
  if (letter in CONTROLS) return CONTROLS[letter as keyof typeof CONTROLS];
  return /[A-Za-z]/.test(letter) ? undefined : letter.charCodeAt(0);
}
