import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { OutputCapture, type CaptureOptions } from "../../src/runbook/performing/capture.ts";
import { Redactor } from "../../src/runbook/redact/redactor.ts";

const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function captured(pieces: Iterable<Uint8Array | string>, options: CaptureOptions = {}) {
  const told: string[] = [];
  const capture = new OutputCapture({ onText: (text) => told.push(text), ...options });
  for (const piece of pieces) capture.push(piece);
  return { ...capture.end(), told };
}

describe("what fits is kept as it is", () => {
  test("however it is split, as bytes or as text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (text, sizes) => {
          const bytes = Buffer.from(text);
          for (const whole of [bytes, text]) {
            const pieces: (Uint8Array | string)[] = [];
            let from = 0;
            for (const size of [...sizes, whole.length]) {
              pieces.push(whole.slice(from, from + size));
              from += size;
            }
            const { told, ...kept } = captured(pieces);
            expect(kept).toEqual({ text, bytes: bytes.length, isCut: false });
            expect(told.join("")).toBe(text);
            expect(told.some((piece) => HALF.test(piece))).toBe(false);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a byte order mark, zeros and control characters too", () => {
    expect(captured([Buffer.from("\ufeffa\u0000\u001b[1m\r\n")]).text).toBe("\ufeffa\u0000\u001b[1m\r\n");
  });

  test("what is no UTF-8 is shown as such", () => {
    expect(captured([Buffer.from([0x61, 0xff, 0xc3])])).toMatchObject({ text: "a\ufffd\ufffd", bytes: 3 });
    expect(captured([Buffer.from([0xc3]), "b"]).text).toBe("\ufffdb");
  });
});

describe("of what does not fit", () => {
  test.each([
    [8, "0123456789", "01\n... 2 characters left out ...\n456789"],
    [8, "01234567", "01234567"],
    [1, "abc", "\n... 2 characters left out ...\nc"],
    [4, "😀😀😀😀", "\n... 6 characters left out ...\n😀"],
    [8, "a😀bcdefg😀", "a\n... 4 characters left out ...\ndefg😀"],
  ])("a first quarter and last three quarters of %i are kept: %s", (maxCharacters, text, expected) => {
    expect(captured([text], { maxCharacters })).toMatchObject({ text: expected, isCut: text.length > maxCharacters });
  });

  test("the beginning, the end, and the count of the rest are right, however it comes", () => {
    const unit = fc.constantFrom("a", "b", "ä", "€", "😀", "\n");
    const piece = fc.string({ unit, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 1, max: 40 }), (pieces, maxCharacters) => {
        const whole = pieces.join("");
        const { text, isCut } = captured(pieces, { maxCharacters });
        expect(isCut).toBe(whole.length > maxCharacters);
        if (!isCut) {
          expect(text).toBe(whole);
          return;
        }
        const [, head = "", count, tail = ""] =
          /^([^]*)\n\.\.\. (\d+) characters left out \.\.\.\n([^]*)$/.exec(text) ?? [];
        expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
        expect(head.length + Number(count) + tail.length).toBe(whole.length);
        expect(head.length + tail.length).toBeLessThanOrEqual(maxCharacters);
        expect(head.length + tail.length).toBeGreaterThanOrEqual(maxCharacters - 2);
        expect(HALF.test(text)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("all is told", () => {
    const { told, text } = captured(
      Array.from({ length: 1_000 }, (_, index) => `line ${index}\n`),
      { maxCharacters: 100 },
    );
    expect(told.join("")).toMatch(/^line 0\n[^]*line 500\n[^]*line 999\n$/);
    expect(text.length).toBeLessThan(150);
  });
});

test("secrets are taken out before anything is kept or told, in the middle of letters and at the cut", () => {
  const redactor = new Redactor(["pässwörd-123"]);
  const bytes = Buffer.from("x pässwörd-123 y\n".repeat(500));
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.subarray(index * 7, index * 7 + 7),
  );
  const { text, told } = captured(pieces, { redactor, maxCharacters: 400 });
  expect(told.join("")).toBe("x [redacted] y\n".repeat(500));
  expect(text).not.toContain("sswörd");
  expect(told.join("")).not.toContain("sswörd");
});

test("who listens and throws stops nothing; what comes after the end is ignored", () => {
  const capture = new OutputCapture({
    onText() {
      throw new Error("a listener that throws");
    },
  });
  capture.push("one");
  const kept = capture.end();
  capture.push("two");
  expect(capture.end()).toBe(kept);
  expect(kept).toEqual({ text: "one", bytes: 3, isCut: false });
});

test("one huge piece is taken like many small ones", () => {
  const huge = "0123456789".repeat(300_000);
  for (const piece of [huge, Buffer.from(huge)]) {
    const kept = captured([piece], { maxCharacters: 40 });
    expect(kept).toMatchObject({ bytes: 3_000_000, isCut: true });
    expect(kept.text).toBe("0123456789\n... 2999960 characters left out ...\n012345678901234567890123456789");
  }
});

test.each<[unknown, string]>([
  [{ maxCharacters: 0 }, "maxCharacters: 0 is no whole number from 1 to 10000000"],
  [{ maxCharacters: 1.5 }, "maxCharacters: 1.5 is no whole number"],
  [{ maxCharacter: 5 }, "maxCharacter: is no option of OutputCapture"],
  [{ redactor: {} }, "redactor: a mapping has no method stream()"],
  [{ onText: 5 }, "onText: 5 is no function"],
])("options that are none are refused: %j", (options, message) => {
  expect(() => new OutputCapture(options as CaptureOptions)).toThrow(message);
});

test.each([
  ["nothing", ["", new Uint8Array(0)], [], ""],
  ["what may become a secret, until it is none", ["tr0u", "", "ble"], ["tr0uble"], "tr0uble"],
  ["what may become a secret, until the end", ["tr0u"], ["tr0u"], "tr0u"],
  ["half a letter, until the other half has come", ["a\ud83d", "", "\ude00b"], ["a", "\u{1f600}b"], "a\u{1f600}b"],
])("nobody is told of %s", (_title, pieces, expected, text) => {
  const kept = captured(pieces, { redactor: new Redactor(["tr0ub4dor"]) });
  expect([kept.told, kept.text]).toEqual([expected, text]);
});

test("as many characters as there may be are kept", () => {
  expect(captured(["x".repeat(65_536)]).isCut).toBe(false);
  expect(captured(["x".repeat(65_537)]).isCut).toBe(true);
  expect(captured(["ab"], { maxCharacters: 10_000_000 }).text).toBe("ab");
  expect(() => new OutputCapture({ maxCharacters: 10_000_001 })).toThrow("maxCharacters: 10000001 is no whole number");
});
