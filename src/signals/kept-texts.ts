/** Texts that are written again and again, kept as bytes. */
import { bytesOf } from "./byte-writer.ts";

const PAGE = 4_096;

/** Keeps texts side by side in pages: memory of its own for each is several times as large as the text. */
export class KeptTexts {
  #page = new Uint8Array(0);
  #length = 0;

  /** The bytes of a text, to be read only. */
  keep(text: string): Uint8Array {
    const bytes = bytesOf(text);
    if (this.#length + bytes.length > this.#page.length) {
      this.#page = new Uint8Array(Math.max(PAGE, bytes.length));
      this.#length = 0;
    }
    const start = this.#length;
    this.#length += bytes.length;
    this.#page.set(bytes, start);
    return this.#page.subarray(start, this.#length);
  }
}
