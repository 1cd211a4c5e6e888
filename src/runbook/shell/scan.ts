/** Goes through a script as `sh` reads it, to know of each value where it stands. What it does not surely know it refuses. */
import { invalid, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { TagTemplate, TemplateTag } from "../../core/template.ts";

import { ShellCommand } from "./command.ts";
import { hereDocument, type HereDocument, plainUntil } from "./opaque.ts";
import { type Unit, unitsOf } from "./words.ts";

const DEEPEST = 20;
/** What a `$` stands before to ask for what the script is handed. */
const POSITIONAL = /^[1-9@*#]$/;

/** One pass over a script. */
export class ShellScan {
  private readonly units: readonly Unit[];
  private readonly path: Path;
  private readonly options = new Set<TemplateTag>();
  private readonly waiting: HereDocument[] = [];
  private index = 0;
  private depth = 0;

  constructor(template: TagTemplate, path: Path) {
    this.units = unitsOf(template);
    this.path = path;
  }

  /** Goes through all of it. */
  run(): void {
    this.list(undefined);
    if (this.waiting.length > 0) this.refuse("a here-document has no lines");
  }

  /** Whether a value could be taken for an option if it began with a dash. */
  isOption(tag: TemplateTag): boolean {
    return this.options.has(tag);
  }

  /** Commands, up to the bracket that closes them. */
  private list(closing: ")" | undefined): void {
    if ((this.depth += 1) > DEEPEST) this.refuse(`has brackets in brackets; allowed: ${String(DEEPEST)}`);
    let command = this.command();
    for (;;) {
      const unit = this.take();
      if (unit === undefined) {
        if (closing !== undefined) this.refuse("a bracket is not closed");
        break;
      } else if (typeof unit !== "string") command.tag(unit);
      else if (unit === ")" && closing !== undefined) {
        if (command.isCase) this.refuse("case in brackets: its brackets cannot be told from these; put it outside");
        break;
      } else if (/^[\n;&|)]$/.test(unit)) {
        if (closing !== undefined && command.isCase) this.refuse("case in brackets: put it outside");
        if (unit === "&" && this.units[this.index] === ">")
          this.refuse(`${show("&>")} is not the same to all shells; write >FILE 2>&1, or a space between them`);
        command.end();
        command = this.command();
        if (unit === "\n")
          for (const document of this.waiting.splice(0)) this.index = document.skip(this.units, this.index);
      } else this.inCommand(unit, command);
    }
    command.end();
    this.depth -= 1;
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
    command.quoted("$");
    if (typeof next === "object") this.misplaced(next, "after a $");
    if (!isQuoted && (next === "'" || next === '"'))
      this.refuse(`${show(`$${next}`)} is not the same to all shells; leave the $ out`);
    this.parameter();
    if (next !== "(") return;
    this.index += 1;
    if (this.units[this.index] === "(") this.arithmetic();
    else this.list(")");
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
  }

  private redirection(first: string, command: ShellCommand): void {
    let operator = first;
    for (let next = this.units[this.index]; operator.length < 3; next = this.units[this.index]) {
      if (typeof next !== "string" || !/^[<>&|-]$/.test(next) || (next === "-" && operator !== "<<")) break;
      operator += next;
      this.index += 1;
    }
    if (operator === "<<" || operator === "<<-") {
      command.endBefore();
      const { document, index } = hereDocument(this.units, this.index, operator === "<<-", this.path);
      this.index = index;
      this.waiting.push(document);
    } else if (this.units[this.index] === "(") this.refuse(`${show(`${operator}(`)} is not for sh`);
    else command.redirect();
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
    this.list(")");
  }

  private command(): ShellCommand {
    return new ShellCommand(this.options, (message) => this.refuse(message));
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
