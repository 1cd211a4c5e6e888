/** Programs that read their input as code: what is piped into them must hold nothing that is filled in. */
import { show } from "../../core/errors.ts";

import {
  ENTERING,
  ENTERING_BY,
  INTERPRETERS,
  MODULES,
  PYTHON_MODULE,
  REMOTE,
  SHELLS,
  SSH_VALUED,
} from "./code-programs.ts";
import { codeOptionsOf } from "./code-options.ts";
import { type CommandWord, nameOf } from "./command-words.ts";
import { programPlaces } from "./program-places.ts";

/** What stands for the input, where a script may be named. */
const INPUT = /^(?:-|\/dev\/stdin)$/;

/** Why `words`, a command with its arguments, must not be given what is filled in as its input; undefined if it may. */
export function inputProblem(words: readonly CommandWord[]): string | undefined {
  for (const index of programPlaces(words).keys()) {
    const word = words[index];
    if (word === undefined) continue;
    const rest = words.slice(index + 1);
    const reader = isReader(word, rest) ? word : isEntering(word, rest) ? readerWithin(word, rest) : undefined;
    if (reader !== undefined) {
      return `${show(nameOf(reader))} reads its input as code, and what is filled in with it; write its script out, and hand the value over as an argument`;
    }
  }
  return undefined;
}

/** Whether a program passes its input on to another: `docker build` does not. */
function isEntering(program: CommandWord, rest: readonly CommandWord[]): boolean {
  const name = nameOf(program);
  return REMOTE.test(name) || (ENTERING.test(name) && rest.some(({ text }) => ENTERING_BY.test(text)));
}

/** What reads the input of a program that passes it on to another. */
function readerWithin(program: CommandWord, rest: readonly CommandWord[]): CommandWord | undefined {
  // A shell on the other side splits what it is given.
  const words = rest.flatMap((word) => word.text.split(" ").map((text) => ({ ...word, text })));
  const reader = words.find((word, index) => isReader(word, words.slice(index + 1)));
  if (reader !== undefined || !REMOTE.test(nameOf(program))) return reader;
  const operands = rest.filter(
    ({ text }, index) => !text.startsWith("-") && !SSH_VALUED.test(rest[index - 1]?.text ?? ""),
  );
  return operands.length === 1 ? program : undefined;
}

/** Whether `word` is a shell or another interpreter, with neither code nor a script of its own. */
function isReader(word: CommandWord, rest: readonly CommandWord[]): boolean {
  const program = nameOf(word);
  const [, , valued] = INTERPRETERS.find(([programs]) => programs.test(program)) ?? [];
  if (valued === undefined) return false;
  const options = [...codeOptionsOf(program, []), ...(MODULES[0].test(program) ? [PYTHON_MODULE] : [])];
  for (let index = 0; index < rest.length; index += 1) {
    const { text } = rest[index] as CommandWord;
    if (INPUT.test(text) || (SHELLS.test(program) && /^-[a-z]*s$/.test(text))) return true;
    if (!/^[-+]/.test(text) || options.some((one) => one.test(text))) return false;
    if (valued.test(text)) index += 1;
  }
  return true;
}
