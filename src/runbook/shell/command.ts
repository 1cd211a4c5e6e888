/** One simple command of a script, word by word, and what must not be filled in there. */
import type { TemplateTag } from "../../core/template.ts";

import { codeProblem, type CommandWord } from "./code-arguments.ts";
import { inputProblem } from "./code-input.ts";
import { DECLARING } from "./code-programs.ts";
import { assignedName, variableProblem } from "./variables.ts";

/** Words after which a command begins. */
const RESERVED = /^(?:if|then|else|elif|do|while|until|!|\{|time)$/;
/** What ends several commands that are one to what is behind them. */
const CLOSING = /^(?:\}|fi|done|esac)$/;
/** Of these no argument is an option that would do harm. */
const WITHOUT_OPTIONS = /^(?:test|\[|\[\[|case|for|printf)$/;

interface Word extends CommandWord {
  text: string;
  isFilled: boolean;
  head?: string;
  /** Values at its very beginning. */
  readonly leading: TemplateTag[];
}

/** What the commands of a script put down for one another. */
export interface ShellNotes {
  /** Where values stand that must not begin with a dash. */
  readonly options: Set<TemplateTag>;
  /** Variables that hold what is filled in. */
  readonly variables: Set<string>;
}

/** Gathers a command; {@link ShellCommand.end} checks it. */
export class ShellCommand {
  /** Whether what it reads has something in it that is filled in. */
  isFed: boolean;
  /** Whether it begins with commands in brackets. */
  isGroup = false;
  private readonly words: Word[] = [];
  private readonly notes: ShellNotes;
  private readonly refuse: (message: string) => never;
  private word: Word | undefined;
  /** What the word that is being read is to a redirection, such as `>`. */
  private target: string | undefined;

  constructor(notes: ShellNotes, isFed: boolean, refuse: (message: string) => never) {
    this.notes = notes;
    this.isFed = isFed;
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

  /** Whether nothing at all is written yet. */
  get isBlank(): boolean {
    return !this.isGroup && this.word === undefined && this.words.length === 0;
  }

  /** Whether it ends several commands, such as a loop. */
  get isClosing(): boolean {
    return CLOSING.test((this.words[0] ?? this.word)?.text ?? "");
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

  /** A variable that holds what is filled in; its `$` and its name are still to come. */
  variable(): void {
    const word = this.begun();
    word.isFilled = true;
    word.head ??= word.text;
  }

  /** A redirection: a number right before it says which file it is about, and is what this answers. */
  endBefore(): string | undefined {
    const number = this.word?.isFilled === false && /^\d+$/.test(this.word.text) ? this.word.text : undefined;
    if (number !== undefined) this.word = undefined;
    this.endWord();
    return number;
  }

  /** The next word is where it reads from or writes to. */
  redirect(operator: string): void {
    this.endBefore();
    this.target = operator;
  }

  /** White space. */
  endWord(): void {
    const { word, target } = this;
    if (word === undefined) return;
    this.word = undefined;
    this.target = undefined;
    if (target === undefined) this.words.push(word);
    else if (target === "<<<" && word.isFilled) this.isFed = true;
  }

  /** The end of the command. */
  end(): void {
    this.endWord();
    let start = 0;
    for (const { text, isFilled, head = text } of this.words) {
      const name = assignedName(head);
      if (name !== undefined && isFilled) {
        this.check(variableProblem(name));
        this.notes.variables.add(name);
      }
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
    if (this.isFed) this.check(inputProblem(words));
    this.noteVariables(program.text, rest);
    this.check(positionProblem(program.text, rest));
    if (WITHOUT_OPTIONS.test(program.text) && !(program.text === "printf" && rest[0]?.isFilled === true)) return;
    const dashes = rest.findIndex(({ text, isFilled }) => text === "--" && !isFilled);
    for (const { leading } of dashes === -1 ? rest : rest.slice(0, dashes)) {
      for (const tag of leading) this.notes.options.add(tag);
    }
  }

  /** Variables that a loop or a declaration sets to what is filled in. */
  private noteVariables(program: string, rest: readonly Word[]): void {
    const [first, ...others] = rest;
    if (program === "for" && first !== undefined && others.some(({ isFilled }) => isFilled)) {
      this.notes.variables.add(first.text);
    }
    if (!DECLARING.test(program)) return;
    for (const { text, isFilled, head = text } of rest) {
      const name = assignedName(head);
      if (isFilled && name !== undefined) this.notes.variables.add(name);
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
