/** Programs that read an argument as code: what an alert says must not be in it. */
import { asCode, problemOfComputed, problemOfOptions } from "./code-options.ts";
import { problemOfForwarded, problemOfMake, problemOfOperands } from "./code-operands.ts";
import {
  ALL_CODE,
  ARITHMETIC,
  BETWEEN,
  COMPUTING,
  CONTAINED_NEXT,
  CONTAINED_VARIABLE,
  CONTAINING,
  DECLARING,
  MAKE,
  PACKAGED,
  PLACED,
  REACHING,
  REMOTE,
  RSYNC_SHELL,
  SSH_VALUED,
  WRAPPERS,
} from "./code-programs.ts";
import { type CommandWord, headOf, isValue, leadingOf, nameOf } from "./command-words.ts";
import { type ProgramPlaces, programPlaces } from "./program-places.ts";
import { assignedName, variableProblem } from "./variables.ts";

export type { CommandWord } from "./command-words.ts";

/** Why what is filled in would be run as code by one of `words`, a command with its arguments; undefined if it would not. */
export function codeProblem(words: readonly CommandWord[]): string | undefined {
  if (!words.some(({ isFilled }) => isFilled)) return undefined;
  // What a word is the first argument of, options and the like left out.
  let before: CommandWord | undefined;
  const places = programPlaces(words);
  for (const [index, word] of words.entries()) {
    const isBegun = before === undefined || WRAPPERS.test(nameOf(before));
    const place = { isBegun, isWrapper: isWrapper(words, index, before, places), isSure: places.get(index) };
    const problem = problemAt(words, index, place);
    if (problem !== undefined) return problem;
    const isBetween = BETWEEN.test(word.text) || (before !== undefined && isValue(nameOf(before), words[index - 1]));
    if (!isBetween) before = word;
  }
  return undefined;
}

/** Where a word stands. */
interface Place {
  /** Whether it is the first argument of what runs a program, wherever that stands, or the first word. */
  readonly isBegun: boolean;
  /** Whether it runs the program that it is given. */
  readonly isWrapper: boolean;
  /** Whether it surely is a program, if it stands where one is known to; see {@link programPlaces}. */
  readonly isSure: boolean | undefined;
}

function problemAt(words: readonly CommandWord[], index: number, place: Place): string | undefined {
  const first = words[index];
  if (first === undefined || first.isFilled) return undefined;
  const [program, rest] = [nameOf(first), words.slice(index + 1)];
  if (PLACED.test(program) && place.isSure === undefined) return undefined;
  return (
    (place.isBegun ? problemOfBuiltin(program, rest) : undefined) ??
    problemOfOptions(program, rest, place.isSure === true) ??
    (place.isSure === undefined ? undefined : problemOfComputed(first, rest)) ??
    (WRAPPERS.test(program) ? problemOfVariables(program, rest) : undefined) ??
    (CONTAINING.test(program) ? problemOfContained(program, rest) : undefined) ??
    problemOfOperands(program, rest, place.isWrapper) ??
    problemOfForwarded(program, rest, words.slice(0, index)) ??
    (MAKE.test(program) ? problemOfMake(program, rest) : undefined) ??
    (REMOTE.test(program) ? problemOfRemote(program, rest, words.slice(0, index)) : undefined)
  );
}

/** Whether what stands at `index` runs the program that it is given. */
function isWrapper(
  words: readonly CommandWord[],
  index: number,
  before: CommandWord | undefined,
  places: ProgramPlaces,
): boolean {
  const program = nameOf(words[index] as CommandWord);
  // What a shell puts in may be kubectl.
  const own = places.get(index) === true;
  if (WRAPPERS.test(program) && (program !== "exec" || own)) return true;
  return PACKAGED.some(([programs, commands]) => {
    if (!commands.test(program)) return false;
    if (before !== undefined && programs.test(nameOf(before))) return true;
    // Options with values may stand between them.
    return (
      program === "exec" && [...places.keys()].some((place) => place < index && programs.test(nameAt(words, place)))
    );
  });
}

function nameAt(words: readonly CommandWord[], index: number): string {
  const word = words[index];
  return word === undefined ? "" : nameOf(word);
}

/** What a shell does by itself, and what else reads all that it is given. */
function problemOfBuiltin(program: string, rest: readonly CommandWord[]): string | undefined {
  const filled = rest.filter(({ isFilled }) => isFilled);
  if (filled.length === 0) return undefined;
  if (ALL_CODE.test(program)) return asCode(program);
  if (program === "[[" && rest.some(({ text }) => ARITHMETIC.test(text))) {
    return "[[ computes the numbers that it compares, and what is filled in with them; write [ and ]";
  }
  if (!DECLARING.test(program)) return undefined;
  const [programs, options] = COMPUTING;
  if (programs.test(program) && rest.some(({ text }) => options.test(text))) return asCode(program);
  return firstOf(filled, (word) => variableOf(program, word));
}

/** Variables that are set for the program that is run. */
function problemOfVariables(program: string, rest: readonly CommandWord[]): string | undefined {
  return firstOf(rest.slice(0, leadingOf(program, rest)), (word) => {
    return word.isFilled && !headOf(word).startsWith("-") && word.text.includes("=")
      ? variableOf(program, word)
      : undefined;
  });
}

/** Variables that are set in what a program starts elsewhere. */
function problemOfContained(program: string, rest: readonly CommandWord[]): string | undefined {
  const dashes = rest.findIndex(({ text, isFilled }) => text === "--" && !isFilled);
  for (const [index, word] of rest.slice(0, dashes === -1 ? undefined : dashes).entries()) {
    if (!word.isFilled) continue;
    const last = rest[index - 1];
    const isNext = last?.isFilled === false && CONTAINED_NEXT.test(last.text);
    const [option] = isNext ? [""] : (CONTAINED_VARIABLE.exec(headOf(word)) ?? []);
    if (option === undefined || !word.text.includes("=", option.length)) continue;
    const problem = variableOf(program, { ...word, head: headOf(word).slice(option.length) });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What is behind the host, or behind `--` where another program has a command of that name. */
function problemOfRemote(
  program: string,
  rest: readonly CommandWord[],
  before: readonly CommandWord[],
): string | undefined {
  const isNamed = RSYNC_SHELL.test(before.at(-1)?.text ?? "") && before.some((word) => nameOf(word) === "rsync");
  if (isNamed) return undefined;
  const isReached = before.some((word) => REACHING.test(nameOf(word)));
  const host = rest.findIndex(({ text, isFilled }, index) => {
    if (isReached) return text === "--" && !isFilled;
    return (isFilled || !text.startsWith("-")) && !SSH_VALUED.test(rest[index - 1]?.text ?? "");
  });
  if (host === -1 || !rest.slice(host + 1).some(({ isFilled }) => isFilled)) return undefined;
  return `${program} gives its words to a shell on the other side, which would read what is filled in as code; use a runner that takes values as data, or a program there that reads its input`;
}

/** Why `word` must not be filled in as it is, where `program` sets a variable by it. */
function variableOf(program: string, word: CommandWord): string | undefined {
  const name = assignedName(headOf(word));
  if (name !== undefined) return variableProblem(name);
  return `what is filled in would name the variable that ${program} sets; write its name out`;
}

function firstOf(
  words: readonly CommandWord[],
  problem: (word: CommandWord) => string | undefined,
): string | undefined {
  for (const word of words) {
    const found = problem(word);
    if (found !== undefined) return found;
  }
  return undefined;
}
