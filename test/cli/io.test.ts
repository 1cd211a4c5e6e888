import { describe, expect, it } from "vitest";

import { type Host, type HostStream, processIo } from "../../src/cli/io.ts";

type Written = NodeJS.ErrnoException | null | undefined;

function stream(answers: readonly Written[] = [], rest: Partial<HostStream> = {}) {
  const texts: string[] = [];
  const listeners: ((error: NodeJS.ErrnoException) => void)[] = [];
  const left = [...answers];
  const made: HostStream = {
    write: (text, done) => {
      texts.push(text);
      const error = left.shift();
      queueMicrotask(() => {
        // As Node does it: the event as well as the callback.
        if (error !== null && error !== undefined) for (const listener of listeners) listener(error);
        done(error);
      });
    },
    on: (_name, listener) => listeners.push(listener),
    ...rest,
  };
  return { texts, made };
}

async function* chunks(...parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield part;
}

const io = (host: Partial<Host>) =>
  processIo(
    { stdout: stream().made, stderr: stream().made, stdin: chunks(), env: {}, ...host },
    new AbortController().signal,
  );
const failing = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

describe("an output", () => {
  it("says when it is out", async () => {
    const { made, texts } = stream();
    await io({ stdout: made }).stdout.write("all of it");
    expect(texts).toEqual(["all of it"]);
  });

  it("does not mind that nobody reads on, and writes no more then", async () => {
    const { made, texts } = stream([failing("EPIPE")]);
    const { stdout } = io({ stdout: made });
    await stdout.write("read by nobody");
    await stdout.write("nor this");
    expect(texts).toEqual(["read by nobody"]);
  });

  it("minds everything else, also later", async () => {
    const { stdout } = io({ stdout: stream([failing("ENOSPC")]).made });
    await expect(stdout.write("much")).rejects.toThrow("ENOSPC");
    await expect(stdout.write("more")).rejects.toThrow("ENOSPC");
  });

  it("is a terminal only if it says so", () => {
    const { stdout, stderr } = io({ stdout: stream().made, stderr: stream([], { isTTY: true }).made });
    expect([stdout.isTerminal, stderr.isTerminal]).toEqual([false, true]);
  });
});

describe("the standard input", () => {
  it("is read as a whole, letters across its pieces too", async () => {
    const bytes = Buffer.from("größer: 😀");
    const parts = Array.from({ length: bytes.length }, (_, index) => bytes.subarray(index, index + 1));
    expect(await io({ stdin: chunks(...parts) }).readStdin()).toBe("größer: 😀");
  });

  it("has an end", async () => {
    const mebibyte = Buffer.alloc(1_048_576);
    const most = Array.from({ length: 64 }, () => mebibyte);
    expect(await io({ stdin: chunks(...most) }).readStdin()).toHaveLength(64 * 1_048_576);
    await expect(io({ stdin: chunks(...most, Buffer.alloc(1)) }).readStdin()).rejects.toThrow("larger than 64 MiB");
  });
});
