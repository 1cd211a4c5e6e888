/** Tells all who look at a dashboard what it shows, while anybody looks: one snapshot at a time, and what has changed since. */
import type { Clock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { TimeoutError } from "../../core/errors.ts";
import { publicReason } from "../../core/public-reason.ts";
import { harmless, type Logger } from "../../ports/logger.ts";

import { eventBytes, type Picture, pictureOf, updateText, wholeText } from "./picture.ts";
import { type FeedReader, SeatedReader } from "./reader.ts";
import type { DashboardSnapshot } from "../model.ts";

export type { FeedReader } from "./reader.ts";

/** What is shown. */
export interface FeedSource {
  /** All of it, now. */
  snapshot(options: { readonly signal: AbortSignal }): Promise<DashboardSnapshot>;
}

/** The place of a reader. */
export interface FeedSeat {
  /** It can take more. */
  drained(): void;
  /** It has gone. */
  leave(): void;
}

/** How a feed is made. */
export interface FeedOptions {
  readonly source: FeedSource;
  /** From one answer of the source to the next question. */
  readonly refreshSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 100 unless told. */
  readonly mostReaders?: number;
  /** So long the source may take; 30 s unless told. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
/** A question that was given up and has not ended by then never will; by three times its time if that is longer. */
const LOST_AFTER_MS = 300_000;
const TICK_MS = 1_000;
/** Proxies cut what is silent for a minute, some for half of one. */
const PING_MS = 15_000;
const MOST_READERS = 100;

const HELLO = "retry: 3000\n\n";
const PING = ":\n\n";

/**
 * Asks its source every `refreshSeconds` while it has readers, and tells each what has changed since it was told. A source that fails is
 * told of, and asked again. A slow reader is left out until it has drained, and gets all of it then: it never waits for more than that.
 */
export class DashboardFeed {
  readonly #source: FeedSource;
  readonly #refreshMs: number;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mostReaders: number;
  readonly #timeoutMs: number;
  readonly #seats = new Set<SeatedReader>();
  readonly #closing = new AbortController();
  readonly #hello = new TextEncoder().encode(HELLO);
  readonly #ping = new TextEncoder().encode(PING);
  #picture: Picture | undefined;
  /** Grows with each picture. */
  #version = 0;
  #whole: Uint8Array<ArrayBuffer> | undefined;
  #failure: { readonly message: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  /** When the source has last answered, or failed to. */
  #answeredAt = -Infinity;
  #isAsking = false;
  /** The question that has not ended yet, also one that was given up. */
  #open: { readonly since: number } | undefined;
  #pingAt = 0;
  #stopTicking = (): void => undefined;
  #stopWaiting = (): void => undefined;

  constructor(options: FeedOptions) {
    const { source, refreshSeconds, clock, logger, mostReaders = MOST_READERS, timeoutMs = TIMEOUT_MS } = options;
    this.#source = source;
    this.#refreshMs = refreshSeconds * 1_000;
    this.#clock = clock;
    this.#logger = harmless(logger);
    this.#mostReaders = mostReaders;
    this.#timeoutMs = timeoutMs;
  }

  /** How many read now. */
  get readers(): number {
    return this.#seats.size;
  }

  /** Whether it takes no reader any more. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Gives `reader` a place; undefined if there is none. Nothing is written before this has returned. */
  subscribe(reader: FeedReader): FeedSeat | undefined {
    if (this.#closing.signal.aborted || this.#seats.size >= this.#mostReaders) return undefined;
    const broken = (): void => {
      this.#end(seat);
    };
    const seat = new SeatedReader(reader, { clock: this.#clock, broken });
    this.#seats.add(seat);
    queueMicrotask(() => {
      seat.send(this.#hello);
      this.#catchUp(seat);
    });
    if (this.#seats.size === 1) this.#wake();
    return {
      drained: () => {
        seat.drained();
        this.#catchUp(seat);
      },
      leave: () => {
        this.#leave(seat);
      },
    };
  }

  /** Ends all streams, and takes no reader any more. */
  close(): void {
    this.#closing.abort();
    for (const seat of [...this.#seats]) this.#end(seat);
  }

  #wake(): void {
    const now = this.#clock.monotonic();
    const restMs = this.#answeredAt + this.#refreshMs - now;
    if (restMs <= 0) {
      // Of a time when nobody looked: whoever comes waits for what is true now.
      this.#picture = undefined;
      this.#whole = undefined;
      this.#failure = undefined;
    }
    this.#pingAt = now + PING_MS;
    this.#tickLater();
    if (restMs <= 0) void this.#ask();
    else this.#wait(restMs);
  }

  #wait(delayMs: number): void {
    this.#stopWaiting();
    this.#stopWaiting = this.#clock.schedule(() => void this.#ask(), delayMs);
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const snapshot = await this.#asked();
      const picture = await pictureOf(snapshot, this.#picture);
      this.#show(picture);
    } catch (error) {
      this.#fail(error);
    }
    this.#isAsking = false;
    this.#answeredAt = this.#clock.monotonic();
    if (this.#seats.size > 0) this.#wait(this.#refreshMs);
  }

  async #asked(): Promise<DashboardSnapshot> {
    const operation = "the dashboard's snapshot";
    const since = this.#clock.monotonic();
    const timeoutMs = this.#timeoutMs;
    if (this.#open !== undefined && since - this.#open.since < Math.max(LOST_AFTER_MS, 3 * timeoutMs)) {
      throw new TimeoutError(operation, timeoutMs);
    }
    const question = { since };
    this.#open = question;
    const ended = (): void => {
      if (this.#open === question) this.#open = undefined;
    };
    const call = async (signal: AbortSignal): Promise<DashboardSnapshot> => {
      try {
        return await this.#source.snapshot({ signal });
      } finally {
        ended();
      }
    };
    const signal = this.#closing.signal;
    return withDeadline(call, { clock: this.#clock, timeoutMs, operation, signal });
  }

  #show(picture: Picture): void {
    const change = this.#picture === undefined ? undefined : updateText(this.#picture, picture);
    const update = change === undefined ? undefined : eventBytes("update", change);
    const before = this.#version;
    this.#picture = picture;
    this.#whole = undefined;
    this.#failure = undefined;
    this.#version += 1;
    for (const seat of [...this.#seats]) {
      if (seat.isSlow) continue;
      if (seat.version !== before || update === undefined) {
        this.#catchUp(seat);
      } else {
        seat.version = this.#version;
        seat.send(update);
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const message = publicReason(error);
    if (message !== this.#failure?.message) this.#logger.warn(`the dashboard could not be told: ${message}`, { error });
    const bytes = eventBytes("failure", JSON.stringify({ at: this.#clock.now(), message }));
    this.#failure = { message, bytes };
    for (const seat of [...this.#seats]) this.#catchUp(seat);
  }

  /** Tells a reader all that it has missed. */
  #catchUp(seat: SeatedReader): void {
    if (this.#picture !== undefined && seat.version !== this.#version && !seat.isSlow) {
      seat.version = this.#version;
      this.#whole ??= eventBytes("snapshot", wholeText(this.#picture));
      seat.send(this.#whole);
    }
    const failure = this.#failure?.bytes;
    if (failure !== undefined && seat.failure !== failure && !seat.isSlow) {
      seat.failure = failure;
      seat.send(failure);
    }
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    const isPing = now >= this.#pingAt;
    if (isPing) this.#pingAt = now + PING_MS;
    for (const seat of [...this.#seats]) {
      if (!seat.isThere()) this.#end(seat);
      else if (isPing) seat.send(this.#ping);
    }
    if (this.#seats.size > 0) this.#tickLater();
  }

  #tickLater(): void {
    this.#stopTicking();
    this.#stopTicking = this.#clock.schedule(() => {
      this.#tick();
    }, TICK_MS);
  }

  #end(seat: SeatedReader): void {
    if (!this.#seats.has(seat)) return;
    this.#leave(seat);
    seat.end();
  }

  #leave(seat: SeatedReader): void {
    seat.leave();
    if (!this.#seats.delete(seat) || this.#seats.size > 0) return;
    this.#stopTicking();
    this.#stopWaiting();
  }
}
