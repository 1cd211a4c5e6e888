/** Takes secrets out of a text that comes in pieces. */
import type { NeedleAutomaton } from "./automaton.ts";

/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

/** A text that comes in pieces, out of which secrets are taken. */
export interface RedactionStream {
  /** Takes a piece; gives back what can be let out by now, secrets replaced. */
  push(text: string): string;
  /** Gives back the rest. The stream then begins anew. */
  end(): string;
}

/** A stretch of what is held that is to be hidden. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Lets out what no secret can begin in any more. Places are counted from the beginning of what is held; what is negative
 * has been let out, or hidden, before.
 */
export class AutomatonStream implements RedactionStream {
  readonly #automaton: NeedleAutomaton;
  #state: number = 0;
  #held: string = "";
  /** Found and not let out yet: rising, and none touches the inside of another. */
  #hidden: Stretch[] = [];
  /** How much of what is held, at its beginning, belongs to a stretch that was let out as hidden already. */
  #covered: number = 0;

  constructor(automaton: NeedleAutomaton) {
    this.#automaton = automaton;
  }

  push(text: string): string {
    const from = this.#held.length;
    this.#held += text;
    this.#state = this.#automaton.scan(this.#held, from, this.#state, this.#hide);
    return this.#letOut(this.#held.length - this.#automaton.depthOf(this.#state));
  }

  end(): string {
    const rest = this.#letOut(this.#held.length);
    this.#state = 0;
    return rest;
  }

  readonly #hide = (from: number, end: number): void => {
    let start = from;
    if (start < this.#covered) {
      // It overlaps what was hidden last, and ends behind all that was found since.
      this.#covered = end;
      this.#hidden = [];
      return;
    }
    for (let last = this.#hidden.at(-1); last !== undefined && last.end > start; last = this.#hidden.at(-1)) {
      start = Math.min(start, last.start);
      this.#hidden.pop();
    }
    this.#hidden.push({ start, end });
  };

  /** Lets out all before `until`, where the next secret may begin; and that one begins there which was found already. */
  #letOut(until: number): string {
    let out = "";
    let at = this.#covered;
    let count = 0;
    for (const { start, end } of this.#hidden) {
      if (start > until) break;
      out += this.#held.slice(at, start) + REDACTED;
      at = end;
      count += 1;
    }
    if (at < until) {
      out += this.#held.slice(at, until);
      at = until;
    }
    this.#covered = 0;
    this.#hidden = this.#hidden.slice(count).map(({ start, end }) => ({ start: start - at, end: end - at }));
    this.#held = this.#held.slice(at);
    return out;
  }
}
