/** Goes through a script as `sh` reads it, to know of each value where it stands. What it does not surely know it refuses. */
import { invalid, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { TagTemplate, TemplateTag } from "../../core/template.ts";

import { ShellCommand, type ShellNotes } from "./command.ts";
import { hereDocument, type HereDocument, plainUntil } from "./opaque.ts";
import { type Unit, unitsOf } from "./words.ts";

const DEEPEST = 20;
/** What a `$` stands before to ask for what the script is handed. */
const POSITIONAL = /^[1-9@*#]$/;
/** Names of variables, but for those that only their length is asked of. */
const NAME = /#?[A-Za-z_]\w*/g;

/** The name that a `$` asks for. */
const ASKED = /\$\{?([A-Za-z_]\w*)/g;

/** One pass over a script. */
export class ShellScan {
  private readonly units: readonly Unit[];
  private readonly path: Path;
  private readonly notes: ShellNotes = { options: new Set(), variables: new Set() };
  private readonly waiting: HereDocument[] = [];
  private index = 0;
  private depth = 0;
  /** How many places were passed at which something filled in stands. */
  private filled = 0;

  constructor(template: TagTemplate, path: Path) {
    this.units = unitsOf(template);
    this.path = path;
  }

  /** Goes through all of it. */
  run(): void {
    this.list(undefined, false);
    if (this.waiting.length > 0) this.refuse("a here-document has no lines");
  }

  /** Whether a value could be taken for an option if it began with a dash. */
  isOption(tag: TemplateTag): boolean {
    return this.notes.options.has(tag);
  }

  /** Commands, up to the bracket that closes them. */
  private list(closing: ")" | undefined, isFed: boolean): void {
    if ((this.depth += 1) > DEEPEST) this.refuse(`has brackets in brackets; allowed: ${String(DEEPEST)}`);
    let command = this.command(isFed);
    const first = this.filled;
    let begun = first;
    for (;;) {
      const unit = this.take();
      if (unit === undefined) {
        if (closing !== undefined) this.refuse("a bracket is not closed");
        break;
      } else if (typeof unit !== "string") {
        command.tag(unit);
        this.filled += 1;
      } else if (unit === ")" && closing !== undefined) {
        if (command.isCase) this.refuse("case in brackets: its brackets cannot be told from these; put it outside");
        break;
      } else if (/^[\n;&|)]$/.test(unit)) {
        if (closing !== undefined && command.isCase) this.refuse("case in brackets: put it outside");
        if (unit === "&" && this.units[this.index] === ">")
          this.refuse(`${show("&>")} is not the same to all shells; write >FILE 2>&1, or a space between them`);
        command.end();
        const isPiped = this.isPiped(unit, command);
        const isNextFed = isPiped && (command.isFed || this.filled > (command.isClosing ? first : begun));
        if (!isPiped) begun = this.filled;
        command = this.command(isFed || isNextFed);
        if (unit === "\n")
          for (const document of this.waiting.splice(0)) this.index = document.skip(this.units, this.index);
      } else this.inCommand(unit, command);
    }
    command.end();
    this.depth -= 1;
  }

  /** Whether what is behind `separator` is of the same pipeline as `command`. */
  private isPiped(separator: string, command: ShellCommand): boolean {
    // Line ends may stand behind a |, and so may the & of |&.
    if (command.isBlank && command.isFed) return separator !== ";";
    const isOr = this.units[this.index] === "|" || this.units[this.index - 2] === "|";
    return separator === "|" && !isOr && (!command.isCase || command.isClosing);
  }

  private inCommand(unit: string, command: ShellCommand): void {
    if (unit === " " || unit === "\t") command.endWord();
    else if (unit === "'") command.quoted(this.upTo("'", "single quotes"));
    else if (unit === '"') this.doubleQuoted(command);
    else if (unit === "\\") this.escaped(command);
    else if (unit === "`") this.backticks(command);
    else if (unit === "$") this.dollar(command, false);
    else if (unit === "<" || unit === ">") this.redirection(unit, command);
    else if (unit === "#" && command.isBetweenWords) this.comment();
    else if (unit === "(") this.subshell(command);
    else command.add(unit);
  }

  private doubleQuoted(command: ShellCommand): void {
    command.quoted("");
    for (;;) {
      const unit = this.take();
      if (unit === undefined) this.refuse("a double quote is not closed");
      else if (typeof unit !== "string") this.misplaced(unit, "inside double quotes");
      else if (unit === '"') return;
      else if (unit === "\\") this.escaped(command);
      else if (unit === "`") this.backticks(command);
      else if (unit === "$") this.dollar(command, true);
      else command.quoted(unit);
    }
  }

  private escaped(command: ShellCommand): void {
    const next = this.take();
    if (next === undefined) this.refuse("ends in a backslash");
    else if (typeof next !== "string") this.misplaced(next, "after a backslash");
    else if (next !== "\n") command.quoted(next);
  }

  private dollar(command: ShellCommand, isQuoted: boolean): void {
    const next = this.units[this.index];
    if (this.isVariableFilled()) {
      command.variable();
      this.filled += 1;
    }
    command.quoted("$");
    if (typeof next === "object") this.misplaced(next, "after a $");
    if (next === "[") this.refuse(`${show("$[")} is not the same to all shells; write $(( )), or the $ as \\$`);
    if (!isQuoted && (next === "'" || next === '"'))
      this.refuse(`${show(`$${next}`)} is not the same to all shells; leave the $ out`);
    this.parameter();
    if (next !== "(") return;
    this.index += 1;
    if (this.units[this.index] === "(") this.arithmetic();
    else this.list(")", false);
  }

  /** Whether the variable that a `$` asks for holds what is filled in. */
  private isVariableFilled(): boolean {
    let name = "";
    for (let at = this.index; ; at += 1) {
      const unit = this.units[at];
      if (typeof unit === "string" && /^\w$/.test(unit)) name += unit;
      else if (unit !== "{" || at > this.index) return this.notes.variables.has(name);
    }
  }

  /** What is behind a `$`: nothing that values are handed over as. */
  private parameter(): void {
    const next = this.units[this.index];
    if (typeof next === "string" && POSITIONAL.test(next)) this.positional(`$${next}`);
    if (next !== "{") return;
    this.index += 1;
    const inside = this.upTo("}", "${ }");
    if (/^(?:#?(?:[1-9@*].*)|#)$/.test(inside)) this.positional(`\${${inside}}`);
  }

  private backticks(command: ShellCommand): void {
    const inside = this.upTo("`", "backticks");
    for (const [next = ""] of inside.split("$").slice(1)) if (POSITIONAL.test(next)) this.positional(`$${next}`);
    command.quoted(`\`${inside}\``);
  }

  private positional(written: string): never {
    this.refuse(`${show(written)} would be about what is filled in; write {{ }} where a value is wanted`);
  }

  private arithmetic(): void {
    this.index += 1;
    const start = this.index;
    let open = 2;
    while (open > 0) {
      const unit = this.take();
      if (unit === undefined) this.refuse("$(( is not closed");
      else if (typeof unit !== "string") this.misplaced(unit, "inside $(( ))");
      else if (/^['"`\\#]$/.test(unit)) this.refuse(`${show(unit)} inside $(( )) cannot be followed`);
      else if (unit === "$") this.parameter();
      else if (unit === "(") open += 1;
      else if (unit === ")") open -= 1;
    }
    const inside = this.units.slice(start, this.index).filter((unit) => typeof unit === "string");
    const name = inside
      .join("")
      .match(NAME)
      ?.find((one) => this.notes.variables.has(one));
    if (name === undefined) return;
    this.refuse(
      `$(( )) computes ${show(name)}, which some shells read as code, and what is filled in with it; write expr "$${name}" + 1`,
    );
  }

  private redirection(first: string, command: ShellCommand): void {
    let operator = first;
    for (let next = this.units[this.index]; operator.length < 3; next = this.units[this.index]) {
      if (typeof next !== "string" || !/^[<>&|-]$/.test(next) || (next === "-" && operator !== "<<")) break;
      operator += next;
      this.index += 1;
    }
    if (operator === "<<" || operator === "<<-") {
      const isInput = Number(command.endBefore() ?? 0) === 0;
      const { document, index } = hereDocument(this.units, this.index, operator === "<<-", this.path);
      this.index = index;
      this.waiting.push(document);
      const isFilled = document.isOpen && this.isFilledIn(document);
      // Its input is this, whatever is piped into it.
      if (isInput) command.isFed = isFilled;
      if (isFilled) this.filled += 1;
    } else if (this.units[this.index] === "(") this.refuse(`${show(`${operator}(`)} is not for sh`);
    else command.redirect(operator);
  }

  /** Whether a variable that holds what is filled in is put into a here-document, which begins behind this line. */
  private isFilledIn(document: HereDocument): boolean {
    const start = this.units.indexOf("\n", this.index) + 1;
    if (start === 0) return false;
    const lines = this.units.slice(start, document.skip(this.units, start)).filter((unit) => typeof unit === "string");
    return [...lines.join("").matchAll(ASKED)].some(([, name = ""]) => this.notes.variables.has(name));
  }

  private comment(): void {
    for (;;) {
      const unit = this.units[this.index];
      if (unit === undefined || unit === "\n") return;
      if (typeof unit !== "string") this.misplaced(unit, "in a comment");
      this.index += 1;
    }
  }

  private subshell(command: ShellCommand): void {
    if (!command.isEmpty) {
      this.refuse(
        "a function, or a list in brackets, has values of its own or is not for sh; write the command without",
      );
    }
    if (this.units[this.index] === "(")
      this.refuse("(( is not the same to all shells; put a space between the brackets");
    this.list(")", command.isFed);
    command.isGroup = true;
  }

  private command(isFed: boolean): ShellCommand {
    return new ShellCommand(this.notes, isFed, (message) => this.refuse(message));
  }

  /** What is quoted up to `closing`, in which no value may stand. */
  private upTo(closing: string, where: string): string {
    const { text, index, misplaced } = plainUntil(this.units, this.index, closing);
    if (misplaced !== undefined) this.misplaced(misplaced, `inside ${where}`);
    if (text === undefined)
      this.refuse(`what begins ${where} is not closed, or has more quoting in it than can be followed`);
    this.index = index;
    return text;
  }

  private take(): Unit | undefined {
    const unit = this.units[this.index];
    this.index += 1;
    return unit;
  }

  private misplaced({ name }: TemplateTag, where: string): never {
    this.refuse(
      `{{ ${name} }} is ${where}, where it would not be one word; write it outside of them: it is quoted already, as in echo "pod: "{{ ${name} }}`,
    );
  }

  private refuse(message: string): never {
    throw invalid(this.path, message);
  }
}
