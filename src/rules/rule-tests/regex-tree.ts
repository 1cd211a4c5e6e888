/** Regular expressions (RE2) as a tree, so that texts can be made that match, and texts be matched in bounded time. */

/** A part of a regular expression. */
export type RegexPart =
  | { readonly kind: "one"; readonly has: (character: string) => boolean; readonly likely: readonly string[] }
  | { readonly kind: "all" | "any"; readonly of: readonly RegexPart[] }
  | { readonly kind: "repeat"; readonly of: RegexPart; readonly least: number; readonly most: number }
  | { readonly kind: "start" | "end" };

type OnePart = Extract<RegexPart, { kind: "one" }>;

const DIGITS = "0123456789";
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NAMED: Readonly<Record<string, string>> = {
  d: DIGITS,
  w: `${DIGITS}${LETTERS}_`,
  s: " \t\n\f\r",
  digit: DIGITS,
  alpha: LETTERS,
  alnum: `${DIGITS}${LETTERS}`,
  lower: LETTERS.slice(0, 26),
  upper: LETTERS.slice(26),
  word: `${DIGITS}${LETTERS}_`,
  space: " \t\n\v\f\r",
  xdigit: `${DIGITS}abcdefABCDEF`,
};
const CONTROL: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\u0007" };
/** Tried in this order for what may be nearly anything. */
const LIKELY = "a0bc1/-_ AZz.2345678";

/** The tree of a valid regular expression; undefined where it has something that is not known here. */
export function regexTree(pattern: string): RegexPart | undefined {
  try {
    return new Reader(pattern).whole();
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

class Unknown extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;
  #ignoresCase = false;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): RegexPart {
    const part = this.#alternatives();
    if (this.#at < this.#text.length) throw new Unknown();
    return part;
  }

  #alternatives(): RegexPart {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return { kind: "any", of: options };
  }

  #sequence(): RegexPart {
    const parts: RegexPart[] = [];
    while (this.#at < this.#text.length && !"|)".includes(this.#text[this.#at] ?? "")) {
      const part = this.#atom();
      parts.push(this.#repeated(part));
    }
    return { kind: "all", of: parts };
  }

  #repeated(of: RegexPart): RegexPart {
    const match = this.#match(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y);
    if (match === undefined) return of;
    const [, sign, from, comma, to = ""] = match;
    const least = sign === undefined ? Number(from) : sign === "+" ? 1 : 0;
    const most = sign === "?" ? 1 : sign !== undefined || (comma !== undefined && to === "") ? Infinity : Number(to);
    return { kind: "repeat", of, least, most: comma === undefined && sign === undefined ? least : most };
  }

  #atom(): RegexPart {
    if (this.#take("(")) return this.#group();
    if (this.#take("[")) return this.#set();
    if (this.#take(".")) return { kind: "one", has: () => true, likely: Array.from(LIKELY) };
    if (this.#take("^")) return { kind: "start" };
    if (this.#take("$")) return { kind: "end" };
    if (this.#take("\\A")) return { kind: "start" };
    if (this.#take("\\z")) return { kind: "end" };
    if (this.#take("\\Q")) return this.#quoted();
    if (this.#take("\\")) return this.#escape();
    return this.#one(this.#next());
  }

  #group(): RegexPart {
    const before = this.#ignoresCase;
    if (this.#take("?")) {
      const match = this.#match(/P?<\w+>|([imsU]*)(?:-([imsU]+))?([:)])/y);
      if (match === undefined) throw new Unknown();
      const [, on = "", off = "", end] = match;
      if (/[mU]/.test(on)) throw new Unknown();
      this.#ignoresCase = (before || on.includes("i")) && !off.includes("i");
      if (end === ")") return { kind: "all", of: [] };
    }
    const part = this.#alternatives();
    if (!this.#take(")")) throw new Unknown();
    this.#ignoresCase = before;
    return part;
  }

  #quoted(): RegexPart {
    const end = this.#text.indexOf("\\E", this.#at);
    const stop = end < 0 ? this.#text.length : end;
    const literal = Array.from(this.#text.slice(this.#at, stop));
    this.#at = stop + 2;
    return { kind: "all", of: literal.map((character) => this.#one(character)) };
  }

  #escape(): OnePart {
    const name = this.#next();
    const known = NAMED[name.toLowerCase()];
    if ("dwsDWS".includes(name) && known !== undefined) return among(known, name !== name.toLowerCase());
    return this.#one(this.#character(name));
  }

  /** The character that stands behind a backslash. */
  #character(name: string): string {
    if (/[^A-Za-z0-9]/.test(name)) return name;
    if (name === "x") {
      const match = this.#match(/\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})/y);
      return String.fromCodePoint(parseInt(match?.[1] ?? match?.[2] ?? "0", 16));
    }
    const control = CONTROL[name];
    if (control === undefined) throw new Unknown();
    return control;
  }

  #set(): OnePart {
    const isNegated = this.#take("^");
    const tests: OnePart[] = [];
    for (let first = true; first || !this.#take("]"); first = false) tests.push(this.#setItem());
    const has = (character: string): boolean => tests.some((test) => test.has(character)) !== isNegated;
    const likely = isNegated ? Array.from(LIKELY).filter(has) : tests.flatMap((test) => test.likely);
    return { kind: "one", has, likely };
  }

  #setItem(): OnePart {
    const named = this.#match(/\[:(\^?)(\w+):\]/y);
    if (named !== undefined) {
      const known = NAMED[named[2] ?? ""];
      if (known === undefined) throw new Unknown();
      return among(known, named[1] === "^");
    }
    const low = this.#setCharacter();
    if (typeof low !== "string") return low;
    if (this.#text[this.#at] !== "-" || this.#text[this.#at + 1] === "]") return this.#one(low);
    this.#at += 1;
    const high = this.#setCharacter();
    if (typeof high !== "string") throw new Unknown();
    const inRange = (character: string): boolean => character >= low && character <= high;
    return this.#any(inRange, [low, high]);
  }

  #setCharacter(): string | OnePart {
    if (!this.#take("\\")) return this.#next();
    const name = this.#next();
    const known = NAMED[name.toLowerCase()];
    if ("dwsDWS".includes(name) && known !== undefined) return among(known, name !== name.toLowerCase());
    return this.#character(name);
  }

  #one(wanted: string): OnePart {
    return this.#any((character) => character === wanted, [wanted]);
  }

  #any(has: (character: string) => boolean, likely: readonly string[]): OnePart {
    if (!this.#ignoresCase) return { kind: "one", has, likely };
    const either = (character: string): boolean => has(character.toLowerCase()) || has(character.toUpperCase());
    return { kind: "one", has: either, likely };
  }

  #next(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new Unknown();
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at += match[0].length;
    return match;
  }
}

function among(characters: string, isNegated: boolean): OnePart {
  const has = (character: string): boolean => characters.includes(character) !== isNegated;
  const likely = isNegated ? Array.from(LIKELY).filter(has) : Array.from(characters).slice(0, 3);
  return { kind: "one", has, likely };
}
