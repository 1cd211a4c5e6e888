import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { parseTags } from "../../src/core/template.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import {
  fillArgument,
  fillCommand,
  fillEnvironment,
  fillHeaders,
  fillJson,
  fillText,
  fillUrl,
} from "../../src/runbook/fill/fill.ts";
import type { StepValues } from "../../src/runbook/values.ts";
import { valuesOf } from "./values.ts";

const steps: Record<string, StepValues> = {
  count: { status: "succeeded", exit_code: 0, output: "3", stderr: "warn", json: 3 },
  list: {
    status: "succeeded",
    exit_code: 0,
    output: "{}",
    stderr: "",
    json: { pods: [{ name: "web-1" }], none: null, bare: {} },
  },
  long: { status: "failed", exit_code: 1, output: "begin ... end", stderr: "", isCut: true },
  left: { status: "skipped", output: "", stderr: "" },
  tried: { status: "dry", output: "", stderr: "" },
};
const values = valuesOf({
  labels: { pod: "web-1", empty: "", dash: "-rf", zero: "a\0b", half: "a\uD800b", lines: "a\nb", dots: "..", dot: "." },
  secrets: { token: "hunter22" },
  parameters: { replicas: 3, force: true },
  steps,
});
const argument = (text: string, isDryRun = false): unknown => fillArgument(parseTags(text), values, { isDryRun });
const url = (text: string, given = values): unknown => fillUrl(parseTags(text), given);

describe("an argument", () => {
  test.each([
    ["--pod={{ labels.pod }}", "--pod=web-1"],
    ["{{ labels.pod }}{{ labels.empty }}", "web-1"],
    ["{{ labels.lines }}", "a\nb"],
    ["{{ labels.half }}", "a\uFFFDb"],
    ["{{ parameters.replicas }}/{{ parameters.force }}", "3/true"],
    ["{{ alert.name }} {{ incident.id }} {{ run.by }}", "HighMemoryUsage INC-0001 ann"],
    [
      "{{ steps.count.output }}{{ steps.count.stderr }}{{ steps.count.exit_code }}{{ steps.count.status }}",
      "3warn0succeeded",
    ],
    ["{{ steps.list.json.pods.0.name }} {{ steps.list.json.pods }}", 'web-1 [{"name":"web-1"}]'],
    ["x{{ labels.dash }}", "x-rf"],
    ["{{ steps.left.status }}", "skipped"],
  ])("%j is filled in", (text, filled) => {
    expect(argument(text)).toEqual({ filled });
  });

  test.each([
    ["{{ labels.pdo }}", /^labels.pdo is missing; there are: pod, empty, dash, /],
    ["{{ labels.constructor }}", /^labels.constructor is missing/],
    [
      "{{ labels.dash }}",
      /^labels.dash begins with a dash, .* put -- before it, or write --name=\{\{ labels.dash \}\}$/,
    ],
    ["{{ labels.empty }}{{ labels.dash }}", /^labels.dash begins with a dash/],
    ["{{ labels.zero }}", /^labels.zero has a zero byte/],
    ["{{ annotations.pod }}", /^annotations.pod is missing; the call has no annotations$/],
    ["{{ steps.list.json.bare.x }}", /^steps.list.json.bare.x is missing; there are none$/],
    ["{{ steps.later.output }}", /^steps.later.output is missing; later has not run$/],
    ["{{ steps.left.output }}", /^steps.left.output is missing; left is skipped$/],
    ["{{ steps.left.exit_code }}", /^steps.left.exit_code is missing/],
    ["{{ steps.long.output }}", /^steps.long.output was cut/],
    ["{{ steps.list.json.none }}", /^steps.list.json.none is missing$/],
    ["{{ steps.count.json.a }}", /^steps.count.json has nothing in it/],
    ["{{ steps.long.json }}", /^steps.long.json is missing/],
    ["{{ nothing.at.all }}", /^there is no value nothing.at.all$/],
  ])("%j is refused, with a reason", (text, refused) => {
    expect(argument(text)).toEqual({ refused: expect.stringMatching(refused) });
  });

  it("of a dry run stands for what nobody knows yet", () => {
    expect(argument("-{{ steps.later.output }}", true)).toEqual({ filled: "-<output of later>" });
    expect(argument("{{ steps.tried.json.a.b }}", true)).toEqual({ filled: "<json.a.b of tried>" });
    expect(argument("{{ steps.count.output }}", true)).toEqual({ filled: "3" });
    expect(argument("{{ steps.left.output }}", true)).toHaveProperty("refused");
  });

  it("is never longer than the system takes", () => {
    const long = valuesOf({ labels: { pod: "x".repeat(120_001) } });
    expect(fillArgument(parseTags("{{ labels.pod }}"), long)).toEqual({
      refused: expect.stringMatching(/has 120001 characters/),
    });
  });

  test.each([
    ["labels", "the call has no labels"],
    ["parameters", "the call has no parameters"],
    ["secrets", "the executor has no secrets"],
  ])("is refused where there are no %s at all", (root, reason) => {
    expect(fillArgument(parseTags(`{{ ${root}.a }}`), valuesOf({}))).toEqual({
      refused: `${root}.a is missing; ${reason}`,
    });
  });

  it("is refused without a word of its secrets", () => {
    const { secrets } = valuesOf({ secrets: { token: "-hunter22\0" } });
    for (const name of ["token", "tokn"]) {
      const answer = JSON.stringify(fillArgument(parseTags(`{{ secrets.${name} }}`), valuesOf({ secrets })));
      expect(answer).toContain("refused");
      expect(answer).not.toContain("hunter22");
    }
  });
});

