/**
 * Changes as the payload of a frame, one after the other:
 *
 *     NUMBER VERSION o|c DUE SUMMARY CLAIMS EVENT EVENT ...:{event}{event}{summary}["key"]
 *
 * First the incident, its version after the change, open or closed, when it is due (`-` for never), then the lengths of the
 * texts in bytes, then the texts. Lengths in front let a reader skip the texts: opening a store looks at none of them.
 * A summary of the length `-` is none: there is another one.
 */

/** A change that is to be written. */
export interface WrittenChange {
  readonly number: number;
  /** After it. */
  readonly version: number;
  readonly open: boolean;
  readonly dueAt: number | undefined;
  readonly events: readonly (string | Buffer)[];
  readonly summary: string | Buffer | undefined;
  /** Keys that lead to it from now on. */
  readonly claims: readonly string[];
}

const SPACE = 32;
const COLON = 58;
const DASH = 45;

const NO_CLAIMS: readonly string[] = [];
const EMPTY = Buffer.alloc(0);

/** The payload of a frame. */
export function encodeChanges(changes: readonly WrittenChange[]): Buffer {
  const parts: (string | Buffer)[] = [];
  let bytes = 0;
  const add = (part: string | Buffer): number => {
    parts.push(part);
    const length = typeof part === "string" ? Buffer.byteLength(part) : part.length;
    bytes += length;
    return length;
  };
  for (const { number, version, open, dueAt, events, summary, claims } of changes) {
    const place = parts.push("") - 1;
    const eventLengths = events.map(add);
    const summaryLength = summary === undefined ? "-" : add(summary);
    const claimsLength = claims.length === 0 ? 0 : add(JSON.stringify(claims));
    const numbers = [number, version, open ? "o" : "c", dueAt ?? "-", summaryLength, claimsLength, ...eventLengths];
    const head = `${numbers.join(" ")}:`;
    parts[place] = head;
    bytes += head.length;
  }
  const payload = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const part of parts) {
    if (typeof part === "string") at += payload.write(part, at);
    else {
      payload.set(part, at);
      at += part.length;
    }
  }
  return payload;
}

/**
 * Reads changes out of the bytes of a frame, one after the other, into its own fields: a store that opens reads very many.
 */
export class ChangeReader {
  number = 0;
  version = 0;
  open = false;
  dueAt: number | undefined = undefined;
  /** How many events it adds. */
  count = 0;
  claims: readonly string[] = NO_CLAIMS;
  /** -1 if it has none. */
  summaryLength = 0;
  #bytes: Buffer = EMPTY;
  #at = 0;
  #end = 0;
  #lengthsAt = 0;
  #textsAt = 0;
  #summaryAt = 0;

  /** Goes to the change at `start`; the payload ends at `end`. */
  start(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Where the next change begins. */
  get position(): number {
    return this.#at;
  }

  /** Reads the next change; false if there is none. @throws Error if what is there is none */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.number = this.#whole();
    this.version = this.#whole();
    const state = this.#bytes[this.#at];
    if ((state !== 111 && state !== 99) || this.#bytes[this.#at + 1] !== SPACE) throw new Error("neither open nor not");
    this.open = state === 111;
    this.#at += 2;
    this.dueAt = this.#due();
    this.summaryLength = this.#bytes[this.#at] === DASH ? this.#none() : this.#whole();
    const claimsLength = this.#whole();
    this.#lengthsAt = this.#at;
    this.count = 0;
    let events = 0;
    while (this.#bytes[this.#at - 1] !== COLON) {
      events += this.#whole();
      this.count += 1;
    }
    this.#textsAt = this.#at;
    this.#summaryAt = this.#at + events;
    const claimsAt = this.#summaryAt + Math.max(0, this.summaryLength);
    this.#at = claimsAt + claimsLength;
    if (this.#at > this.#end) throw new Error("longer than its frame");
    this.claims =
      claimsLength === 0
        ? NO_CLAIMS
        : (JSON.parse(this.#bytes.toString("utf8", claimsAt, claimsAt + claimsLength)) as string[]);
    return true;
  }

  /** The bytes of the events of the change that was read last, but for the first `skip`. */
  events(skip = 0): Buffer[] {
    const texts: Buffer[] = [];
    const resume = this.#at;
    this.#at = this.#lengthsAt;
    let textAt = this.#textsAt;
    for (let index = 0; index < this.count; index += 1) {
      const length = this.#whole();
      if (index >= skip) texts.push(this.#bytes.subarray(textAt, textAt + length));
      textAt += length;
    }
    this.#at = resume;
    return texts;
  }

  /** The bytes of its summary; undefined if it has none. */
  summary(): Buffer | undefined {
    if (this.summaryLength < 0) return undefined;
    return this.#bytes.subarray(this.#summaryAt, this.#summaryAt + this.summaryLength);
  }

  /** A whole number, and what ends it: a space, or the colon behind the last one. */
  #whole(): number {
    const from = this.#at;
    let value = 0;
    for (;;) {
      const byte = this.#bytes[this.#at] as number;
      this.#at += 1;
      if (byte === SPACE || byte === COLON) break;
      if (!(byte >= 48 && byte <= 57) || this.#at > this.#end) throw new Error("no whole number");
      value = value * 10 + byte - 48;
    }
    if (this.#at - from < 2) throw new Error("no number");
    return value;
  }

  /** Mostly whole milliseconds, but any number is possible. */
  #due(): number | undefined {
    if (this.#bytes[this.#at] === DASH && this.#bytes[this.#at + 1] === SPACE) {
      this.#at += 2;
      return undefined;
    }
    const end = this.#bytes.indexOf(SPACE, this.#at);
    const due = Number(this.#bytes.toString("latin1", this.#at, end));
    if (end < 0 || end > this.#end || Number.isNaN(due)) throw new Error("no time");
    this.#at = end + 1;
    return due;
  }

  #none(): number {
    if (this.#bytes[this.#at + 1] !== SPACE) throw new Error("no length");
    this.#at += 2;
    return -1;
  }
}
