/** Keeps secrets out of all that is stored or shown. */
import { invalid, show } from "../../core/errors.ts";

import { NeedleAutomaton } from "./automaton.ts";
import { secretForms } from "./forms.ts";
import { AutomatonStream, type RedactionStream } from "./stream.ts";
import { redactedValue } from "./value.ts";

export { secretNames } from "./names.ts";
export { REDACTED, type RedactionStream } from "./stream.ts";

const SHORTEST = 4;
const LONGEST = 262_144;
const MOST = 10_000;
const MOST_CHARACTERS = 2_000_000;

/**
 * Replaces secrets by `[redacted]`, wherever they stand. It finds each one as it is and as programs write it into other
 * text: escaped for JSON, HTML, a URL or a shell, as hex, as base64 alone or within a longer text. Of a secret with
 * several lines, such as a private key, it finds each line of 8 characters or more. Where secrets overlap all of them are
 * hidden. Time is linear in the text, whatever the number of secrets.
 *
 * What it cannot know: a secret that is cut, reversed, compressed, encrypted, or written in pieces with something else in
 * between.
 *
 * @example
 * ```ts
 * import { Redactor } from "nines";
 *
 * const redactor = new Redactor(["tr0ub4dor"]);
 * if (redactor.text("login tr0ub4dor failed") !== "login [redacted] failed") throw new Error("it is shown");
 *
 * const stream = redactor.stream();
 * const out = stream.push("login tr0u") + stream.push("b4dor failed") + stream.end();
 * if (out !== "login [redacted] failed") throw new Error("it is shown");
 * ```
 */
export class Redactor {
  readonly #secrets: ReadonlySet<string>;
  /** Undefined if there is nothing to hide. */
  readonly #automaton: NeedleAutomaton | undefined;

  /**
   * @param secrets - each 4 to 262,144 characters long; at most 10,000, and 2,000,000 characters in all
   * @throws {@link ConfigurationError} if one is too short, since it would hide other text, or there is too much. It says
   * which one by its place, and never what it is
   */
  constructor(secrets: Iterable<string> = []) {
    this.#secrets = checked(secrets);
    if (this.#secrets.size === 0) return;
    const needles = new Set<string>();
    for (const secret of this.#secrets) for (const form of secretForms(secret)) needles.add(form);
    this.#automaton = new NeedleAutomaton(needles);
  }

  /** The text with its secrets replaced. */
  text(text: string): string {
    if (this.#automaton === undefined) return text;
    const stream = new AutomatonStream(this.#automaton);
    return stream.push(text) + stream.end();
  }

  /**
   * A copy of a value, as JSON has it, with the secrets in all its texts and keys replaced. What lies deeper than 100
   * levels or comes after 100,000 values is left out, and `[left out]` stands there.
   */
  value(value: unknown): unknown {
    return redactedValue(value, (text) => this.text(text));
  }

  /** For a text that comes in pieces: a secret that is split across them is found too. It holds back no more than what may become one. */
  stream(): RedactionStream {
    return this.#automaton === undefined ? AS_IT_IS : new AutomatonStream(this.#automaton);
  }

  /** One that hides these as well. */
  with(more: Iterable<string>): Redactor {
    const added = [...checked(more)].filter((secret) => !this.#secrets.has(secret));
    return added.length === 0 ? this : new Redactor([...this.#secrets, ...added]);
  }
}

const AS_IT_IS: RedactionStream = { push: (text) => text, end: () => "" };

function checked(secrets: Iterable<string>): ReadonlySet<string> {
  // The letters of a text are a text each; its own would be taken for secrets.
  if (typeof secrets === "string") throw invalid("secrets", "must be a list of texts, not a text");
  if (typeof secrets !== "object" || (secrets as Partial<Iterable<string>> | null)?.[Symbol.iterator] === undefined) {
    throw invalid("secrets", `must be a list of texts, not ${show(typeof secrets)}`);
  }
  const found = new Set<string>();
  let characters = 0;
  let index = 0;
  for (const secret of secrets as Iterable<unknown>) {
    const path = ["secrets", index];
    index += 1;
    if (typeof secret !== "string") throw invalid(path, `must be a text, not of the type ${typeof secret}`);
    if (secret.length < SHORTEST) {
      throw invalid(
        path,
        `has ${String(secret.length)} characters; so short a secret would hide other text: 4 or more`,
      );
    }
    if (secret.length > LONGEST)
      throw invalid(path, `has ${String(secret.length)} characters; allowed: ${String(LONGEST)}`);
    if (!found.has(secret)) characters += secret.length;
    found.add(secret);
    if (found.size > MOST) throw invalid("secrets", `are more than ${String(MOST)}`);
    if (characters > MOST_CHARACTERS) throw invalid("secrets", `have more than ${String(MOST_CHARACTERS)} characters`);
  }
  return found;
}
