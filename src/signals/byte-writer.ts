/** Text written as bytes: lines that begin alike are copied, and nothing is put together twice. */

// Made at first use: importing this changes nothing, and Node makes these two when they are first asked for.
let encoder: InstanceType<typeof TextEncoder> | undefined;
let decoder: InstanceType<typeof TextDecoder> | undefined;

/**
 * Bytes of a piece. Memory of this size is used again; a megabyte is had from the operating system each time, page by
 * page, which takes longer than to write it.
 */
const PIECE = 65_536;

/** `text` in UTF-8. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  encoder ??= new TextEncoder();
  return encoder.encode(text);
}

/** The byte that ends a line. */
export const NEW_LINE = 10;

/** What stands between labels and value. */
export const CLOSE: Uint8Array = Uint8Array.of(0x7d, 0x20);

/** Memory that the writer before has left. */
let spare: Uint8Array<ArrayBuffer> | undefined;

/** Writes text, in UTF-8, into memory that grows. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor() {
    this.#bytes = spare ?? new Uint8Array(PIECE * 1.25);
    spare = undefined;
  }

  /** Leaves its memory to the next writer; this one has none any more. */
  release(): void {
    // What has grown for one long text is not kept for ever.
    if (this.#bytes.length === PIECE * 1.25) spare = this.#bytes;
    this.#bytes = new Uint8Array(0);
  }

  /** How many bytes are written. */
  get length(): number {
    return this.#length;
  }

  /** Writes bytes. */
  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes text. */
  text(text: string): void {
    // A character takes three bytes at most (two of them, four).
    const target = this.#reserve(text.length * 3);
    const start = this.#length;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        encoder ??= new TextEncoder();
        this.#length = start + encoder.encodeInto(text, target.subarray(start)).written;
        return;
      }
      target[start + index] = code;
    }
    this.#length = start + text.length;
  }

  /** Writes what was written from `start` to `end` once more. */
  again(start: number, end: number): void {
    this.#reserve(end - start).copyWithin(this.#length, start, end);
    this.#length += end - start;
  }

  /** Writes a whole number that is not negative. */
  count(count: number): void {
    if (count < 2_147_483_648) this.#length = putDigits(this.#reserve(10), this.#length, count | 0);
    else this.text(String(count));
  }

  /** Writes what is left of a line whose value is such a number: a few bytes, the number and the line's end. */
  lineEnd(bytes: Uint8Array, count: number): void {
    const target = this.#reserve(bytes.length + 11);
    let at = this.#length;
    // So few are sooner copied here than by `set`.
    for (const byte of bytes) target[at++] = byte;
    if (count < 2_147_483_648) {
      at = putDigits(target, at, count | 0);
      target[at] = NEW_LINE;
      this.#length = at + 1;
    } else {
      this.#length = at;
      this.text(`${String(count)}\n`);
    }
  }

  /** Writes one byte. */
  byte(byte: number): void {
    this.#reserve(1)[this.#length] = byte;
    this.#length += 1;
  }

  /** Lays a piece aside if there is enough for one. Call it where a line ends that no later one repeats. */
  cut(pieces: Uint8Array[]): boolean {
    if (this.#length < PIECE) return false;
    pieces.push(this.take());
    return true;
  }

  /** A copy of all that is written; the writer is empty then. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** The same as text. */
  takeText(): string {
    decoder ??= new TextDecoder();
    const text = decoder.decode(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }

  #reserve(more: number): Uint8Array<ArrayBuffer> {
    const needed = this.#length + more;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

/** Writes a number's digits, and returns where they end. */
function putDigits(target: Uint8Array, start: number, count: number): number {
  let end = start + 1;
  for (let ten = count; ten >= 10; ten = (ten / 10) | 0) end += 1;
  let at = end;
  let rest = count;
  do {
    const tens = (rest / 10) | 0;
    target[--at] = 48 + rest - tens * 10;
    rest = tens;
  } while (rest > 0);
  return end;
}
