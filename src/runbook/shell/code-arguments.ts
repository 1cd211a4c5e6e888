/** Programs that read an argument as code: what an alert says must not be in it. */
import { show } from "../../core/errors.ts";

import {
  ALL_CODE,
  ARITHMETIC,
  AWK,
  AWK_SEPARATOR,
  AWK_VARIABLE,
  BACKUP_SUFFIX,
  BETWEEN,
  CODE_OPTIONS,
  COMPUTING,
  DEBUGGING,
  DECLARING,
  FIRST_CODE,
  HARMLESS_SETTING,
  INTERPRETERS,
  IN_PLACE,
  LEADING_CODE_OPTIONS,
  MAKE,
  NAMED_VALUE,
  NPM_EXEC,
  PLACED,
  PLAIN,
  REMOTE,
  SSH_SETTING,
  SSH_VALUED,
  WRAPPERS,
} from "./code-programs.ts";
import { type CommandWord, headOf, isValue, leadingOf, nameOf } from "./command-words.ts";
import { programPlaces } from "./program-places.ts";
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
    const problem = problemAt(word, words.slice(index + 1), { isBegun, isSure: places.get(index) });
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
  /** Whether it surely is a program, if it stands where one is known to; see {@link programPlaces}. */
  readonly isSure: boolean | undefined;
}

