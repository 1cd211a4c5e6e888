/** Arguments that are code, or a program, by where they stand. */
import { show } from "../../core/errors.ts";

import {
  AWK,
  AWK_SEPARATOR,
  AWK_VARIABLE,
  BACKUP_SUFFIX,
  BETWEEN,
  CONTAINER_EXEC,
  FIRST_CODE,
  FORWARDED,
  IN_PLACE,
  JQ,
  LATER_CODE,
  NAMED_VALUE,
  NAMING_NEXT,
  NAMING_OPTION,
  YQ_COMMAND,
} from "./code-programs.ts";
import { asCode } from "./code-options.ts";
import { type CommandWord, headOf, isValue, nameOf } from "./command-words.ts";
import { assignedName } from "./variables.ts";

/** The word that is read as code, or names the program to run. */
export function problemOfOperands(
  program: string,
  rest: readonly CommandWord[],
  isWrapper: boolean,
): string | undefined {
  if (LATER_CODE.test(program)) return problemOfLater(program, rest);
  if (!FIRST_CODE.test(program) && !isWrapper) return undefined;
  const isOne = (word: CommandWord, index: number): boolean =>
    isOperand(program, word, rest[index - 1], rest[index - 2]);
  const first = rest.findIndex(isOne);
  const operand = rest[first];
  if (FIRST_CODE.test(program) && operand?.isFilled === true) return asCode(program);
  // The first one of chroot is a folder.
  const second = program === "chroot" ? rest.find((word, index) => index > first && isOne(word, index)) : undefined;
  const isRun = (word: CommandWord | undefined): boolean => {
    return word?.isFilled === true && (isNaming(program, word) || !/^-|=/.test(headOf(word)));
  };
  return isWrapper && [operand, second].some(isRun) ? namesProgram(program) : undefined;
}

/** Why what is filled in would name the program that one runs elsewhere: behind `--`, or in a container. */
export function problemOfForwarded(
  program: string,
  rest: readonly CommandWord[],
  before: readonly CommandWord[],
): string | undefined {
  const next = NAMING_NEXT.find(([programs]) => programs.test(program))?.[1];
  const isNamed = (word: CommandWord, index: number): boolean =>
    word.isFilled && ((next !== undefined && isOne(rest[index - 1], next)) || isNaming(program, word));
  if (CONTAINER_EXEC.test(program) && rest.some(isNamed)) return namesProgram(program);
  const commands = FORWARDED.find(([programs]) => programs.test(program))?.[1];
  if (commands !== undefined) {
    const dashes = rest.findIndex((word) => isOne(word, /^--$/));
    const isForwarded = rest.slice(0, Math.max(dashes, 0)).some((word) => isOne(word, commands));
    return isForwarded && rest[dashes + 1]?.isFilled === true ? namesProgram(program) : undefined;
  }
  // Options with values may stand between them.
  const container = before.filter((word) => CONTAINER_EXEC.test(nameOf(word))).at(-1);
  if (program !== "exec" || container === undefined) return undefined;
  const isOperandOf = (word: CommandWord, index: number): boolean =>
    !headOf(word).startsWith("-") && !isValue("docker exec", rest[index - 1]);
  return rest.filter(isOperandOf)[1]?.isFilled === true ? namesProgram(nameOf(container)) : undefined;
}

/** Variables and targets: what is filled in for either may set a variable, whose value is code. */
export function problemOfMake(program: string, rest: readonly CommandWord[]): string | undefined {
  const isCode = rest.some((word, index) => {
    return word.isFilled && !headOf(word).startsWith("-") && !isValue(program, rest[index - 1]);
  });
  if (!isCode) return undefined;
  return `${show(program)} reads variables as code, and what is filled in with them; hand the value over under environment, and write $$NAME in its recipe`;
}

function isOne(word: CommandWord | undefined, texts: RegExp): boolean {
  return word?.isFilled === false && texts.test(word.text);
}

/** Whether an option names a program or a package in its own word. */
function isNaming(program: string, word: CommandWord): boolean {
  return NAMING_OPTION.some(([programs, options]) => programs.test(program) && options.test(headOf(word)));
}

/** All but the first that is no option. */
function problemOfLater(program: string, rest: readonly CommandWord[]): string | undefined {
  const operands = rest.filter((word, index) => !headOf(word).startsWith("-") && !isValue(program, rest[index - 1]));
  return operands.slice(1).some(({ isFilled }) => isFilled) ? asCode(program) : undefined;
}

function isOperand(
  program: string,
  word: CommandWord,
  last: CommandWord | undefined,
  lastButOne: CommandWord | undefined,
): boolean {
  if (JQ.test(program) && (isOne(last, NAMED_VALUE) || isOne(lastButOne, NAMED_VALUE))) return false;
  if (AWK.test(program) && isAwkData(program, word, last, lastButOne)) return false;
  if (word.isFilled) return true;
  if (program === "yq" && YQ_COMMAND.test(word.text)) return false;
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

function namesProgram(program: string): string {
  return `what is filled in would name the program that ${program} runs; write the program out`;
}
