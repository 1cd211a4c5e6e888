/** What the platform may have, and what is done where it has not. */
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";

import { giveWay } from "../../src/core/give-way.ts";
import { gzipped } from "../../src/core/gzip.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("bytes by gzip", () => {
  it("are the same once they are unpacked, and fewer before", async () => {
    const bytes = new TextEncoder().encode("nines ".repeat(1_000));
    const packed = await gzipped(bytes);
    expect(new Uint8Array(gunzipSync(packed!))).toEqual(new Uint8Array(bytes));
    expect(packed?.length).toBeLessThan(200);
  });

  it("are none where the platform cannot pack", async () => {
    vi.stubGlobal("CompressionStream", undefined);
    expect(await gzipped(new Uint8Array(10))).toBeUndefined();
  });
});

describe("giving way", () => {
  it("lets what waits in the event loop have its turn", async () => {
    const turns: string[] = [];
    setImmediate(() => turns.push("another's"));
    await giveWay();
    turns.push("mine");
    expect(turns).toEqual(["another's", "mine"]);
  });

  it("does so in a browser too, where there are timers alone", async () => {
    const turns: string[] = [];
    vi.stubGlobal("setImmediate", undefined);
    setTimeout(() => turns.push("another's"), 0);
    await giveWay();
    turns.push("mine");
    expect(turns).toEqual(["another's", "mine"]);
  });
});
