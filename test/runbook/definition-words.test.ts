import { describe, expect, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { told } from "./definition-support.ts";

describe("a severity", () => {
  test.each([
    ["SEV1", ["sev1", "SEV-1", "sev 1", "s1", "P1", 1, "1", "emergency", "disaster", "Fatal"]],
    ["SEV2", ["sev_2", "s2", "p2", 2, "page", "critical", "crit", "alert", "HIGH"]],
    ["SEV3", ["sev3", "s3", "p3", 3, "ticket", "error", "major", "warning", "warn", "medium", "average"]],
    ["SEV4", ["sev4", "s4", "p4", "P5", 4, "info", "information", "notice", "minor", "low", "none", "debug"]],
  ])("is %s in any of its words", (severity, words) => {
    expect(words.map((word) => runbookOf("r", { steps: ["Look"], severity: word }).severity)).toEqual(
      words.map(() => severity),
    );
  });
});

describe("a length of time", () => {
  test.each<[number | string, number]>([
    [1, 1_000],
    [0.25, 250],
    [3_600, 3_600_000],
    ["3600", 3_600_000],
    ["7200s", 7_200_000],
    ["1", 1_000],
    ["1.5", 1_500],
    ["250ms", 250],
    ["1h1m1s", 3_661_000],
    ["1 ms", 1],
    ["2 millis", 2],
    ["1 millisecond", 1],
    ["3 milliseconds", 3],
    ["1 s", 1_000],
    ["1 sec", 1_000],
    ["2 secs", 2_000],
    ["1 second", 1_000],
    ["2 seconds", 2_000],
    ["2 m", 120_000],
    ["1 min", 60_000],
    ["2 mins", 120_000],
    ["1 minute", 60_000],
    ["2 minutes", 120_000],
    ["1 h", 3_600_000],
    ["1 hr", 3_600_000],
    ["2 hrs", 7_200_000],
    ["1 hour", 3_600_000],
    ["2 Hours", 7_200_000],
    ["1 day", 86_400_000],
    ["1 d", 86_400_000],
    ["0.5 days", 43_200_000],
    ["1 hour 30 minutes", 5_400_000],
    ["1 hour, 30 min", 5_400_000],
    ["1 h and 5 s", 3_605_000],
    ["~5 min", 300_000],
    ["about 5 min", 300_000],
    ["up to 5 min", 300_000],
    ["1-2 min", 120_000],
    ["1 – 2 min", 120_000],
    ["1.5 to 2.5 min", 150_000],
    [" 5 min ", 300_000],
    ["5min", 300_000],
    ["0.0014 s", 1],
  ])("of %j is read", (timeout, timeoutMs) => {
    expect(runbookOf("r", [{ command: "a", timeout }]).steps[0]).toMatchObject({ timeoutMs });
  });

  test.each(["", " ", "5 moons", "min", "5 5 min", "five min", "1..2 min", "-5 min", "5 min later", " 1 s".repeat(26)])(
    "of %j is not",
    (timeout) => {
      expect(told(() => runbookOf("r", [{ command: "a", timeout }]))).toHaveLength(1);
    },
  );

  it("is 100 characters at most", () => {
    const timeout = (text: string): string[] => told(() => runbookOf("r", [{ command: "a", timeout: text }]));
    expect(timeout("1 s ".repeat(25).trim())).toEqual([]);
    expect(timeout(`${"1 s ".repeat(25)} 1 s`)).toHaveLength(1);
  });
});
