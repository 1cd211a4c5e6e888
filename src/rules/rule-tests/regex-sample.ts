/** Texts that a regular expression matches, and whether it matches one. */
import { type RegexPart, regexTree } from "./regex-tree.ts";

/** More texts than this are not made of one expression. */
const MOST_TEXTS = 12;
const MOST_REPEATS = 50;
/** A text that is checked is at most so long. */
const LONGEST_TEXT = 200;

/** A regular expression as a matcher of labels has it: anchored at both ends. */
export interface Regex {
  readonly matches: (text: string) => boolean;
  /** Some that match, the plainest first; may be none. */
  readonly texts: readonly string[];
}

/** Undefined where the expression has something that is not known here. */
export function regexOf(pattern: string): Regex | undefined {
  const tree = regexTree(pattern);
  if (tree === undefined) return undefined;
  const matches = (text: string): boolean => matchesAll(tree, text);
  return { matches, texts: textsOf(tree, "").filter(matches) };
}

function matchesAll(tree: RegexPart, text: string): boolean {
  const characters = Array.from(text);
  if (characters.length > LONGEST_TEXT) return false;
  return after(tree, characters, new Set([0])).has(characters.length);
}

/** Where the part may end if it begins at one of these places: all at once, so that no expression takes for ever. */
function after(part: RegexPart, text: readonly string[], places: ReadonlySet<number>): Set<number> {
  switch (part.kind) {
    case "start":
      return new Set(places.has(0) ? [0] : []);
    case "end":
      return new Set(places.has(text.length) ? [text.length] : []);
    case "one":
      return new Set([...places].filter((at) => at < text.length && part.has(text[at] ?? "")).map((at) => at + 1));
    case "all":
      return part.of.reduce((at: Set<number>, next) => after(next, text, at), new Set(places));
    case "any":
      return new Set(part.of.flatMap((option) => [...after(option, text, places)]));
    case "repeat": {
      let at = new Set(places);
      for (let times = 0; times < part.least && at.size > 0; times += 1) at = after(part.of, text, at);
      const found = new Set(at);
      for (let times = part.least; times < part.most && at.size > 0; times += 1) {
        at = new Set([...after(part.of, text, at)].filter((place) => !found.has(place)));
        for (const place of at) found.add(place);
      }
      return found;
    }
  }
}

/** Texts that match, behind a text that ends so. */
function textsOf(part: RegexPart, before: string): string[] {
  switch (part.kind) {
    case "start":
    case "end":
      return [""];
    case "one":
      return likelyBehind(part.likely, before);
    case "all":
      return part.of.reduce(
        (texts: string[], next) =>
          texts.flatMap((text) => textsOf(next, before + text).map((more) => text + more)).slice(0, MOST_TEXTS),
        [""],
      );
    case "any":
      return part.of.flatMap((option) => textsOf(option, before).slice(0, 3)).slice(0, MOST_TEXTS);
    case "repeat": {
      // Something is plainer than nothing, where both match.
      const least = Math.min(Math.max(part.least, 1), part.most, MOST_REPEATS);
      if (part.least > MOST_REPEATS) return [];
      const of: RegexPart = { kind: "all", of: new Array<RegexPart>(least).fill(part.of) };
      return [...textsOf(of, before), ...(part.least === 0 ? [""] : [])].slice(0, MOST_TEXTS);
    }
  }
}

/** `5..` is 500, and `a.` is aa. */
function likelyBehind(likely: readonly string[], before: string): string[] {
  const digit = /\d$/.test(before);
  const fits = (character: string): boolean => /\d/.test(character) === digit;
  return [...likely.filter(fits), ...likely.filter((one) => !fits(one))].slice(0, 3);
}