function problemAt(first: CommandWord, rest: readonly CommandWord[], place: Place): string | undefined {
  if (first.isFilled) return undefined;
  const program = nameOf(first);
  if (PLACED.test(program) && place.isSure === undefined) return undefined;
  return (
    (place.isBegun ? problemOfBuiltin(program, rest) : undefined) ??
    problemOfOptions(program, rest, place.isSure === true) ??
    (WRAPPERS.test(program) ? problemOfVariables(program, rest) : undefined) ??
    problemOfOperands(program, rest) ??
    (MAKE.test(program) ? problemOfMake(program, rest) : undefined) ??
    (REMOTE.test(program) ? problemOfRemote(program, rest) : undefined)
  );
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

/** Options whose values are code. */
function problemOfOptions(program: string, rest: readonly CommandWord[], isSure: boolean): string | undefined {
  const script = scriptOf(program, rest);
  const own = rest.slice(0, program === "npm" ? npmOptionsOf(rest) : isSure ? script : undefined);
  const isCode = CODE_OPTIONS.some(([programs, options]) => {
    return (
      programs.test(program) &&
      own.some(({ text, isFilled }, index) => options.test(text) && (isFilled || rest[index + 1]?.isFilled === true))
    );
  });
  if (isCode) return asCode(program);
  for (const [programs, options] of LEADING_CODE_OPTIONS) {
    if (!programs.test(program)) continue;
    for (const [index, word] of rest.slice(0, script ?? leadingOf(program, rest)).entries()) {
      if (!options.test(word.text)) continue;
      const next = rest[index + 1];
      const isSetting = next?.isFilled === true && !(program === "git" && HARMLESS_SETTING.test(headOf(next)));
      if (word.isFilled || isSetting) return asCode(program);
    }
  }
  const [programs, option] = SSH_SETTING;
  const isSetting = (word: CommandWord, index: number): boolean => {
    const [flags] = option.exec(headOf(word)) ?? [];
    return flags !== undefined && (word.isFilled || (flags === word.text && rest[index + 1]?.isFilled === true));
  };
  if (!programs.test(program) || !rest.some(isSetting)) return undefined;
  return `a setting of ${program} may be a command, and what is filled in with it; write it out`;
}

/** How many words stand before the script of an interpreter, all of them if none surely is it; undefined of other programs. */
function scriptOf(program: string, rest: readonly CommandWord[]): number | undefined {
  const [, alone, valued] = INTERPRETERS.find(([programs]) => programs.test(program)) ?? [];
  if (alone === undefined || valued === undefined) return undefined;
  for (let index = 0; ; index += 1) {
    const word = rest[index];
    if (word === undefined || word.isFilled) break;
    if (valued.test(word.text)) index += 1;
    else if (!alone.test(word.text)) {
      if (PLAIN.test(word.text) && !DEBUGGING.test(word.text)) return index;
      break;
    }
  }
  return rest.length;
}

/** How many words may be options of npm by which it runs code. */
function npmOptionsOf(rest: readonly CommandWord[]): number {
  const [command] = rest;
  if (command?.isFilled === false && PLAIN.test(command.text) && !NPM_EXEC.test(command.text)) return 0;
  const dashes = rest.findIndex(({ text, isFilled }) => text === "--" && !isFilled);
  return dashes === -1 ? rest.length : dashes;
}

/** The word that is read as code, or names the program to run. */
function problemOfOperands(program: string, rest: readonly CommandWord[]): string | undefined {
  if (!FIRST_CODE.test(program) && !WRAPPERS.test(program)) return undefined;
  const isOne = (word: CommandWord, index: number): boolean =>
    isOperand(program, word, rest[index - 1], rest[index - 2]);
  const first = rest.findIndex(isOne);
  const operand = rest[first];
  if (FIRST_CODE.test(program) && operand?.isFilled === true) return asCode(program);
  // The first one of chroot is a folder.
  const second = program === "chroot" ? rest.find((word, index) => index > first && isOne(word, index)) : undefined;
  const isRun = (word: CommandWord | undefined): boolean => word?.isFilled === true && !/^-|=/.test(headOf(word));
  if (!WRAPPERS.test(program) || ![operand, second].some(isRun)) return undefined;
  return `what is filled in would name the program that ${program} runs; write the program out`;
}

function isOperand(
  program: string,
  word: CommandWord,
  last: CommandWord | undefined,
  lastButOne: CommandWord | undefined,
): boolean {
  const isNamed = (option: CommandWord | undefined): boolean =>
    option?.isFilled === false && NAMED_VALUE.test(option.text);
  if (program === "jq" && (isNamed(last) || isNamed(lastButOne))) return false;
  if (AWK.test(program) && isAwkData(program, word, last, lastButOne)) return false;
  if (word.isFilled) return true;
  const isSuffix = /^g?sed$/.test(program) && IN_PLACE.test(last?.text ?? "") && BACKUP_SUFFIX.test(word.text);
  return !isSuffix && !BETWEEN.test(word.text) && !isValue(program, last);
}

/** Whether `word` is what awk separates by, or gives a variable a value. */
function isAwkData(
  program: string,
  word: CommandWord,
  last: CommandWord | undefined,
  lastButOne: CommandWord | undefined,
): boolean {
  const head = headOf(word);
  // What looks like an option may be the value of another.
  if (head.startsWith("-v")) {
    return assignedName(head.slice(2)) !== undefined && !isValue(program, last) && last?.text !== "-f";
  }
  if (last === undefined || last.isFilled || isValue(program, lastButOne)) return false;
  return AWK_SEPARATOR.test(last.text) || (AWK_VARIABLE.test(last.text) && assignedName(head) !== undefined);
}

/** Variables and targets: what is filled in for either may set a variable, whose value is code. */
function problemOfMake(program: string, rest: readonly CommandWord[]): string | undefined {
  const isCode = rest.some((word, index) => {
    return word.isFilled && !headOf(word).startsWith("-") && !isValue(program, rest[index - 1]);
  });
  if (!isCode) return undefined;
  return `${show(program)} reads variables as code, and what is filled in with them; hand the value over under environment, and write $$NAME in its recipe`;
}

/** Variables that are set for the program that is run. */
function problemOfVariables(program: string, rest: readonly CommandWord[]): string | undefined {
  return firstOf(rest.slice(0, leadingOf(program, rest)), (word) => {
    return word.isFilled && !headOf(word).startsWith("-") && word.text.includes("=")
      ? variableOf(program, word)
      : undefined;
  });
}

function problemOfRemote(program: string, rest: readonly CommandWord[]): string | undefined {
  const host = rest.findIndex(({ text, isFilled }, index) => {
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

function asCode(program: string): string {
  return `${show(program)} reads this as code, and what is filled in with it; give it the value as an argument of its own, or write shell: true`;
}
