/** Where the names of programs stand in a command: elsewhere the same word may be a package, a pod or a label. */
import { COMPUTED, EXEC, FORWARDING, RUNNING_SECOND, WRAPPERS } from "./code-programs.ts";
import { type CommandWord, isValue, leadingOf, nameOf } from "./command-words.ts";

/** Places by index, and of each whether what stands there surely is the program, and all behind it what it is given. */
export type ProgramPlaces = ReadonlyMap<number, boolean>;

/** The first word, and those that it and the ones behind it are known to run. */
export function programPlaces(words: readonly CommandWord[]): ProgramPlaces {
  const places = new Map([[0, true]]);
  const dashes = words.findIndex(({ text, isFilled }) => text === "--" && !isFilled);
  if (words.slice(0, Math.max(dashes, 0)).some((word) => FORWARDING.test(nameOf(word)))) places.set(dashes + 1, true);
  // Those that are added meanwhile have their turn too.
  for (const [index, isSure] of places) {
    const word = words[index];
    if (word === undefined) continue;
    // What a shell puts in may be anything, and so may what xargs does.
    const isKnown = isSure && !COMPUTED.test(word.text) && nameOf(word) !== "xargs";
    for (const offset of runBy(word, words.slice(index + 1))) {
      const place = index + 1 + offset;
      if (!places.has(place)) places.set(place, isKnown);
    }
  }
  return places;
}

/** Where in `rest` stands what `word` runs. */
function runBy(word: CommandWord, rest: readonly CommandWord[]): readonly number[] {
  const program = nameOf(word);
  if (RUNNING_SECOND.test(program)) {
    const first = rest.findIndex(({ text }, index) => !text.startsWith("-") && !isValue(program, rest[index - 1]));
    return first === -1 ? [] : [first + 1];
  }
  if (program === "find") return rest.flatMap(({ text }, index) => (EXEC.test(text) ? [index + 1] : []));
  return WRAPPERS.test(program) || COMPUTED.test(word.text) ? [leadingOf(program, rest)] : [];
}
