import { describe, expect, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import type { WorkStep } from "../../src/runbook/model.ts";
import { JobOptions } from "../../src/runbook/rundeck/options.ts";
import { isWrittenOut, longestSeconds, say, script, stepLines } from "../../src/runbook/rundeck/script.ts";
import { beginningOf, quoted, wordOf } from "../../src/runbook/rundeck/words.ts";
import { parseTags } from "../../src/core/template.ts";

const read = (step: object): WorkStep => runbookOf("r", [{ name: "x", ...step }] as never).steps[0] as WorkStep;
const variableOf = ({ path }: { readonly path: readonly string[] }) => ({
  name: path.join("_").toUpperCase(),
  isOptional: path[0] === "incident",
});
const linesOf = (step: object): readonly string[] => stepLines(read(step), variableOf);
const LAST = ["step", "code=$?", "case $code in 0) exit 0 ;; esac", '[ "$code" -ne 0 ] || code=1', 'exit "$code"'];
const stepFunction = (line: string): string[] => ["step() {", `  ${line}`, "}"];
const guard = (words: string, names: string): string =>
  `case ${words} in -*) printf '%s\\n' 'the value of ${names} begins with a dash' >&2; exit 1 ;; esac`;

describe("a word", () => {
  test.each([
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", "'it'\\''s'"],
    ["a@b@", `'a'"\${at}"'b'"\${at}"''`],
    ["a\0b\0", "'ab'"],
    ["$a `b`", "'$a `b`'"],
  ])("%j is %s", (text, word) => {
    expect(quoted(text)).toBe(word);
  });

  test.each([
    ["", "''", ""],
    ["a", "'a'", ""],
    ["a {{ labels.x }}", `'a '"\${LABELS_X?is missing}"`, ""],
    [
      "{{ labels.x }}b{{ labels.y }}",
      `"\${LABELS_X?is missing}"'b'"\${LABELS_Y?is missing}"`,
      `"\${LABELS_X?is missing}"`,
    ],
    [
      "{{ incident.id }}{{ labels.y }}",
      `"\${INCIDENT_ID-}""\${LABELS_Y?is missing}"`,
      `"\${INCIDENT_ID-}""\${LABELS_Y?is missing}"`,
    ],
  ])("%j has its values in variables", (text, word, beginning) => {
    expect(wordOf(parseTags(text), variableOf)).toBe(word);
    expect(beginningOf(parseTags(text), variableOf)).toBe(beginning);
  });

  it("is printed, on either stream", () => {
    expect(say(["a", "b'c"])).toBe("printf '%s\\n' 'a' 'b'\\''c'");
    expect(say(["a"], "stderr")).toBe("printf '%s\\n' 'a' >&2");
  });
});

test("a script says what an @ is where it has one", () => {
  expect(script(["a", "b"])).toBe("#!/bin/sh\na\nb\n");
  expect(script(["a", quoted("@")])).toBe(`#!/bin/sh\nat='@'\na\n''"\${at}"''\n`);
});

describe("a command", () => {
  test.each<[object, string[]]>([
    [{ command: "a b" }, [...stepFunction("timeout -k 5 60 'a' 'b'"), ...LAST]],
    [{ command: "a", timeout: "1ms" }, [...stepFunction("timeout -k 5 1 'a'"), ...LAST]],
    [{ command: "a", timeout: "1001ms" }, [...stepFunction("timeout -k 5 2 'a'"), ...LAST]],
    [
      {
        command: ["a", "{{ labels.x }}", "--b={{ labels.y }}", "{{ labels.x }}{{ labels.y }}c", "--", "{{ labels.z }}"],
      },
      [
        guard(`"\${LABELS_X?is missing}"`, "labels.x"),
        guard(`"\${LABELS_X?is missing}""\${LABELS_Y?is missing}"`, "labels.x, labels.y"),
        ...stepFunction(
          `timeout -k 5 60 'a' "\${LABELS_X?is missing}" '--b='"\${LABELS_Y?is missing}" "\${LABELS_X?is missing}""\${LABELS_Y?is missing}"'c' '--' "\${LABELS_Z?is missing}"`,
        ),
        ...LAST,
      ],
    ],
    [
      { command: "a {{ labels.x }} -- {{ labels.y }}", shell: true },
      [
        guard(`"\${LABELS_X?is missing}"`, "labels.x"),
        ...stepFunction(
          `timeout -k 5 60 sh -c 'a "\${1}" -- "\${2}"' sh "\${LABELS_X?is missing}" "\${LABELS_Y?is missing}"`,
        ),
        ...LAST,
      ],
    ],
    [{ command: "a | b", shell: true }, [...stepFunction("timeout -k 5 60 sh -c 'a | b' sh"), ...LAST]],
    [
      { command: "a", workingDirectory: "/my web", environment: { A: "1", B: "{{ labels.x }}" } },
      [
        "export A='1'",
        `export B="\${LABELS_X?is missing}"`,
        "cd -- '/my web' || exit 1",
        ...stepFunction("timeout -k 5 60 'a'"),
        ...LAST,
      ],
    ],
    [
      { command: "a", okExitCodes: [0, 3], retries: { attempts: 3, delay: "1500ms" } },
      [
        ...stepFunction("timeout -k 5 60 'a'"),
        ...[
          "for wait in 2 3; do",
          "  step",
          "  code=$?",
          "  case $code in 0|3) exit 0 ;; esac",
          '  sleep "$wait"',
          "done",
        ],
        ...["step", "code=$?", "case $code in 0|3) exit 0 ;; esac", '[ "$code" -ne 0 ] || code=1', 'exit "$code"'],
      ],
    ],
  ])("%j is a script", (step, lines) => {
    expect(linesOf(step)).toEqual(lines);
  });

  it("of one script has a value that begins with a dash where it may", () => {
    const step = read({ command: "a {{ labels.x }}", shell: true }) as Extract<WorkStep, { kind: "command" }>;
    const command = { shell: true, script: "a", values: [parseTags("{{ labels.x }}")], text: "a" } as const;
    const guards = (mayBeginWithDash?: readonly boolean[]): number =>
      stepLines({ ...step, command: { ...command, ...(mayBeginWithDash && { mayBeginWithDash }) } }, variableOf).filter(
        (line) => line.startsWith('case "'),
      ).length;
    expect([guards([true]), guards([false]), guards([]), guards()]).toEqual([0, 1, 1, 1]);
  });
});

describe("a request", () => {
  const asked = (http: object): string => linesOf({ http })[2] ?? "";
  const curl = (words: string): string =>
    `  answer=$(timeout -k 5 60 curl --disable --silent --show-error --globoff ${words}) || return`;
  const END = `--write-out '\n%{http_code}' --url 'https://h/'`;

  test.each<[object, string]>([
    [{}, `--request GET ${END}`],
    [{ method: "head" }, `--head ${END}`],
    [
      { method: "delete", headers: { "x-a": "it's", b: "@" } },
      `--request DELETE --header 'x-a: it'\\''s' --header 'b: '"\${at}"'' ${END}`,
    ],
    [
      { json: { a: "'" } },
      `--request POST --header 'content-type: application/json' --data-raw '{"a":"'\\''"}' ${END}`,
    ],
    [{ json: null }, `--request POST --header 'content-type: application/json' --data-raw 'null' ${END}`],
  ])("of %j is made with curl", (http, words) => {
    expect(asked({ url: "https://h/", ...http })).toBe(curl(words));
  });

  it("is done if its status is fine", () => {
    const lines = (okStatuses: number[]): readonly string[] => linesOf({ http: { url: "https://h/", okStatuses } });
    expect(lines([])).toEqual([
      "line='\n'",
      "step() {",
      curl(`--request GET ${END}`),
      `  printf '%s\\n' "\${answer%"$line"*}"`,
      `  case "\${answer##*"$line"}" in 2??) return 0 ;; esac`,
      `  printf 'answered with %s\\n' "\${answer##*"$line"}" >&2`,
      "  return 22",
      "}",
      ...LAST,
    ]);
    expect(lines([200, 404])[4]).toBe(`  case "\${answer##*"$line"}" in 200|404) return 0 ;; esac`);
  });

  test.each<[object, boolean]>([
    [{}, true],
    [{ json: { a: "{ {" } }, true],
    [{ url: "https://h/{{ labels.x }}" }, false],
    [{ headers: { a: "b", c: "{{ labels.x }}" } }, false],
    [{ json: [{ a: "{{ labels.x }}" }] }, false],
  ])("of %j has no values in it: %s", (http, expected) => {
    const step = read({ http: { url: "https://h/", ...http } });
    expect(isWrittenOut(step as Extract<WorkStep, { kind: "http" }>)).toBe(expected);
    if (!expected) {
      const why = "printf '%s\\n' 'x: a request with values in it is not possible here' >&2";
      expect(stepLines(step, variableOf)).toEqual([why, "exit 1"]);
    }
  });
});

test("what no script can do is said", () => {
  expect(linesOf({ action: "a" })).toEqual([
    "printf '%s\\n' 'x: an action in TypeScript is not possible here' >&2",
    "exit 1",
  ]);
  expect(linesOf({ title: "Look", actions: ["a", "b"] })).toEqual(["printf '%s\\n' 'Look' '- a' '- b'", "exit 0"]);
  expect(linesOf({})).toEqual(["printf '%s\\n' 'x'", "exit 0"]);
});

test.each<[object, number]>([
  [{ command: "a" }, 65],
  [{ command: "a", timeout: "1ms" }, 6],
  [{ command: "a", timeout: 10, retries: { attempts: 2, delay: 0 } }, 30],
  [{ command: "a", timeout: 10, retries: { attempts: 4, delay: "2s", factor: 2, maxDelay: "5s" } }, 71],
])("%j takes %d s at most", (step, seconds) => {
  expect(longestSeconds(read(step))).toBe(seconds);
});

describe("the options of a job", () => {
  const tag = (name: string) => ({ path: name.split("."), name, offset: 0 });

  it("are each asked for once, with a variable of its own", () => {
    const options = new JobOptions("HighMemory");
    expect(options.valueOf(tag("labels.my-pod"))).toEqual({ variable: "RD_OPTION_LABELS_MY_POD", isNew: true });
    expect(options.valueOf(tag("labels.my_pod"))).toEqual({ variable: "RD_OPTION_LABELS_MY_POD_2", isNew: true });
    expect(options.valueOf(tag("labels.MY.pod"))).toEqual({ variable: "RD_OPTION_LABELS_MY_POD_3", isNew: true });
    expect(options.valueOf(tag("labels.my-pod"))).toEqual({ variable: "RD_OPTION_LABELS_MY_POD", isNew: false });
    expect(options.valueOf(tag("alert.name"))).toEqual({ variable: "RD_OPTION_ALERT_NAME", isNew: true });
    expect(options.valueOf(tag("incident.id"))).toEqual({ variable: "RD_OPTION_INCIDENT_ID", isNew: true });
    expect(options.valueOf(tag("secrets.token"))).toEqual({ variable: "RD_OPTION_SECRETS_TOKEN", isNew: true });
    expect(options.question("a", "do_a", "Whether a")).toBe("RD_OPTION_DO_A");
    expect(options.question("a", "do_a", "Whether a")).toBe("RD_OPTION_DO_A");
    expect(options.question("b", "do_a", "Whether b", "no")).toBe("RD_OPTION_DO_A_2");
    options.optional("key", "A key");
    options.optional("key2", "Another");
    expect(options.all()).toEqual([
      { name: "labels_my_pod", description: "Value of labels.my-pod", required: true },
      { name: "labels_my_pod_2", description: "Value of labels.my_pod", required: true },
      { name: "labels_MY_pod_3", description: "Value of labels.MY.pod", required: true },
      { name: "alert_name", description: "Value of alert.name", required: true, value: "HighMemory" },
      { name: "incident_id", description: "Value of incident.id", required: false },
      {
        name: "secrets_token",
        description: "Value of secrets.token",
        required: true,
        secure: true,
        valueExposed: true,
      },
      { name: "do_a", description: "Whether a", required: true, values: ["yes", "no"], enforced: true },
      { name: "do_a_2", description: "Whether b", required: true, values: ["yes", "no"], enforced: true, value: "no" },
      { name: "key", description: "A key" },
      { name: "key2", description: "Another" },
    ]);
    const unknown = new JobOptions(undefined);
    unknown.valueOf(tag("alert.name"));
    expect(unknown.all()).toEqual([{ name: "alert_name", description: "Value of alert.name", required: true }]);
  });
});
