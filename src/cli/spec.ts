/** What a command is called and takes: enough to parse its arguments and to help, without loading what it does. */
import type { Given } from "./given.ts";
import type { Io } from "./io.ts";

/** One option, as it is written and explained. */
export interface OptionSpec {
  /** Without its dashes. */
  readonly name: string;
  /** What its value is called in the help, such as `FILE`; a flag has none. */
  readonly value?: string;
  /** What can be written, where that is a list. */
  readonly choices?: readonly string[];
  /** Whether it may be given more than once. */
  readonly repeatable?: boolean;
  /** One letter. */
  readonly short?: string;
  /** Another spelling. */
  readonly alias?: string;
  readonly help: string;
}

/** A group of options under a heading of the help. */
export interface OptionGroup {
  readonly title: string;
  /** Said before its options. */
  readonly about?: string;
  readonly options: readonly OptionSpec[];
}

/** What a command has to work with. */
export interface Call {
  readonly given: Given;
  readonly io: Io;
}

/** Does the work; resolves to the exit code. */
export type Action = (call: Call) => Promise<number>;

/** A command. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows `nines NAME`. */
  readonly usage: string;
  /** How many arguments that are no options it takes. */
  readonly least: number;
  readonly most: number;
  /** Paragraphs. */
  readonly about: readonly string[];
  readonly groups: readonly OptionGroup[];
  /** Exit codes that it has of its own. */
  readonly exits: readonly (readonly [code: number, meaning: string])[];
  readonly examples: readonly string[];
  /** Loads what it does: only the command that was asked for is loaded. */
  readonly load: () => Promise<Action>;
}

/** All options of a command. */
export function optionsOf({ groups }: CommandSpec): readonly OptionSpec[] {
  return groups.flatMap(({ options }) => options);
}
