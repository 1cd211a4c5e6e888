/** Words of a command, and which of them are options, values of options and variables. */
import { BETWEEN, VALUED } from "./code-programs.ts";

/** A word of a command: what its author wrote of it, and whether something is filled in. */
export interface CommandWord {
  readonly text: string;
  readonly isFilled: boolean;
  /** What stands before the first thing that is filled in; all of it unless told. */
  readonly head?: string | undefined;
}

/** The name of a program without its folder. */
export function nameOf({ text }: CommandWord): string {
  return text.replace(/^.*\//, "");
}

export function headOf({ text, head = text }: CommandWord): string {
  return head;
}

/** Whether what follows `option` is its value, and no word that `program` would run. */
export function isValue(program: string, option: CommandWord | undefined): boolean {
  if (option === undefined || option.isFilled) return false;
  return VALUED.some(([programs, options]) => programs.test(program) && options.test(option.text));
}

/** How many words stand before the first that is neither an option, nor its value, nor a variable. */
export function leadingOf(program: string, rest: readonly CommandWord[]): number {
  const end = rest.findIndex(({ text }, index) => {
    return !BETWEEN.test(text) && !/^\w*=/.test(text) && !isValue(program, rest[index - 1]);
  });
  return end === -1 ? rest.length : end;
}
