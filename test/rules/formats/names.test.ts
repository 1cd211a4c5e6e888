import { describe, expect, it } from "vitest";
import { dnsLabel, fitName, fitTierName, hashedLabel } from "../../../src/rules/formats/names.ts";
import { readShorthand, shorthandMs, writeShorthand } from "../../../src/rules/formats/openslo-duration.ts";
import { indicatorName, namesOf, shortTitle } from "../../../src/rules/formats/openslo-names.ts";

describe("a name that nines allows", () => {
  it.each<readonly [string, string | undefined]>([
    ["checkout", "checkout"],
    ["Checkout_2.a-b", "Checkout_2.a-b"],
    ["2nd", "2nd"],
    ["the checkout", "the-checkout"],
    ["the  /  checkout", "the-checkout"],
    ["--_.checkout", "checkout"],
    ["/checkout/", "checkout"],
    ["checkout--", "checkout--"],
    ["checkout !-", "checkout"],
    ["a!b!", "a-b"],
    ["größe", "gr-e"],
    ["5", "n-5"],
    ["#404", "n-404"],
    ["4 04", "4-04"],
    ["", undefined],
    ["!", undefined],
    ["-_.", undefined],
    ["日本", undefined],
    ["x".repeat(100), "x".repeat(100)],
    ["x".repeat(101), "x".repeat(100)],
    [`${"x".repeat(99)}/y`, "x".repeat(99)],
    [`!${"x".repeat(100)}`, "x".repeat(100)],
    ["9".repeat(98), `n-${"9".repeat(98)}`],
    // Nothing fits in front of it any more.
    ["9".repeat(100), undefined],
  ])("of %j is %j", (text, name) => {
    expect(fitName(text)).toBe(name);
  });
});

describe("the name of a tier", () => {
  it.each([
    ["fast", "fast"],
    ["page_fast-2", "page_fast-2"],
    ["Fast Burn", "fast-burn"],
    ["a  b!!c", "a-b-c"],
    ["2nd", "tier-2nd"],
    ["_x", "tier-_x"],
    ["", "tier-"],
    ["x".repeat(51), "x".repeat(50)],
    ["9".repeat(50), `tier-${"9".repeat(45)}`],
  ])("of %j is %j", (text, name) => {
    expect(fitTierName(text)).toBe(name);
  });
});

describe("a DNS label", () => {
  it.each([
    ["a", "a"],
    ["shop", "shop"],
    ["shop-2", "shop-2"],
    ["2", "2"],
    ["x".repeat(63), "x".repeat(63)],
    ["Shop", "shop-28742cc9"],
    ["shop-", "shop-6d266fcc"],
    ["-shop", "shop-80f133e4"],
    ["Shop_Front", "shop-front-1159a105"],
    ["a..b", "a-b-91beab8e"],
    ["", "n-811c9dc5"],
    ["!", "n-240c8dec"],
    ["x".repeat(64), `${"x".repeat(54)}-d19b1ac5`],
    [`${"x".repeat(53)}-yyyyyyyyyyy`, `${"x".repeat(53)}-0b4cbd5f`],
  ])("of %j is %j", (text, label) => {
    expect(dnsLabel(text)).toBe(label);
  });

  it("is another one for each id, of eight digits", () => {
    expect(hashedLabel("shop", "a")).toBe("shop-e40c292c");
    expect(hashedLabel("shop", "b")).toBe("shop-e70c2de5");
    // Its hash begins with zeros.
    expect(hashedLabel("shop", "id110")).toBe("shop-00719bf2");
  });
});

describe("names in OpenSLO", () => {
  it("are that of the SLO, that with its service, and one that is nobody else's", () => {
    expect(namesOf("shop", "checkout")).toEqual(["checkout", "shop-checkout", "shop-checkout-06a37866"]);
    expect(namesOf("Shop", "Check_out")).toEqual([
      "check-out-9231e0ec",
      "shop-check-out-5e4728bb",
      "shop-check-out-21e0f009",
    ]);
  });

  it("of an indicator are the SLO's with an ending", () => {
    expect(indicatorName("checkout")).toBe("checkout-sli");
    expect(indicatorName("x".repeat(63))).toBe(`${"x".repeat(54)}-0b06eb40`);
  });

  it.each([
    ["Checkout", "Checkout"],
    [" Checkout ", "Checkout"],
    ["x".repeat(63), "x".repeat(63)],
    ["x".repeat(64), "x".repeat(63)],
    [`${"x".repeat(62)} y`, "x".repeat(62)],
    [` ${"x".repeat(63)}`, "x".repeat(62)],
    // Half of a character is none.
    [`${"x".repeat(62)}😀`, "x".repeat(62)],
    [`${"x".repeat(61)}😀y`, `${"x".repeat(61)}😀`],
  ])("for people: %j is %j", (title, short) => {
    expect(shortTitle(title)).toBe(short);
  });
});

describe("durations of OpenSLO", () => {
  const MINUTE = 60_000;

  it.each([
    ["1m", MINUTE],
    ["90m", 90 * MINUTE],
    ["2h", 120 * MINUTE],
    ["1d", 1_440 * MINUTE],
    ["2w", 14 * 1_440 * MINUTE],
    ["1M", 30 * 1_440 * MINUTE],
    ["1Q", 90 * 1_440 * MINUTE],
    ["1Y", 365 * 1_440 * MINUTE],
    ["0d", 0],
    ["999999999m", 999_999_999 * MINUTE],
    ["104249991d", 104_249_991 * 1_440 * MINUTE],
  ])("%s are %i ms", (text, ms) => {
    expect(shorthandMs(readShorthand(text)!)).toBe(ms);
  });

  it.each(["", "m", "1", "1s", "1 m", " 1m", "1m ", "1h30m", "-1m", "1.5h", "1000000000m", "104249992d"])(
    "%j is none",
    (text) => {
      expect(readShorthand(text)).toBeUndefined();
    },
  );

  it.each([
    [0, "1m"],
    [1, "1m"],
    [MINUTE, "1m"],
    [MINUTE + 1, "2m"],
    [59 * MINUTE, "59m"],
    [60 * MINUTE, "1h"],
    [61 * MINUTE, "61m"],
    [23 * 60 * MINUTE, "23h"],
    [24 * 60 * MINUTE, "1d"],
    [25 * 60 * MINUTE, "25h"],
    [7 * 1_440 * MINUTE, "7d"],
  ])("%i ms are written as %s", (ms, text) => {
    expect(writeShorthand(ms)).toBe(text);
  });
});
