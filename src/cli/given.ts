/** What was given to a command: options and arguments, read. */
import { UsageError } from "./exit.ts";

/** What was given to a command. */
export class Given {
  /** Name of the command. */
  readonly command: string;
  /** What are no options, in order. */
  readonly words: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(command: string, words: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.command = command;
    this.words = words;
    this.#values = values;
  }

  /** Whether the option was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value of an option that is given once at most. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  /** The values of an option that may be given more than once. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** A fault of what was given. */
  fault(message: string): UsageError {
    return new UsageError(message, this.command);
  }

  /** Refuses options that exclude each other. */
  atMostOne(...names: readonly string[]): void {
    const [first, second] = names.filter((name) => this.has(name));
    if (first !== undefined && second !== undefined) {
      throw this.fault(`--${first} and --${second} cannot be given together; leave one of them out`);
    }
  }

  /** Refuses `name` without `other`. */
  needs(name: string, other: string, why: string): void {
    if (this.has(name) && !this.has(other)) throw this.fault(`--${name} needs --${other}: ${why}`);
  }
}
