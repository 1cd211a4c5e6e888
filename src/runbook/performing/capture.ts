/** What is kept and told of a stream of output: bounded, in whole letters, without secrets. */
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";

import { KeptText } from "./capture-kept.ts";
import { Redactor, type RedactionStream } from "../redact/redactor.ts";
import type { CapturedText } from "../run.ts";

/** What can be told to an {@link OutputCapture}. */
export interface CaptureOptions {
  /** Takes secrets out, before anything is kept or told. */
  readonly redactor?: Redactor | undefined;
  /** How many characters are kept; 65,536 unless told, 10,000,000 at most. */
  readonly maxCharacters?: number | undefined;
  /** Told of the output as it comes, secrets taken out. What it throws is ignored. */
  readonly onText?: ((text: string) => void) | undefined;
}

const OPTIONS: readonly (keyof CaptureOptions)[] = ["redactor", "maxCharacters", "onText"];
const USUAL = 65_536;
const MOST = 10_000_000;
/** Larger pieces are taken bite by bite, so that what is made of them on the way stays small. */
const BITE = 65_536;

/**
 * Takes one stream of output in pieces, as bytes of UTF-8 or as text, split anywhere. Of what is longer than
 * `maxCharacters` it keeps the first quarter and the last three quarters, and a line in between that says how much was
 * left out. Its memory is bounded by about twice that, whatever comes.
 *
 * @example
 * ```ts
 * import { OutputCapture, Redactor } from "nines";
 *
 * const capture = new OutputCapture({ redactor: new Redactor(["tr0ub4dor"]), maxCharacters: 40 });
 * capture.push("password: tr0u");
 * capture.push(new TextEncoder().encode("b4dor\n"));
 * const { text, bytes, isCut } = capture.end();
 * if (text !== "password: [redacted]\n" || bytes !== 20 || isCut) throw new Error(text);
 * ```
 */
export class OutputCapture {
  readonly #decoder: InstanceType<typeof TextDecoder> = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #stream: RedactionStream;
  readonly #kept: KeptText;
  readonly #onText: ((text: string) => void) | undefined;
  /** The first half of a surrogate pair whose second half has not come. */
  #half: string = "";
  #bytes: number = 0;
  #result: CapturedText | undefined;

  /** @throws {@link ConfigurationError} if an option is none */
  constructor(options: CaptureOptions = {}) {
    checkOptions(options, "OutputCapture", OPTIONS);
    const { redactor = new Redactor(), maxCharacters = USUAL, onText } = options;
    checkMethods(redactor, "redactor", ["stream"]);
    if (!Number.isInteger(maxCharacters) || maxCharacters < 1 || maxCharacters > MOST) {
      throw invalid("maxCharacters", `${show(maxCharacters)} is no whole number from 1 to ${String(MOST)}`);
    }
    if (onText !== undefined && typeof onText !== "function") throw invalid("onText", `${show(onText)} is no function`);
    this.#stream = redactor.stream();
    this.#kept = new KeptText(maxCharacters);
    this.#onText = onText;
  }

  /** Takes the next piece; once it has ended, nothing more. */
  push(piece: Uint8Array | string): void {
    if (this.#result !== undefined) return;
    for (let from = 0; from < piece.length; from += BITE) {
      if (typeof piece === "string") {
        const bite = piece.slice(from, from + BITE);
        this.#bytes += utf8Length(bite);
        // Bytes that came before and are no whole letter will never be one.
        this.#take(this.#decoder.decode() + bite);
      } else {
        const bite = piece.subarray(from, from + BITE);
        this.#bytes += bite.length;
        this.#take(this.#decoder.decode(bite, { stream: true }));
      }
    }
  }

  /** There is no more; gives what was kept. */
  end(): CapturedText {
    if (this.#result !== undefined) return this.#result;
    this.#take(this.#decoder.decode());
    this.#tell(this.#stream.push(this.#half) + this.#stream.end());
    this.#result = { ...this.#kept.read(), bytes: this.#bytes };
    return this.#result;
  }

  #take(text: string): void {
    if (text === "") return;
    const whole = this.#half + text;
    this.#half = /[\uD800-\uDBFF]$/.exec(whole)?.[0] ?? "";
    this.#tell(this.#stream.push(this.#half === "" ? whole : whole.slice(0, -1)));
  }

  #tell(text: string): void {
    if (text === "") return;
    this.#kept.add(text);
    try {
      this.#onText?.(text);
    } catch {
      // Who listens cannot stop what it listens to.
    }
  }
}

/** How many bytes a text is in UTF-8; half of a surrogate pair counts as half of its letter, so that pieces add up. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) bytes += 1;
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) bytes += 1;
  }
  return bytes;
}
