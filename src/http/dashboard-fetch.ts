/** A dashboard's events as the body of a standard response: Hono, on Node and elsewhere. */
import { onAbort } from "../core/abort.ts";
import type { FeedReader } from "../dashboard/feed/feed.ts";
import type { EventStream } from "./dashboard.ts";
import { endsConnection, presenceOf } from "./dashboard-node.ts";
import { breakConnection, type BreakableResponse } from "./node-faults.ts";

/** Who reads, as far as the platform tells. */
export interface FetchReader {
  /** Aborts when the client goes. */
  readonly signal: AbortSignal | undefined;
  /** Node's response, if there is one. */
  readonly outgoing: BreakableResponse | undefined;
}

/** The body of a response; undefined if there is no place for it. */
export function eventBody(
  { subscribe }: Pick<EventStream, "subscribe">,
  { signal, outgoing }: FetchReader,
): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
  let forget = (): void => undefined;
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  const isSlow = (): boolean => (controller?.desiredSize ?? 1) <= 0;
  const leave = (): void => {
    forget();
    seat?.leave();
  };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (given) => {
        controller = given;
      },
      pull: () => {
        seat?.drained();
      },
      cancel: leave,
    },
    // It is slow as long as anything waits: behind it the platform holds back as much as it likes.
    { highWaterMark: 1, size: (chunk) => chunk.byteLength },
  );
  if (outgoing !== undefined) endsConnection(outgoing);
  const isServed = outgoing === undefined ? undefined : presenceOf(outgoing);
  const reader: FeedReader = {
    write: (bytes) => {
      controller?.enqueue(bytes);
      return !isSlow();
    },
    end: () => {
      forget();
      if (!isSlow()) controller?.close();
      else if (outgoing !== undefined) breakConnection(outgoing);
      // What it has not read would have to be waited for.
      else controller?.error(new Error("it was read too slowly"));
    },
    ...(isServed === undefined ? {} : { isThere: isServed }),
  };
  const seat = subscribe(reader);
  if (seat === undefined) return undefined;
  forget = onAbort(signal, leave);
  return body;
}
