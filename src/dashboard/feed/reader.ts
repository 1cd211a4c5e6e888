/** Who reads a feed: gets each message piece by piece, so that it is seen whether somebody who is slow still reads. */
import type { Clock } from "../../core/time/clock.ts";

/** Who looks: an open stream of server-sent events. */
export interface FeedReader {
  /** Sends bytes, which many share: they must not be changed. False says that it is slow, and will tell when it has drained. */
  write(bytes: Uint8Array<ArrayBuffer>): boolean;
  /** Ends the stream: at once if it is slow. */
  end(): void;
  /** Whether anybody is there to read; asked every second. */
  isThere?(): boolean;
}

/** Who takes nothing for so long has gone. */
const CLOGGED_MS = 60_000;
/** A slow link gets so much through in that time. */
const PIECE_BYTES = 65_536;

/** A reader in its place. Nothing that it does throws. */
export class SeatedReader {
  /** Number of the picture that it has; 0 for none. */
  version = 0;
  /** The failure that it was told of, by what it was told. */
  failure: Uint8Array | undefined;
  readonly #reader: FeedReader;
  readonly #clock: Clock;
  readonly #broken: () => void;
  /** Since when it has taken nothing, on the monotonic clock; undefined while it is quick. */
  #cloggedSince: number | undefined;
  /** What it has yet to be sent of the last message. */
  #rest: Uint8Array<ArrayBuffer> | undefined;
  #isGone = false;

  /** @param broken - told when a write has failed */
  constructor(reader: FeedReader, { clock, broken }: { readonly clock: Clock; readonly broken: () => void }) {
    this.#reader = reader;
    this.#clock = clock;
    this.#broken = broken;
  }

  /** Whether it takes nothing now. */
  get isSlow(): boolean {
    return this.#cloggedSince !== undefined;
  }

  /** Whether somebody is there, and takes something now and then. */
  isThere(): boolean {
    if (this.#isGone) return false;
    if (this.#cloggedSince !== undefined && this.#clock.monotonic() - this.#cloggedSince >= CLOGGED_MS) return false;
    try {
      return this.#reader.isThere?.() !== false;
    } catch {
      return false;
    }
  }

  /** Sends a message, unless it is slow. */
  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isGone || this.isSlow) return;
    this.#rest = bytes;
    this.#goOn();
  }

  /** It takes more: first what is left of the last message. */
  drained(): void {
    this.#cloggedSince = undefined;
    this.#goOn();
  }

  /** Sends nothing any more. */
  leave(): void {
    this.#isGone = true;
    this.#rest = undefined;
  }

  end(): void {
    this.leave();
    try {
      this.#reader.end();
    } catch {
      // It has ended already, in its own way.
    }
  }

  #goOn(): void {
    try {
      while (this.#rest !== undefined && !this.isSlow) {
        const bytes = this.#rest;
        const isLast = bytes.length <= PIECE_BYTES;
        // Before it is written: a reader may say that it has drained while it writes.
        this.#rest = isLast ? undefined : bytes.subarray(PIECE_BYTES);
        if (!this.#reader.write(isLast ? bytes : bytes.subarray(0, PIECE_BYTES))) {
          this.#cloggedSince = this.#clock.monotonic();
        }
      }
    } catch {
      this.#broken();
    }
  }
}