describe("a command", () => {
  const filled = (command: string | string[], shell = false): unknown => {
    const [step] = runbookOf("x", [{ name: "a", command, shell }]).steps;
    if (step?.kind !== "command") throw new Error("no command");
    return fillCommand(step.command, values);
  };

  it("keeps each argument one argument", () => {
    expect(filled("echo {{ labels.lines }} a{{ labels.pod }}")).toEqual({
      filled: { program: "echo", args: ["a\nb", "aweb-1"] },
    });
  });

  it("takes a dash only behind --", () => {
    expect(filled(["rm", "{{ labels.dash }}"])).toHaveProperty("refused");
    expect(filled(["rm", "--", "{{ labels.dash }}"])).toEqual({ filled: { program: "rm", args: ["--", "-rf"] } });
    expect(filled(["rm", "{{ labels.dash }}", "--"])).toHaveProperty("refused");
  });

  it("for a shell is handed its values beside the script", () => {
    expect(filled("echo a{{ labels.dash }}", true)).toEqual({
      filled: { program: "sh", args: ["-c", 'echo a"${1}"', "sh", "-rf"] },
    });
  });

  it("is one argument for each, whatever is in the value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (pod, other) => {
        const [step] = runbookOf("x", [{ name: "a", command: "p --a={{ labels.pod }} -- {{ labels.other }}" }]).steps;
        const { command } = step as Extract<typeof step, { kind: "command" }>;
        const answer = fillCommand(command, valuesOf({ labels: { pod, other } }));
        if (pod.includes("\0") || other.includes("\0")) expect(answer).toHaveProperty("refused");
        else
          expect(answer).toEqual({
            filled: { program: "p", args: [`--a=${pod.replace(/\p{Cs}/gu, "\uFFFD")}`, "--", other] },
          });
      }),
    );
  });
});

describe("an environment", () => {
  it("is filled in, and names what it cannot have", () => {
    expect(fillEnvironment({ A: parseTags("{{ labels.dash }}"), B: parseTags("b") }, values)).toEqual({
      filled: { A: "-rf", B: "b" },
    });
    expect(fillEnvironment({ A: parseTags("{{ labels.zero }}") }, values)).toEqual({
      refused: expect.stringMatching(/^A: labels.zero has a zero/),
    });
  });
});

