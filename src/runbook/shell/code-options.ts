/** Options whose values are code to the programs that have them. */
import { show } from "../../core/errors.ts";

import {
  CODE_OPTIONS,
  COMPUTED,
  DEBUGGING,
  HARMLESS_SETTING,
  INTERPRETERS,
  LEADING_CODE_OPTIONS,
  LISTING,
  MODULES,
  NPM_EXEC,
  PLAIN,
  POWERSHELL,
  POWERSHELL_FILE,
  PYTHON_MODULE,
  SHELLS,
  SSH_SETTING,
  SUBCOMMAND_OPTIONS,
} from "./code-programs.ts";
import { type CommandWord, headOf, leadingOf } from "./command-words.ts";

/** Why what is filled in for an option of `program`, or for its value, would be run; undefined if it would not. */
export function problemOfOptions(program: string, rest: readonly CommandWord[], isSure: boolean): string | undefined {
  const script = scriptOf(program, rest);
  if (isCodeFilled(program, rest.slice(0, ownOf(program, rest, isSure ? script : undefined)))) return asCode(program);
  for (const [programs, options] of LEADING_CODE_OPTIONS) {
    if (!programs.test(program)) continue;
    for (const [index, word] of rest.slice(0, script ?? leadingOf(program, rest)).entries()) {
      if (!options.test(word.text)) continue;
      const next = hasOwnValue(program, word) ? undefined : rest[index + 1];
      const isSetting = next?.isFilled === true && !(program === "git" && HARMLESS_SETTING.test(headOf(next)));
      if (word.isFilled || isSetting) return asCode(program);
    }
  }
  return problemOfSettings(program, rest);
}

/** Why a program that a shell puts in takes no value by `-c`, as in `$SHELL -c`; undefined if it does. */
export function problemOfComputed(first: CommandWord, rest: readonly CommandWord[]): string | undefined {
  if (!COMPUTED.test(first.text)) return undefined;
  const option = rest.findIndex(({ text }) => !/^-[A-Za-z]+$/.test(text) || text.endsWith("c"));
  if (!/^-[A-Za-z]+$/.test(rest[option]?.text ?? "") || rest[option + 1]?.isFilled !== true) return undefined;
  return "a program that is not written out may be a shell, which would read what is filled in behind -c as code; write the program out";
}

/** The options by which `program` is given code. */
export function codeOptionsOf(program: string, rest: readonly CommandWord[]): readonly RegExp[] {
  const always = CODE_OPTIONS.filter(([programs]) => programs.test(program));
  const sometimes = SUBCOMMAND_OPTIONS.filter(([programs, , subcommands]) => {
    return programs.test(program) && rest.some(({ text }) => subcommands.test(text));
  });
  return [...always, ...sometimes].map(([, options]) => options);
}

function isCodeFilled(program: string, own: readonly CommandWord[]): boolean {
  const options = codeOptionsOf(program, own);
  if (options.length === 0) return false;
  return own.some((word, index) => {
    if (!options.some((one) => one.test(word.text))) return false;
    return word.isFilled || (!hasOwnValue(program, word) && isValueFilled(program, own, index));
  });
}

/** Whether the value of an option stands in its own word, and is all of it. */
function hasOwnValue(program: string, { text }: CommandWord): boolean {
  return /^--[^=]*=/.test(text) && !LISTING.test(program);
}

/** Whether something is filled in for the code that is behind an option. */
function isValueFilled(program: string, own: readonly CommandWord[], option: number): boolean {
  const [isList, isShell, isRest] = [LISTING.test(program), SHELLS.test(program), POWERSHELL.test(program)];
  const valued = INTERPRETERS.find(([programs]) => programs === SHELLS)?.[2];
  for (let index = option + 1; index < own.length; index += 1) {
    const { text, isFilled } = own[index] as CommandWord;
    if (isList && text.startsWith("-")) return false;
    if (isFilled) return true;
    // A shell takes the first word that is no option.
    const isOption = /^[-+]/.test(text) || valued?.test(own[index - 1]?.text ?? "") === true;
    if (!isList && !isRest && !(isShell && isOption)) return false;
  }
  return false;
}

function problemOfSettings(program: string, rest: readonly CommandWord[]): string | undefined {
  const [programs, option] = SSH_SETTING;
  const isSetting = (word: CommandWord, index: number): boolean => {
    const [flags] = option.exec(headOf(word)) ?? [];
    return flags !== undefined && (word.isFilled || (flags === word.text && rest[index + 1]?.isFilled === true));
  };
  if (!programs.test(program) || !rest.some(isSetting)) return undefined;
  return `a setting of ${program} may be a command, and what is filled in with it; write it out`;
}

/** How many words may be options of the program itself; undefined if all may. */
function ownOf(program: string, rest: readonly CommandWord[], script: number | undefined): number | undefined {
  if (program === "npm") return npmOptionsOf(rest);
  if (!POWERSHELL.test(program)) return script;
  const file = rest.findIndex(({ text }) => POWERSHELL_FILE.test(text));
  return file === -1 ? undefined : file;
}

/** How many words stand before the script of an interpreter, all of them if none surely is it; undefined of other programs. */
function scriptOf(program: string, rest: readonly CommandWord[]): number | undefined {
  const [, alone, valued] = INTERPRETERS.find(([programs]) => programs.test(program)) ?? [];
  if (alone === undefined || valued === undefined) return undefined;
  const [pythons, modules] = MODULES;
  for (let index = 0; ; index += 1) {
    const word = rest[index];
    if (word === undefined || word.isFilled) break;
    if (valued.test(word.text)) index += 1;
    else if (pythons.test(program) && PYTHON_MODULE.test(word.text)) {
      const next = rest[index + 1];
      const isKnown = word.text.endsWith("m") && next?.isFilled === false && modules.test(next.text);
      return isKnown ? index + 1 : rest.length;
    } else if (!alone.test(word.text)) {
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

/** What is said of a program that would read what is filled in as code. */
export function asCode(program: string): string {
  return `${show(program)} reads this as code, and what is filled in with it; give it the value as an argument of its own, or write shell: true`;
}
