/** Programs that read an argument as code: what an alert says must not be in it. */
import { show } from "../../core/errors.ts";

import {
  ALL_CODE,
  ARITHMETIC,
  BACKUP_SUFFIX,
  BETWEEN,
  CODE_OPTIONS,
  COMPUTING,
  DECLARING,
  FIRST_CODE,
  HARMLESS_SETTING,
  IN_PLACE,
  LEADING_CODE_OPTIONS,
  MAKE,
  NAMED_VALUE,
  REMOTE,
  SSH_SETTING,
  SSH_VALUED,
  VALUED,
  WRAPPERS,
} from "./code-programs.ts";
import { assignedName, variableProblem } from "./variables.ts";

/** A word of a command: what its author wrote of it, and whether something is filled in. */
export interface CommandWord {
  readonly text: string;
  readonly isFilled: boolean;
  /** What stands before the first thing that is filled in; all of it unless told. */
  readonly head?: string | undefined;
}

/** Why what is filled in would be run as code by one of `words`, a command with its arguments; undefined if it would not. */
export function codeProblem(words: readonly CommandWord[]): string | undefined {
  if (!words.some(({ isFilled }) => isFilled)) return undefined;
  // What a word is the first argument of, options and the like left out.
  let before: CommandWord | undefined;
  for (const [index, word] of words.entries()) {
    const isBegun = before === undefined || WRAPPERS.test(nameOf(before));
    const problem = problemAt(word, words.slice(index + 1), isBegun);
    if (problem !== undefined) return problem;
    const isBetween = BETWEEN.test(word.text) || (before !== undefined && isValue(nameOf(before), words[index - 1]));
    if (!isBetween) before = word;
  }
  return undefined;
}

/** Whether what follows `option` is its value, and no word that `program` would run. */
function isValue(program: string, option: CommandWord | undefined): boolean {
  if (option === undefined || option.isFilled) return false;
  return VALUED.some(([programs, options]) => programs.test(program) && options.test(option.text));
}

/** The name of a program without its folder. */
function nameOf({ text }: CommandWord): string {
  return text.replace(/^.*\//, "");
}

function problemAt(first: CommandWord, rest: readonly CommandWord[], isBegun: boolean): string | undefined {
  if (first.isFilled) return undefined;
  const program = nameOf(first);
  return (
    (isBegun ? problemOfBuiltin(program, rest) : undefined) ??
    problemOfOptions(program, rest) ??
    (WRAPPERS.test(program) ? problemOfVariables(program, rest) : undefined) ??
    problemOfOperands(program, rest) ??
    (MAKE.test(program) ? problemOfMake(program, rest, isBegun) : undefined) ??
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
function problemOfOptions(program: string, rest: readonly CommandWord[]): string | undefined {
  const isCode = CODE_OPTIONS.some(([programs, options]) => {
    return (
      programs.test(program) &&
      rest.some(({ text, isFilled }, index) => options.test(text) && (isFilled || rest[index + 1]?.isFilled === true))
    );
  });
  if (isCode) return asCode(program);
  for (const [programs, options] of LEADING_CODE_OPTIONS) {
    if (!programs.test(program)) continue;
    for (const [index, word] of rest.slice(0, leadingOf(program, rest)).entries()) {
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
  const run = [operand, second];
  if (!WRAPPERS.test(program) || !run.some((word) => word?.isFilled === true && !/^-|=/.test(headOf(word)))) {
    return undefined;
  }
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
  if (word.isFilled) return true;
  const isSuffix = /^g?sed$/.test(program) && IN_PLACE.test(last?.text ?? "") && BACKUP_SUFFIX.test(word.text);
  return !isSuffix && !BETWEEN.test(word.text) && !isValue(program, last);
}

/** Variables and targets: what is filled in for either may set a variable, whose value is code. */
function problemOfMake(program: string, rest: readonly CommandWord[], isBegun: boolean): string | undefined {
  const isCode = rest.some((word, index) => {
    if (!word.isFilled || headOf(word).startsWith("-") || isValue(program, rest[index - 1])) return false;
    // Behind another word it may be no program, but the name of one.
    return isBegun || headOf(word).includes("=");
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

/** How many words stand before the first that is neither an option, nor its value, nor a variable. */
function leadingOf(program: string, rest: readonly CommandWord[]): number {
  const end = rest.findIndex(({ text }, index) => {
    return !BETWEEN.test(text) && !/^\w*=/.test(text) && !isValue(program, rest[index - 1]);
  });
  return end === -1 ? rest.length : end;
}

/** Why `word` must not be filled in as it is, where `program` sets a variable by it. */
function variableOf(program: string, word: CommandWord): string | undefined {
  const name = assignedName(headOf(word));
  if (name !== undefined) return variableProblem(name);
  return `what is filled in would name the variable that ${program} sets; write its name out`;
}

function headOf({ text, head = text }: CommandWord): string {
  return head;
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
