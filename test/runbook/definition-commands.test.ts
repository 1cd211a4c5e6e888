import { describe, expect, it, test } from "vitest";

import { BASE, long, plain, readStep, stepFaults } from "./definition-support.ts";

const EMPTY = "is empty; write a value, or leave it out";
const LINE = "; to write {{ itself, give the command as a list with { raw: text }";
const ITEM = "; to write {{ itself, write the argument as { raw: text }";
const SCRIPT = "; to write {{ itself in a script, part it: '{''{.Names}}'";
const NO_VALUE = (written: string): string => `"${written}" names no value; write one such as {{ labels.pod }}`;
const X = { text: "{{ labels.x }}", parts: [{ path: ["labels", "x"], name: "labels.x", offset: 0 }] };

describe("a step with a command", () => {
  it("has what is usual where nothing is said", () => {
    expect(readStep({ command: "kubectl get pods" })).toStrictEqual({
      ...BASE,
      kind: "command",
      command: { shell: false, program: "kubectl", args: [plain("get"), plain("pods")] },
      environment: {},
      okExitCodes: [0],
    });
  });

  it("has all that is said", () => {
    const step = {
      command: ["rm", "{{ labels.x }}", 7, "", { raw: "{{ .Names }}" }, "A=1"],
      runner: "ansible",
      workingDirectory: "/srv/web",
      environment: { A: "{{ labels.x }}", B_1: 7, _c: false, PATH: "/bin", D: "" },
      okExitCodes: 3,
    };
    expect(readStep(step)).toStrictEqual({
      ...BASE,
      kind: "command",
      command: {
        shell: false,
        program: "rm",
        args: [X, plain("7"), { text: "", parts: [] }, plain("{{ .Names }}"), plain("A=1")],
      },
      environment: {
        A: X,
        B_1: plain("7"),
        _c: plain("false"),
        PATH: plain("/bin"),
        D: { text: "", parts: [] },
      },
      okExitCodes: [3],
      runner: "ansible",
      workingDirectory: "/srv/web",
    });
  });

  it("may be a script", () => {
    expect(readStep({ command: "echo {{ labels.x }}", shell: true })).toMatchObject({
      command: { shell: true, script: 'echo "${1}"', values: [X.text].map((text) => ({ text })) },
    });
    expect(readStep({ command: "echo a", shell: false })).toMatchObject({ command: { shell: false, program: "echo" } });
  });

  test.each<[object, string]>([
    [{ command: 7 }, "command: 7 is no command; write text, or a list of arguments"],
    [{ command: null }, `command: ${EMPTY}`],
    [{ command: "" }, 'command: is blank; write some text, such as "kubectl get pods"'],
    [{ command: [] }, "command: has no program; write one, such as kubectl"],
    [{ command: ["", "a"] }, 'command[0]: "" is no program'],
    [{ command: "''" }, 'command: "" is no program'],
    [{ command: "-a b" }, 'command: "-a" is no program'],
    [{ command: ["-a"] }, 'command[0]: "-a" is no program'],
    [{ command: ["{{ labels.x }}"] }, "command[0]: the program is never filled in; write it out"],
    [{ command: "a{{ labels.x }} b" }, "command: the program is never filled in; write it out"],
    [
      { command: "A_1=1 b" },
      'command: "A_1=1" would set a variable, but no shell reads this; write it under environment',
    ],
    [{ command: "a '" }, "command: a single quote is not closed"],
    [{ command: "a >b" }, 'command: ">": no shell reads this; quote it, or write shell: true'],
    [
      { command: "a {b,c}" },
      'command: "{b,c}" may be taken for several words: no shell reads this; quote it, or write shell: true',
    ],
    [{ command: "a {{}}" }, `command: ${NO_VALUE("{{}}")}${LINE}`],
    [{ command: ["a", "{{ . }}"] }, `command[1]: ${NO_VALUE("{{.}}")}${ITEM}`],
    [{ command: "a {{}}", shell: true }, `command: ${NO_VALUE("{{}}")}${SCRIPT}`],
    [{ command: ["a"], shell: true }, "command: a list of 1 is no script; with shell: true, write text"],
    [{ command: 7, shell: true }, "command: 7 is no script; with shell: true, write text"],
    [{ command: ["a", { raw: "" }] }, 'command[1].raw: is blank; write some text, such as "{{ .Names }}"'],
    [{ command: ["a", { raw: 7 }] }, "command[1].raw: 7 is not text; write it in quotes"],
    [{ command: ["a", { raw: "b", c: 1 }] }, "command[1]: a mapping is not text; write it in quotes"],
    [{ command: ["sh", "-c", { raw: 7 }] }, "command[2].raw: 7 is not text; write it in quotes"],
    [{ command: ["a", true] }, "command[1]: true is not text; write it in quotes"],
    [{ command: ["a", " "] }, 'command[1]: is blank; write some text, such as "{{ labels.pod }}"'],
    [
      { command: ["a", "sh", "-c", "{{ labels.x }}"] },
      'command: "sh" reads this as code, and what is filled in with it; give it the value as an argument of its own, or write shell: true',
    ],
    [{ command: "a", shell: "yes" }, 'shell: "yes" is not true or false'],
    [{ command: "a", runner: "{{ labels.x }}" }, "runner: nothing is filled in here; write it out"],
    [{ command: "a", runner: long(101) }, "runner: has 101 characters; allowed: at most 100"],
    [{ command: "a", runner: "" }, "runner: is blank; write some text, such as local"],
    [{ command: "a", workingDirectory: "/{{x" }, "workingDirectory: nothing is filled in here; write it out"],
    [{ command: "a", working_directory: long(4_097) }, "working_directory: has 4097 characters; allowed: at most 4096"],
    [{ command: "a", working_directory: " " }, "working_directory: is blank; write some text, such as /srv/web"],
    [{ command: "a", environment: "A=1" }, 'environment: "A=1" is not a mapping of variables'],
    [{ command: "a", environment: ["A"] }, "environment: a list of 1 is not a mapping of variables"],
    [{ command: "a", environment: { A: [] } }, "environment.A: a list of 0 is not text; write it in quotes"],
    [{ command: "a", environment: { A: "{{" } }, 'environment.A: "{{" is no template: unclosed tag at 2'],
    [
      { command: "a", environment: { PATH: "/bin:{{ labels.x }}" } },
      "environment.PATH: PATH decides which code is run; write its value out",
    ],
    [{ command: "a", okExitCodes: 256 }, "okExitCodes: 256 is out of range; allowed: at most 255"],
    [{ command: "a", okExitCodes: -1 }, "okExitCodes: -1 is out of range; allowed: at least 0"],
    [{ command: "a", ok_exit_codes: Array(257).fill(0) }, "ok_exit_codes: has 257 items; allowed: at most 256"],
  ])("%j is refused", (step, fault) => {
    expect(stepFaults(step)).toStrictEqual([fault]);
  });

  test.each(["1A", "a-b", "", "a b", "é", long(101)])("has no variable %j", (name) => {
    const shown = name.length > 60 ? `${JSON.stringify(name).slice(0, 57)}...` : JSON.stringify(name);
    expect(stepFaults({ command: "a", environment: { [name]: "b" } })).toStrictEqual([
      expect.stringContaining(`: ${shown} is no name of a variable; use letters, digits and _`),
    ]);
  });

  it("has as much as is allowed, and no more", () => {
    const words = (count: number): object => ({ command: Array<string>(count).fill("a") });
    expect(stepFaults(words(1_000))).toStrictEqual([]);
    expect(stepFaults(words(1_001))).toStrictEqual(["command: has 1001 words; allowed: at most 1000"]);
    const variables = (count: number): object => ({
      command: "a",
      environment: Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${String(index)}`, 1])),
    });
    expect(stepFaults(variables(1_000))).toStrictEqual([]);
    expect(stepFaults(variables(1_001))).toStrictEqual(["environment: has 1001 variables; allowed: 1000"]);
    expect(stepFaults({ command: "a", environment: { [long(100)]: "b" } })).toStrictEqual([]);
    expect(stepFaults({ command: "a", runner: long(100), workingDirectory: long(4_096) })).toStrictEqual([]);
    expect(stepFaults({ command: "a", okExitCodes: [0, 255] })).toStrictEqual([]);
    expect(stepFaults({ command: ["a", long(20_000)] })).toStrictEqual([]);
    expect(stepFaults({ command: ["a", long(20_001)] })).toStrictEqual([
      "command[1]: has 20001 characters; allowed: at most 20000",
    ]);
    expect(stepFaults({ command: `a ${long(20_000)}`, shell: true })).toStrictEqual([
      "command: has 20002 characters; allowed: at most 20000",
    ]);
  });

  it("may have what looks like a variable where it is none", () => {
    expect(stepFaults({ command: ["A=1", "b"] })).toStrictEqual([]);
    expect(stepFaults({ command: "1A=1 b" })).toStrictEqual([]);
    expect(stepFaults({ command: "a B=1" })).toStrictEqual([]);
    expect(stepFaults({ command: "a", environment: { A: "{{ labels.x }}", PATH: "/bin" } })).toStrictEqual([]);
  });

  it("has each fault of its arguments told", () => {
    expect(stepFaults({ command: ["a", true, "b", { raw: 1 }] })).toStrictEqual([
      "command[1]: true is not text; write it in quotes",
      "command[3].raw: 1 is not text; write it in quotes",
    ]);
    expect(stepFaults({ command: [true, "{{ labels.x }}"] })).toStrictEqual([
      "command[0]: true is not text; write it in quotes",
    ]);
  });
});