describe("an address", () => {
  test.each([
    ["https://h/a/{{ labels.pod }}/b", "https://h/a/web-1/b"],
    ["https://h/{{ labels.lines }}", "https://h/a%0Ab"],
    ["https://h/a?q={{ labels.empty }}&r={{ labels.dots }}#{{ labels.dots }}", "https://h/a?q=&r=..#.."],
    ["https://h/a{{ labels.dots }}", "https://h/a.."],
    ["https://h/{{ labels.half }}", "https://h/a%EF%BF%BDb"],
  ])("%j is filled in", (text, filled) => {
    expect(url(text)).toEqual({ filled });
  });

  test.each([
    ["https://h/a/{{ labels.dots }}", /^labels.dots would lead out of its part/],
    ["https://h/a/.{{ labels.dot }}/b", /^labels.dot would lead out/],
    ["https://h/a/{{ labels.dot }}{{ labels.dot }}?x", /^labels.dot would lead out/],
    ["https://h/a/%2e{{ labels.dot }}", /^labels.dot would lead out/],
    ["https://h/pods/{{ labels.empty }}", /^labels.empty is empty, which would leave its part/],
    ["https://h/pods/{{ labels.empty }}/log", /^labels.empty is empty/],
    ["https://h/{{ labels.none }}", /^labels.none is missing/],
    ["https://h/{{ steps.long.output }}", /was cut/],
  ])("%j is refused", (text, refused) => {
    expect(url(text)).toEqual({ refused: expect.stringMatching(refused) });
  });

  it("keeps every value in its place, as a real parser reads it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (pod) => {
        fc.pre(pod !== "." && pod !== "..");
        const answer = fillUrl(
          parseTags("https://ci.example:8443/a/{{ labels.pod }}/b?q={{ labels.pod }}&r=1#{{ labels.pod }}"),
          valuesOf({ labels: { pod } }),
        );
        if ("refused" in answer) throw new Error(answer.refused);
        const read = new URL(answer.filled);
        const sound = pod.replace(/\p{Cs}/gu, "\uFFFD");
        expect(read.host).toBe("ci.example:8443");
        expect(read.pathname.split("/").map(decodeURIComponent)).toEqual(["", "a", sound, "b"]);
        expect([...read.searchParams]).toEqual([
          ["q", sound],
          ["r", "1"],
        ]);
        expect(decodeURIComponent(read.hash.slice(1))).toBe(sound);
      }),
      { numRuns: 500 },
    );
  });
});

describe("headers", () => {
  it("are filled in", () => {
    const headers = { Authorization: parseTags("Bearer {{ secrets.token }}") };
    expect(fillHeaders(headers, values)).toEqual({ filled: { Authorization: "Bearer hunter22" } });
  });

  test.each(["a\r\nX-Evil: 1", "a\nb", "a\0", "\u007f", "é", "\u2028"])("take no %j", (pod) => {
    const answer = fillHeaders({ "X-Pod": parseTags("{{ labels.pod }}") }, valuesOf({ labels: { pod } }));
    expect(answer).toEqual({ refused: expect.stringMatching(/^X-Pod: labels.pod has a line end/) });
  });
});

describe("JSON", () => {
  it("has its texts filled in, and nothing else", () => {
    const input = {
      a: "{{ labels.lines }}",
      b: [1, true, null, "x {{ parameters.replicas }}"],
      "{{ c }}": { d: "{{ parameters.replicas }}" },
    };
    expect(fillJson(input, values)).toEqual({
      filled: { a: "a\nb", b: [1, true, null, "x 3"], "{{ c }}": { d: "3" } },
    });
    expect(fillJson(undefined, values)).toEqual({ filled: undefined });
    expect(fillJson("{{ labels.pod }}", values)).toEqual({ filled: "web-1" });
  });

  it("says where something is missing", () => {
    expect(fillJson({ a: [{ b: "{{ labels.no }}" }] }, values)).toEqual({
      refused: expect.stringMatching(/^a.0.b: labels.no is missing/),
    });
  });

  it("takes any value as a text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (pod) => {
        const answer = fillJson({ a: ["{{ labels.pod }}"] }, valuesOf({ labels: { pod } }));
        expect(JSON.parse(JSON.stringify(answer))).toEqual({ filled: { a: [pod] } });
      }),
    );
  });
});

describe("a text", () => {
  it("is filled in as it is, cut outputs included", () => {
    expect(fillText(parseTags("{{ labels.dash }} {{ steps.long.output }}"), values)).toEqual({
      filled: "-rf begin ... end",
    });
  });
});
