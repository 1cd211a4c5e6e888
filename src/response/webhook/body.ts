/** Bodies that are read as they come, to a limit. */
import { invalid } from "../../core/errors.ts";

/** Collects the bytes of a body. */
export class BodyBytes {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there was more than the limit. */
  get tooLarge(): boolean {
    return this.#length > this.#limit;
  }

  /**
   * Adds what came; false if no more is wanted. What is beyond the limit is thrown away, but let in up to as much again:
   * who is cut off while sending does not see the answer.
   */
  add(chunk: Uint8Array): boolean {
    this.#length += chunk.byteLength;
    if (this.tooLarge) this.#chunks = [];
    else this.#chunks.push(chunk);
    return this.#length <= 2 * this.#limit;
  }

  /** All of it. */
  joined(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  }
}

/**
 * Reads a body of at most `limit` bytes; undefined if there are more. Rejects with `signal`'s reason once that aborts, and
 * if the body breaks off. A {@link ConfigurationError} says that somebody has read it already.
 */
export type ReadBody = (limit: number, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** The part of a fetch `Request` that is read. */
export interface FetchRequest {
  readonly method: string;
  /** Whether somebody has read the body already. */
  readonly bodyUsed?: boolean;
  readonly headers: {
    /** The value of a header; null if there is none. */
    get(name: string): string | null;
  };
  /** A stream of bytes; null if there is no body. */
  readonly body: {
    /** Whether somebody reads it. */
    readonly locked?: boolean;
    /** Begins to read. */
    getReader(): FetchReader;
  } | null;
}

/** The part of a `ReadableStreamDefaultReader` that is used. */
export interface FetchReader {
  /** The next bytes, or that there are none. */
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  /** Says that no more is wanted. */
  cancel(): Promise<void>;
}

/** Reads the body of a fetch `Request`. */
export function fetchBody({ body, bodyUsed }: FetchRequest): ReadBody {
  return async (limit, signal) => {
    if (bodyUsed === true || body?.locked === true)
      throw invalid(
        ["request", "body"],
        "was read before the webhook had its turn; let what comes before it read a clone of the request",
      );
    const bytes = new BodyBytes(limit);
    if (body === null) return bytes.joined();
    const reader = body.getReader();
    const stop = (): void => {
      reader.cancel().catch(() => undefined);
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        signal.throwIfAborted();
        if (done || value === undefined) break;
        if (bytes.add(value)) continue;
        stop();
        break;
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
    return bytes.tooLarge ? undefined : bytes.joined();
  };
}
