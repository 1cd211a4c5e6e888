/** Commands as they are written: a line, a list of arguments, or a script for the shell. */
import { show } from "../../core/errors.ts";
import { parseTags, type TagTemplate, tagsOf } from "../../core/template.ts";

import { codeProblem, type CommandWord } from "../shell/code-arguments.ts";
import {
  attempt,
  type Fields,
  flag,
  isMapping,
  LIMITS,
  oneOrMore,
  type Place,
  type Read,
  refuse,
  text,
  whole,
  within,
} from "./fields.ts";
import { noted, type Uses } from "./uses.ts";
import type { CommandStep, CommandTemplate, StepBase } from "../model.ts";
import { shellTemplate } from "../shell/shell.ts";
import { variableProblem } from "../shell/variables.ts";
import { splitWords } from "../shell/words.ts";

/** The keys of steps with a command. */
export const COMMAND_KEYS = [
  "command",
  "shell",
  "runner",
  "working_directory",
  "environment",
  "ok_exit_codes",
] as const;

/** How to write `{{` in a command that is no place to fill in, by how the command is written. */
const BRACES = {
  line: "; to write {{ itself, give the command as a list with { raw: text }",
  item: "; to write {{ itself, write the argument as { raw: text }",
  script: "; to write {{ itself in a script, part it: '{''{.Names}}'",
} as const;

const exitCodes = oneOrMore(whole(0, 255), 256);
const line = text(LIMITS.text, '"kubectl get pods"');

/** What a step with a command has beside what all steps have. */
export function commandFields(fields: Fields, uses: Uses): Omit<CommandStep, keyof StepBase> | undefined {
  const isShell = fields.take("shell", flag) ?? false;
  const read: Read<CommandTemplate> = (value, place) =>
    isShell ? script(value, place, uses) : argumentVector(value, place, uses);
  const command = fields.need("command", read, '"kubectl get pods"');
  const runner = fields.take("runner", literal(text(LIMITS.name, "local")));
  const workingDirectory = fields.take("working_directory", literal(text(4_096, "/srv/web")));
  const environment = fields.take("environment", (value, place) => variables(value, place, uses)) ?? {};
  const okExitCodes = fields.take("ok_exit_codes", exitCodes) ?? [0];
  if (command === undefined) return undefined;
  return {
    kind: "command",
    command,
    environment,
    okExitCodes,
    ...(runner === undefined ? {} : { runner }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
  };
}

/** A text in which nothing is filled in. */
export function literal(read: Read<string>): Read<string> {
  return (value, place) => {
    const found = read(value, place);
    return found?.includes("{{") === true ? refuse(place, "nothing is filled in here; write it out") : found;
  };
}

/** Reads a text with places to fill in; the empty one is one as well. */
export function template(uses: Uses, most: number = LIMITS.text, braces?: string): Read<TagTemplate> {
  const read = text(most, '"{{ labels.pod }}"');
  return (value, place) => {
    const written = value === "" ? "" : read(typeof value === "number" ? String(value) : value, place);
    if (written === undefined) return undefined;
    const made = attempt(place, () => parseTags(written, []), braces);
    return made && noted(uses, made, place.path, braces);
  };
}

function script(value: unknown, place: Place, uses: Uses): CommandTemplate | undefined {
  if (typeof value !== "string") return refuse(place, `${show(value)} is no script; with shell: true, write text`);
  const made = template(uses, LIMITS.text, BRACES.script)(value, place);
  return made && attempt(place, () => shellTemplate(made));
}

function argumentVector(value: unknown, place: Place, uses: Uses): CommandTemplate | undefined {
  const words = Array.isArray(value) ? listed(value, place, uses) : split(value, place, uses);
  if (words === undefined) return undefined;
  const [first, ...args] = words;
  if (first === undefined) return refuse(place, "has no program; write one, such as kubectl");
  const program = first.parts.map((part) => (typeof part === "string" ? part : "")).join("");
  const at = Array.isArray(value) ? within(place, 0) : place;
  if (tagsOf(first).length > 0) return refuse(at, "the program is never filled in; write it out");
  if (program.trim() === "" || program.startsWith("-")) return refuse(at, `${show(program)} is no program`);
  if (!Array.isArray(value) && /^[A-Za-z_]\w*=/.test(program)) {
    return refuse(at, `${show(program)} would set a variable, but no shell reads this; write it under environment`);
  }
  if (words.length > LIMITS.arguments) {
    return refuse(place, `has ${String(words.length)} words; allowed: at most ${String(LIMITS.arguments)}`);
  }
  const problem = codeProblem([{ text: program, isFilled: false }, ...args.map(wordOf)]);
  return problem === undefined ? { shell: false, program, args } : refuse(place, problem);
}

function wordOf(argument: TagTemplate): CommandWord {
  const literals = argument.parts.map((part) => (typeof part === "string" ? part : ""));
  const first = argument.parts.findIndex((part) => typeof part !== "string");
  const text = literals.join("");
  return first === -1 ? { text, isFilled: false } : { text, isFilled: true, head: literals.slice(0, first).join("") };
}

function split(value: unknown, place: Place, uses: Uses): readonly TagTemplate[] | undefined {
  if (typeof value !== "string")
    return refuse(place, `${show(value)} is no command; write text, or a list of arguments`);
  const written = line(value, place);
  if (written === undefined) return undefined;
  const made = attempt(place, () => parseTags(written, []), BRACES.line);
  return made && attempt(place, () => splitWords(noted(uses, made, place.path, BRACES.line)));
}

/** Arguments one by one: text, numbers, or `{ raw: text }` in which `{{` is nothing special. */
function listed(value: readonly unknown[], place: Place, uses: Uses): readonly TagTemplate[] | undefined {
  const read = template(uses, LIMITS.text, BRACES.item);
  const words = value.map((item, index) => {
    const at = within(place, index);
    const isRaw = isMapping(item) && Object.keys(item).join() === "raw";
    return isRaw ? rawText(Reflect.get(item, "raw"), at) : read(item, at);
  });
  const sound = words.filter((word) => word !== undefined);
  return sound.length === words.length ? sound : undefined;
}

function rawText(value: unknown, place: Place): TagTemplate | undefined {
  const written = text(LIMITS.text, '"{{ .Names }}"')(value, within(place, "raw"));
  return written === undefined ? undefined : { text: written, parts: [written] };
}

function variables(value: unknown, place: Place, uses: Uses): Readonly<Record<string, TagTemplate>> | undefined {
  if (!isMapping(value)) return refuse(place, `${show(value)} is not a mapping of variables`);
  const entries = Object.entries(value) as [string, unknown][];
  if (entries.length > LIMITS.items)
    return refuse(place, `has ${String(entries.length)} variables; allowed: ${String(LIMITS.items)}`);
  const read = template(uses);
  return Object.fromEntries(
    entries.flatMap(([name, raw]) => {
      const at = within(place, name);
      if (!/^[A-Za-z_]\w{0,99}$/.test(name))
        refuse(at, `${show(name)} is no name of a variable; use letters, digits and _`, "key");
      const made = read(typeof raw === "boolean" ? String(raw) : raw, at);
      const problem = made !== undefined && tagsOf(made).length > 0 ? variableProblem(name) : undefined;
      if (problem !== undefined) refuse(at, problem);
      return made === undefined ? [] : [[name, made] as const];
    }),
  );
}
