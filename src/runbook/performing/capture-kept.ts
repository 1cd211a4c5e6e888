/** The beginning and the end of a text of any length. */

const CODES_AT_ONCE = 8_192;

/** Keeps at most so many characters: the first quarter, and the last three quarters in a ring. */
export class KeptText {
  readonly #headMost: number;
  readonly #tailMost: number;
  #head: string = "";
  /** The ring; made when something comes that the head does not take. */
  #ring: Uint16Array | undefined;
  /** How many characters have come behind the head. */
  #behind: number = 0;

  constructor(most: number) {
    this.#headMost = Math.floor(most / 4);
    this.#tailMost = most - this.#headMost;
  }

  add(text: string): void {
    const free = this.#headMost - this.#head.length;
    if (free > 0) this.#head += text.slice(0, free);
    if (text.length <= free) return;
    const rest = text.slice(Math.max(0, free));
    const ring = (this.#ring ??= new Uint16Array(this.#tailMost));
    // What would be overwritten by the rest of the same text is not written at all.
    const skipped = Math.max(0, rest.length - this.#tailMost);
    let place = (this.#behind + skipped) % this.#tailMost;
    for (let index = skipped; index < rest.length; index += 1) {
      ring[place] = rest.charCodeAt(index);
      place += 1;
      if (place === this.#tailMost) place = 0;
    }
    this.#behind += rest.length;
  }

  /** All of it, or its two parts and a line in between. No letter is cut through. */
  read(): { readonly text: string; readonly isCut: boolean } {
    const tail = this.#tail();
    let leftOut = this.#behind - tail.length;
    if (leftOut === 0) return { text: this.#head + tail, isCut: false };
    const first = this.#head.replace(/[\uD800-\uDBFF]$/, "");
    const last = tail.replace(/^[\uDC00-\uDFFF]/, "");
    leftOut += this.#head.length - first.length + tail.length - last.length;
    return { text: `${first}\n... ${String(leftOut)} characters left out ...\n${last}`, isCut: true };
  }

  #tail(): string {
    const ring = this.#ring;
    if (ring === undefined) return "";
    if (this.#behind <= this.#tailMost) return textOf(ring.subarray(0, this.#behind));
    const place = this.#behind % this.#tailMost;
    return textOf(ring.subarray(place)) + textOf(ring.subarray(0, place));
  }
}

function textOf(codes: Uint16Array): string {
  let text = "";
  for (let from = 0; from < codes.length; from += CODES_AT_ONCE) {
    text += String.fromCharCode(...codes.subarray(from, from + CODES_AT_ONCE));
  }
  return text;
}
