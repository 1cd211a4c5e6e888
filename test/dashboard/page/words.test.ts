import { describe, expect, test } from "vitest";
import type { DashboardBurn } from "../../../src/dashboard/model.ts";
import { byService, marksOf, openIncidents } from "../../../src/dashboard/page/marks.ts";
import { momentText, stretchText } from "../../../src/dashboard/page/times.ts";
import * as words from "../../../src/dashboard/page/words.ts";
import { AT, shop } from "../support/fixtures.ts";

describe("figures in words", () => {
  test.each([
    [words.ratioText(undefined), "–"],
    [words.ratioText(0.142), "14.2 %"],
    [words.ratioText(-0.38), "−38 %"],
    [words.ratioText(0.99914), "99.914 %"],
    [words.paceText(undefined), "–"],
    [words.paceText(0), "0x"],
    [words.paceText(0.293), "0.29x"],
    [words.paceText(16.94), "16.9x"],
    [words.paceText(1_234.5), "1,235x"],
    [words.countText(70_935_433), "70,935,433"],
    [words.countText(-12), "−12"],
    [words.minutesLeft(6.13), "6.1 min"],
    [words.minutesLeft(160.3), "2 h 40 min"],
    [words.minutesLeft(-0.5), "−0.5 min"],
    [words.latencyText(3.14), "3.1 ms"],
    [words.latencyText(388), "388 ms"],
    [words.latencyText(1_248), "1.25 s"],
    [words.perSecondText(42.3), "42.3 / s"],
    [words.count(1, "SLO"), "1 SLO"],
    [words.count(1_200, "SLO"), "1,200 SLOs"],
    [words.kindWord("error_rate"), "error rate"],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });

  test("how long the budget lasts", () => {
    const text = (kind: "never" | "exhausted" | "in" | "unknown", at?: number) =>
      words.exhaustionText({ exhaustion: at === undefined ? { kind } : { kind, at } }, AT);
    expect([text("never"), text("exhausted"), text("unknown"), text("in")]).toEqual(["lasts", "used up", "–", "–"]);
    expect(text("in", AT + 22_200_000)).toBe("in 6 h 10 min");
    expect(text("in", AT - 1)).toBe("now");
    expect(words.exhaustionText({}, AT)).toBe("–");
  });

  test("the verdict is not told twice", () => {
    expect(words.lineText({ text: "critical, p95 3 ms", verdict: "critical" })).toBe("p95 3 ms");
    expect(words.lineText({ text: "unknown", verdict: "unknown" })).toBe("");
    expect(words.lineText({ text: "all is well", verdict: "healthy" })).toBe("all is well");
  });

  test("every state without figures says so, and what to do", () => {
    for (const state of ["no_data", "no_traffic", "too_little_traffic"] as const) {
      expect(words.nothingText(state)).toMatch(/^[A-Z]/);
      expect(words.toDoText(state)).toMatch(/\.$/);
    }
    expect(words.nothingText("measured")).toBeUndefined();
  });

  test("now is what the shortest long look-back says, and the gravest alert that holds gives its tone", () => {
    const burn = (longMs: number, severity: string, burning: boolean): DashboardBurn => ({
      ...{ name: String(longMs), severity, factor: 1, longMs, shortMs: longMs / 12, burning },
    });
    expect(words.presentBurn([])).toBeUndefined();
    expect(words.presentBurn([burn(6, "page", false), burn(1, "page", false)])?.longMs).toBe(1);
    expect(words.firingTone([burn(1, "page", false)])).toBeUndefined();
    expect(words.firingTone([burn(1, "ticket", true), burn(2, "page", false)])).toBe("warning");
    expect(words.firingTone([burn(1, "ticket", true), burn(2, "page", true)])).toBe("critical");
  });
});

test.each([
  ["https://a.example/x?y#z", "https://a.example/x?y#z"],
  ["http://a.example", "http://a.example/"],
  ["javascript:alert(1)", undefined],
  [" javascript:alert(1)", undefined],
  ["java\nscript:alert(1)", undefined],
  ["data:text/html,<script>alert(1)</script>", undefined],
  ["vbscript:x", undefined],
  ["file:///etc/passwd", undefined],
  ["blob:https://a.example/1", undefined],
  ["//a.example", undefined],
  ["/logs", undefined],
  ["", undefined],
  [undefined, undefined],
])("is %j followed?", (url, expected) => {
  expect(words.safeUrl(url)).toBe(expected);
});

describe("what happened concerns", () => {
  const { marks } = shop();
  const ids = (some: readonly { readonly id: string }[]): string[] => some.map(({ id }) => id);

  test("its services, or all of them", () => {
    expect(ids(marksOf(marks, "search"))).toEqual(["exp-7", "maintenance-9"]);
  });

  test("only some of their SLOs, where that is told", () => {
    expect(ids(marksOf(marks, "checkout", "checkout/availability"))).toContain("INC-0039");
    expect(ids(marksOf(marks, "checkout", "checkout/latency"))).not.toContain("INC-0039");
    expect(ids(marksOf(marks, "checkout"))).toContain("INC-0039");
  });

  test("whoever looks at open incidents", () => {
    expect(ids(openIncidents(marks))).toEqual(["INC-0042"]);
    const open = [
      { ...marks[0]!, services: ["a", "__proto__"] },
      { ...marks[0]!, id: "2", services: [] },
    ];
    const found = byService(open);
    expect(
      [found.get("a"), found.get("__proto__"), found.get(""), found.get("b")].map((some) => ids(some ?? [])),
    ).toEqual([["INC-0042"], ["INC-0042"], ["2"], []]);
  });
});

test("a stretch of one day names the day once, and one that lasts says since when", () => {
  const [from, until] = [new Date(2026, 10, 24, 14, 3).getTime(), new Date(2026, 10, 24, 15, 10).getTime()];
  expect(stretchText(from, from)).toBe(momentText(from));
  expect(stretchText(from, undefined)).toBe(`since ${momentText(from)}`);
  expect(stretchText(from, until).startsWith(`${momentText(from)} – `)).toBe(true);
  expect(stretchText(from, until).match(/24/g)).toHaveLength(1);
  expect(stretchText(from, until + 86_400_000)).toBe(`${momentText(from)} – ${momentText(until + 86_400_000)}`);
  expect(momentText(NaN)).toBe("–");
});
