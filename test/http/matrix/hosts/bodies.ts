/** What the applications of all hosts answer with. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

/** The requests whose handler answered 200 with an error in its body. */
export const wrongOnes = new WeakSet<IncomingMessage>();

/** What handlers throw. */
export class HandlerError extends Error {}

let zeros = Buffer.alloc(0);

/** So many bytes. */
export function large(bytes: number): Buffer {
  if (zeros.length < bytes) zeros = Buffer.alloc(bytes, "0");
  return zeros.subarray(0, bytes);
}

/** The milliseconds of a path, a second at most: clients write what they like there. */
export function waitMs(text: string | undefined): number {
  return Math.min(Number(text) || 0, 1_000);
}

/** A chunk at once, another one after the milliseconds of a path. */
export function slowStream(text: string | undefined): Readable {
  return streamOf(async function* () {
    yield "first ";
    await pause(waitMs(text));
    yield "last";
  });
}

/** How long the handler of `/late` waits before it answers at all, in ms. */
export const LATE_MS = 30;

/** A byte, nothing for 200 ms, a byte. */
export function lateStream(): Readable {
  return streamOf(async function* () {
    yield "a";
    await pause(200);
    yield "z";
  });
}

/** A chunk, and then an error. */
export function brokenStream(): Readable {
  return streamOf(async function* () {
    yield "first ";
    await pause(20);
    throw new HandlerError("the disk broke");
  });
}

function streamOf(chunks: () => AsyncGenerator<string>): Readable {
  return Readable.from(
    (async function* () {
      for await (const chunk of chunks()) yield Buffer.from(chunk);
    })(),
    { objectMode: false },
  );
}

type RawHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Handlers that go past their framework, to Node's own response. */
export const rawHandlers: Readonly<Record<string, RawHandler>> = {
  "/never": () => undefined,
  "/destroys": (_request, response) => void response.destroy(),
  "/flush": (_request, response) => {
    response.statusCode = 200;
    response.flushHeaders();
    setTimeout(() => response.end("flushed"), 30);
  },
  "/hints": (_request, response) => {
    response.statusCode = 200;
    response.writeEarlyHints({ link: "</a.css>; rel=preload; as=style" });
    response.end("hinted");
  },
  "/keys": (_request, response) => {
    response.statusCode = 200;
    const symbols = Object.getOwnPropertySymbols(response).map(String);
    response.end(JSON.stringify([...Object.keys(response), ...symbols]));
  },
};
