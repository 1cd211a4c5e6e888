import { describe, expect, it, test } from "vitest";

import { parseTags } from "../../src/core/template.ts";
import {
  fillArgument,
  fillCommand,
  fillEnvironment,
  fillHeaders,
  fillJson,
  fillText,
  fillUrl,
} from "../../src/runbook/fill/fill.ts";
import { fillEach } from "../../src/runbook/fill/parts.ts";
import type { CommandTemplate } from "../../src/runbook/model.ts";
import { valuesOf } from "./values.ts";

const values = valuesOf({
  labels: { pod: "web-1", empty: "", dash: "-rf", dot: ".", dots: "..", slash: "a/b", marks: "!'()*~-_." },
  steps: { cut: { status: "succeeded", exit_code: 0, output: "a", stderr: "b", isCut: true, json: [1] } },
});
const long = (length: number) => valuesOf({ labels: { pod: "a".repeat(length) } });
const X = parseTags("{{ labels.pod }}");

describe("an address", () => {
  const url = (text: string): unknown => fillUrl(parseTags(text), values);
  const leads = (name: string): object => ({
    refused: `${name} would lead out of its part of the path, which cannot be "." or ".."`,
  });
  const leaves = (name: string): object => ({
    refused: `${name} is empty, which would leave its part of the path out`,
  });

  test.each([
    ["https://h/{{ labels.marks }}", "https://h/%21%27%28%29%2A~-_."],
    ["https://h/{{ labels.slash }}/", "https://h/a%2Fb/"],
    ["https://h/{{ labels.dot }}a", "https://h/.a"],
    ["https://h/a{{ labels.dot }}/b", "https://h/a./b"],
    ["https://h/{{ labels.dots }}{{ labels.dot }}", "https://h/..."],
    ["https://h/a{{ labels.empty }}/b", "https://h/a/b"],
    ["https://h/{{ labels.pod }}{{ labels.empty }}", "https://h/web-1"],
    ["https://h/{{ labels.pod }}?a={{ labels.empty }}/{{ labels.dots }}", "https://h/web-1?a=/.."],
    ["https://h/{{ labels.pod }}#{{ labels.empty }}/{{ labels.dots }}", "https://h/web-1#/.."],
    ["https://h?a={{ labels.dots }}", "https://h?a=.."],
    ["https://h/..", "https://h/.."],
    ["https://h/a%2e%2e{{ labels.pod }}", "https://h/a%2e%2eweb-1"],
  ])("%j is filled in", (text, filled) => {
    expect(url(text)).toEqual({ filled });
  });

  test.each([
    ["https://h/{{ labels.dot }}", leads("labels.dot")],
    ["https://h/{{ labels.dots }}/a", leads("labels.dots")],
    ["https://h/{{ labels.dots }}?a", leads("labels.dots")],
    ["https://h/{{ labels.dots }}#a", leads("labels.dots")],
    ["https://h/{{ labels.pod }}/{{ labels.dots }}", leads("labels.dots")],
    ["https://h/{{ labels.pod }}/{{ labels.dots }}/{{ labels.pod }}", leads("labels.dots")],
    ["https://h/{{ labels.empty }}{{ labels.dot }}", leads("labels.empty")],
    ["https://h/%2E{{ labels.dot }}", leads("labels.dot")],
    ["https://h/{{ labels.dot }}%2e/a", leads("labels.dot")],
    ["https://h/{{ labels.empty }}%2e%2E", leads("labels.empty")],
    ["HTTP://h/{{ labels.empty }}/a", leaves("labels.empty")],
    ["https://h/a/{{ labels.empty }}{{ labels.empty }}?b", leaves("labels.empty")],
    ["https://h/{{ labels.none }}", { refused: expect.stringMatching(/^labels.none is missing/) as unknown }],
  ])("%j is refused", (text, refused) => {
    expect(url(text)).toEqual(refused);
  });

  it("has no more than 16384 characters", () => {
    const template = parseTags("https://h/{{ labels.pod }}");
    expect(fillUrl(template, long(16_374))).toHaveProperty("filled");
    expect(fillUrl(template, long(16_375))).toEqual({
      refused: "the address has 16385 characters; allowed: at most 16384",
    });
  });
});

