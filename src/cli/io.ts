/** What the command touches of the world: streams, the environment, the terminal. Handed in, so that tests hand in their own. */
import { type Clock, systemClock } from "../core/time/clock.ts";

/** One of the two streams that are written to. */
export interface Output {
  /** Resolves when it is out; rejects if it cannot be written, but not where the reader has gone. */
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
}

/** The world as the command sees it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of the standard input, as text. */
  readonly readStdin: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborts when a person ends the command. */
  readonly signal: AbortSignal;
}

/** Of a stream of a process, what is used of it. */
export interface HostStream {
  write(text: string, done: (error?: NodeJS.ErrnoException | null) => void): unknown;
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
  /** Undefined where it is a pipe or a file. */
  readonly isTTY?: boolean;
}

/** Of a process, what is used of it. */
export interface Host {
  readonly stdout: HostStream;
  readonly stderr: HostStream;
  readonly stdin: AsyncIterable<unknown>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** As much as a file may have. */
const LARGEST_INPUT = 64 * 1024 * 1024;

/** The world of a real process. */
export function processIo({ stdout, stderr, stdin, env }: Host, signal: AbortSignal): Io {
  return {
    stdout: outputOf(stdout),
    stderr: outputOf(stderr),
    readStdin: () => readAll(stdin),
    env,
    clock: systemClock,
    signal,
  };
}

function outputOf(stream: HostStream): Output {
  // `| head` reads what it wants and goes; that is not our trouble, and the exit code stays what it would be.
  let isClosed = false;
  let failure: Error | undefined;
  stream.on("error", (error) => {
    if (error.code === "EPIPE") isClosed = true;
    else failure = error;
  });
  return {
    isTerminal: stream.isTTY === true,
    write: (text) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure);
        else if (isClosed || text === "") resolve();
        else {
          stream.write(text, (error) => {
            if (error === null || error === undefined || error.code === "EPIPE") resolve();
            else reject(error);
          });
        }
      }),
  };
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_INPUT) throw new Error("the standard input is larger than 64 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
