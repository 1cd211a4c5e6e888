/** One simple command of a script, word by word, and what must not be filled in there. */
import type { TemplateTag } from "../../core/template.ts";

import { codeProblem, type CommandWord } from "./code-arguments.ts";
import { assignedName, variableProblem } from "./variables.ts";

/** Words after which a command begins. */
const RESERVED = /^(?:if|then|else|elif|do|while|until|!|\{|time)$/;
/** Of these no argument is an option that would do harm. */
const WITHOUT_OPTIONS = /^(?:test|\[|\[\[|case|for|printf)$/;

interface Word extends CommandWord {
  text: string;
  isFilled: boolean;
  head?: string;
  /** Values at its very beginning. */
  readonly leading: TemplateTag[];
}

/** Gathers a command; {@link ShellCommand.end} checks it. */
export class ShellCommand {
  private readonly words: Word[] = [];
  private readonly options: Set<TemplateTag>;
  private readonly refuse: (message: string) => never;
  private word: Word | undefined;
  private isTarget = false;

  /** @param options - where values are put that must not begin with a dash */
  constructor(options: Set<TemplateTag>, refuse: (message: string) => never) {
    this.options = options;
    this.refuse = refuse;
  }

  /** Whether a `#` would begin a comment. */
  get isBetweenWords(): boolean {
    return this.word === undefined;
  }

  /** Whether nothing is written yet but words after which a command begins. */
  get isEmpty(): boolean {
    return this.word === undefined && this.words.every(({ text, isFilled }) => !isFilled && RESERVED.test(text));
  }

  /** Whether it is a choice, whose brackets come without a partner. */
  get isCase(): boolean {
    return [...this.words, ...(this.word === undefined ? [] : [this.word])].some(
      ({ text }) => text === "case" || text === "esac",
    );
  }

  /** A character that is not quoted. */
  add(character: string): void {
    this.begun().text += character;
  }

  /** Characters that are. */
  quoted(text: string): void {
    this.begun().text += text;
  }

  /** A place to fill in. */
  tag(tag: TemplateTag): void {
    const word = this.begun();
    word.isFilled = true;
    word.head ??= word.text;
    if (word.text === "") word.leading.push(tag);
  }

  /** A redirection: a number right before it says which file it is about. */
  endBefore(): void {
    if (this.word !== undefined && /^\d+$/.test(this.word.text) && !this.word.isFilled) this.word = undefined;
    this.endWord();
  }

  /** The next word is where it reads from or writes to. */
  redirect(): void {
    this.endBefore();
    this.isTarget = true;
  }

  /** White space. */
  endWord(): void {
    const { word, isTarget } = this;
    if (word === undefined) return;
    this.word = undefined;
    this.isTarget = false;
    if (!isTarget) this.words.push(word);
  }

  /** The end of the command. */
  end(): void {
    this.endWord();
    let start = 0;
    for (const { text, isFilled, head = text } of this.words) {
      const name = assignedName(head);
      if (name !== undefined && isFilled) this.check(variableProblem(name));
      const isTiming = this.words[start - 1]?.text === "time" && text.startsWith("-");
      if (isTiming && text !== "-p") {
        // Other options are those of the program of that name.
        start -= 1;
        break;
      }
      if (name === undefined && (isFilled || (!isTiming && !RESERVED.test(text)))) break;
      start += 1;
    }
    const words = this.words.slice(start);
    const [program, ...rest] = words;
    if (program === undefined) return;
    if (program.isFilled) this.refuse("what is filled in would name the program to run; write the program out");
    this.check(codeProblem(words));
    this.check(positionProblem(program.text, rest));
    if (WITHOUT_OPTIONS.test(program.text) && !(program.text === "printf" && rest[0]?.isFilled === true)) return;
    const dashes = rest.findIndex(({ text, isFilled }) => text === "--" && !isFilled);
    for (const { leading } of dashes === -1 ? rest : rest.slice(0, dashes)) {
      for (const tag of leading) this.options.add(tag);
    }
  }

  private begun(): Word {
    return (this.word ??= { text: "", isFilled: false, leading: [] });
  }

  private check(problem: string | undefined): void {
    if (problem !== undefined) this.refuse(problem);
  }
}

const SETS_OPTIONS = /^(?:[-+][A-Za-z]*o [a-z]+|[-+][A-Za-z]+)(?: (?:[-+][A-Za-z]*o [a-z]+|[-+][A-Za-z]+))*$/;

/** Why a command would move the values to other places; undefined if it does not. */
function positionProblem(program: string, rest: readonly CommandWord[]): string | undefined {
  const [next, ...others] = rest;
  if (next !== undefined && /^(?:command|builtin)$/.test(program)) return positionProblem(next.text, others);
  const isImplicit = (program === "for" && others[0]?.text !== "in") || (program === "getopts" && rest.length < 3);
  if (isImplicit) return `${program} would go through what is filled in; write out what it goes through`;
  const moves = program === "set" && rest.length > 0 && !SETS_OPTIONS.test(rest.map(({ text }) => text).join(" "));
  if (program !== "shift" && program !== "function" && !moves) return undefined;
  return `${program} changes what "$1", "$2" ... are, which is how values are handed over; write the command without`;
}