describe("an argument", () => {
  it("has no more than 120000 characters", () => {
    expect(fillArgument(X, long(120_000))).toHaveProperty("filled");
    expect(fillArgument(X, long(120_001))).toEqual({
      refused: "an argument has 120001 characters; allowed: at most 120000",
    });
  });

  test.each([
    ["{{ labels.dash }}", true, { filled: "-rf" }],
    ["a{{ labels.dash }}", false, { filled: "a-rf" }],
    [
      "{{ labels.dash }}",
      false,
      {
        refused:
          "labels.dash begins with a dash, and would be read as an option; put -- before it, or write --name={{ labels.dash }}",
      },
    ],
  ])("%j that may begin with a dash: %j", (text, mayBeginWithDash, expected) => {
    expect(fillArgument(parseTags(text), values, { mayBeginWithDash })).toEqual(expected);
  });

  it("that was cut is refused, but told to people", () => {
    const refused =
      "steps.cut.output was cut, since there was more of it than is kept; what is left of it is not handed on";
    const cut = parseTags("{{ steps.cut.output }}");
    expect(fillArgument(cut, values)).toEqual({ refused });
    expect(fillJson("{{ steps.cut.output }}", values)).toEqual({ refused });
    expect(fillJson({ a: "{{ steps.cut.output }}" }, values)).toEqual({ refused: `a: ${refused}` });
    expect(fillHeaders({ a: cut }, values)).toEqual({ refused: `a: ${refused}` });
    expect(fillText(cut, values)).toEqual({ filled: "a" });
    expect(fillArgument(parseTags("{{ steps.cut.status }}{{ steps.cut.json }}"), values)).toEqual({
      filled: "succeeded[1]",
    });
  });
});

describe("a command", () => {
  const vector = (...args: string[]): CommandTemplate => ({
    shell: false,
    program: "p",
    args: args.map((text) => parseTags(text)),
  });
  const DASH = "{{ labels.dash }}";

  it("takes a dash behind one --, and behind nothing like it", () => {
    expect(fillCommand(vector("--", DASH, DASH), values)).toEqual({
      filled: { program: "p", args: ["--", "-rf", "-rf"] },
    });
    expect(fillCommand(vector("--{{ labels.empty }}", DASH), values)).toHaveProperty("refused");
    expect(fillCommand(vector("---", DASH), values)).toHaveProperty("refused");
    expect(fillCommand(vector("", DASH), values)).toHaveProperty("refused");
    expect(fillCommand(vector("--", "a", DASH), values)).toHaveProperty("filled");
  });

  it("for a shell takes one where the script says so", () => {
    const script = {
      shell: true,
      script: "s",
      values: [DASH, DASH].map((text) => parseTags(text)),
      text: "s",
    } as const;
    expect(fillCommand({ ...script, mayBeginWithDash: [true, true] }, values)).toEqual({
      filled: { program: "sh", args: ["-c", "s", "sh", "-rf", "-rf"] },
    });
    expect(fillCommand({ ...script, mayBeginWithDash: [true, false] }, values)).toHaveProperty("refused");
    expect(fillCommand({ ...script, mayBeginWithDash: [true] }, values)).toHaveProperty("refused");
    expect(fillCommand(script, values)).toHaveProperty("refused");
  });

  it("of a dry run stands for what nobody knows yet", () => {
    const later = "{{ steps.later.output }}";
    expect(fillCommand(vector(later), values, { isDryRun: true })).toEqual({
      filled: { program: "p", args: ["<output of later>"] },
    });
    expect(fillCommand(vector(later), values)).toHaveProperty("refused");
    expect(fillEnvironment({ A: parseTags(later) }, values, { isDryRun: true })).toEqual({
      filled: { A: "<output of later>" },
    });
    expect(fillHeaders({ A: parseTags(later) }, values, { isDryRun: true })).toHaveProperty("filled");
    expect(fillUrl(parseTags(`https://h/${later}`), values, { isDryRun: true })).toEqual({
      filled: "https://h/%3Coutput%20of%20later%3E",
    });
    expect(fillJson([later], values, { isDryRun: true })).toEqual({ filled: ["<output of later>"] });
    expect(fillText(parseTags(later), values, { isDryRun: true })).toEqual({ filled: "<output of later>" });
  });
});

describe("headers", () => {
  it("have no more than 8192 characters each", () => {
    expect(fillHeaders({ A: X }, long(8_192))).toHaveProperty("filled");
    expect(fillHeaders({ A: X }, long(8_193))).toEqual({
      refused: "A: has 8193 characters; allowed: at most 8192",
    });
  });

  it("have tabs and all of ASCII that is shown, and nothing else", () => {
    const header = (pod: string): unknown => fillHeaders({ A: X }, valuesOf({ labels: { pod } }));
    expect(header("\t ~a")).toEqual({ filled: { A: "\t ~a" } });
    expect(header("")).toEqual({ filled: { A: "" } });
    for (const character of ["\u0008", "\n", "\u001f", "\u007f", "\u0080"]) {
      for (const value of [`${character}a`, `a${character}`]) {
        expect(header(value)).toEqual({
          refused:
            "A: labels.pod has a line end, a control character or a letter beyond ASCII in it, which no header can hold",
        });
      }
    }
  });
});

test("each of a mapping is filled in with its name, up to the first that cannot be", () => {
  const seen: string[] = [];
  const fill = (refused: string) =>
    fillEach({ a: X, b: X, c: X }, (template, name) => {
      seen.push(name);
      return name === refused ? { refused: "no" } : { filled: `${name} ${template.text}` };
    });
  expect(fill("")).toEqual({
    filled: { a: "a {{ labels.pod }}", b: "b {{ labels.pod }}", c: "c {{ labels.pod }}" },
  });
  expect(fill("b")).toEqual({ refused: "b: no" });
  expect(seen).toEqual(["a", "b", "c", "a", "b"]);
});
