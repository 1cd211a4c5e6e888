import { describe, expect, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { commandLine, commandText } from "../../src/runbook/markdown/commands.ts";
import { runbookMarkdown } from "../../src/runbook/markdown/markdown.ts";
import type { WorkStep } from "../../src/runbook/model.ts";

const read = (step: object): WorkStep => runbookOf("r", [{ name: "x", ...step }] as never).steps[0] as WorkStep;
const page = (...steps: (object | string)[]): string =>
  runbookMarkdown(runbookOf("r", steps)).replace("# r\n\n## Steps\n\n", "");

describe("what a step runs", () => {
  test.each<[object, string]>([
    [{ command: "kubectl get pods -l app=web" }, "kubectl get pods -l app=web"],
    [{ command: ["my program", "it's", "a b", "", "$x", "--", "a=b"] }, `'my program' 'it'\\''s' 'a b' '' '$x' -- a=b`],
    [{ command: "a {{ labels.x }} --b={{labels.y}}c" }, "a {{ labels.x }} --b={{ labels.y }}c"],
    [{ command: "a", workingDirectory: "/srv/my web" }, "cd '/srv/my web' && a"],
    [
      { command: "a b", workingDirectory: "/srv", environment: { A: "1", B: "x {{ labels.x }}", C: "" } },
      "cd /srv && A=1 B='x '{{ labels.x }} C='' a b",
    ],
    [{ command: "a | b {{ labels.x }}", shell: true }, "a | b {{ labels.x }}"],
    [
      { command: "a\nb", shell: true, workingDirectory: "/srv", environment: { A: "1", B: "2 3" } },
      "cd /srv && export A=1 B='2 3'\na\nb",
    ],
    [{ command: "a", shell: true, environment: { A: "1" } }, "export A=1\na"],
  ])("of %j is a command", (step, text) => {
    expect(commandText(read(step))).toEqual({ language: "sh", code: text });
    expect(commandLine(read(step) as Extract<WorkStep, { kind: "command" }>)).toBe(text);
  });

  test.each<[object, string]>([
    [{ url: "https://h/{{ labels.x }}" }, "GET https://h/{{ labels.x }}"],
    [
      { method: "delete", url: "https://h/", headers: { A: "b {{ secrets.c }}", D: "e" } },
      "DELETE https://h/\nA: b {{ secrets.c }}\nD: e",
    ],
    [
      { url: "https://h/", headers: { A: "b" }, json: { a: [1] } },
      'POST https://h/\nA: b\nContent-Type: application/json\n\n{\n  "a": [\n    1\n  ]\n}',
    ],
    [{ url: "https://h/", json: null }, "POST https://h/\nContent-Type: application/json\n\nnull"],
  ])("of %j is a request", (http, text) => {
    expect(commandText(read({ http }))).toEqual({ language: "http", code: text });
  });

  test.each<[object, string]>([
    [{ action: "drain" }, "drain()"],
    [{ action: "drain", input: { a: 1 } }, 'drain({\n  "a": 1\n})'],
    [{ action: "drain", input: null }, "drain(null)"],
    [{ action: "run" }, "run()"],
    [{ action: function drainQueue() {} }, "drainQueue()"],
    [{ run: () => 1 }, "x()"],
    [
      {
        action: (
          () => () =>
            1
        )(),
      },
      "x()",
    ],
  ])("of %j is a call", (step, text) => {
    expect(commandText(read(step))).toEqual({ language: "", code: text });
  });

  it("of people is nothing", () => {
    expect(commandText(read({ title: "Look" }))).toBeUndefined();
  });
});

describe("a page", () => {
  it("has of each step what is said of it", () => {
    const step = {
      ...{ name: "a", title: "Do it", command: "b", description: "One\ntwo", actions: ["c", "d\ne"] },
      ...{ timeLimit: 5, timeout: 90, retries: 2, runner: "ansible", destructive: true, continueOnFailure: true },
      ...{ approval: { message: "Now?" }, when: { value: "labels.a", equals: "b" }, potentialCauses: ["f"] },
      ...{ mitigation: { leak: ["g", "h"], disk: "i" }, escalation: [{ to: "ann", after: 10 }] },
      rollback: [
        { name: "back", title: "Undo", command: "j" },
        { action: "tell", approval: true },
        { name: "l", title: "Look", actions: ["m"] },
      ],
    };
    expect(page(step)).toBe(`### 1. Do it

\`a\`

Only if labels.a is "b"; at most 5 min; times out after 1 min 30 s; tried up to 3 times, again after 1 s; run by \`ansible\`; **destructive**: only tried dry unless somebody says otherwise; needs approval ("Now?"); the run goes on if it fails.

One\\
two

- c
- d\\
  e

\`\`\`sh
b
\`\`\`

**Potential causes:**

- f

**If it is \`leak\`:**

- g
- h

**If it is \`disk\`:**

- i

**To take it back:**

Undo

Times out after 1 min.

\`\`\`sh
j
\`\`\`

Times out after 1 min; needs approval.

\`\`\`
tell()
\`\`\`

Look

- m

**If it does not help:** after 10 min: ann
`);
  });

  test.each<[object, string]>([
    [{}, "Side by side:"],
    [{ maxParallel: 2 }, "Side by side:"],
    [{ maxParallel: 1 }, "Side by side, 1 at a time:"],
    [{ failFast: true }, "Side by side; when one fails, the others are ended:"],
    [
      { maxParallel: 1, failFast: true, continueOnFailure: true },
      "The run goes on if it fails.\n\nSide by side, 1 at a time; when one fails, the others are ended:",
    ],
  ])("has a group with its parts: %j", (rest, said) => {
    const parts = [
      { name: "a", command: "b" },
      { name: "c", title: "See", actions: "d" },
    ];
    expect(page("Look", { name: "g", parallel: parts, ...rest })).toBe(`### 1. Look

\`look\`

### 2. g

${said}

#### 2.1. a

Times out after 1 min.

\`\`\`sh
b
\`\`\`

#### 2.2. See

\`c\`

- d
`);
  });

  it("has all that is said of a runbook", () => {
    const runbook = runbookOf("r", {
      ...{ title: "T", description: "One\r\ntwo", severity: 1, estimatedTime: 30 },
      ...{ triggers: [{ alert: "A|b", threshold: "> 1" }, "C"], potentialCauses: ["a", "b"], steps: ["Look"] },
      ...{ mitigation: { c: "d" }, rollbackProcedures: ["e"], escalation: [{ to: "f", note: "g" }, "h"] },
      communication: { internal: ["i"], external: ["j"] },
    });
    expect(runbookMarkdown(runbook)).toBe(`# T

- Name: \`r\`
- Severity: SEV1
- Takes about: 30 min

One\\
two

## Triggers

| Alert | Threshold |
| --- | --- |
| A\\|b | \\> 1 |
| C |  |

## Potential causes

- a
- b

## Steps

### 1. Look

\`look\`

## Mitigation

**If it is \`c\`:**

- d

## Rollback

- e

## Escalation

- f (g)
- h

## Communication

**Internal:**

- i

**External:**

- j
`);
    const short = (fields: object): string => runbookMarkdown(runbookOf("r", { steps: ["Look"], ...fields }));
    const STEPS = "## Steps\n\n### 1. Look\n\n`look`\n";
    expect(short({})).toBe(`# r\n\n${STEPS}`);
    expect(short({ severity: 2 })).toBe(`# r\n\n- Severity: SEV2\n\n${STEPS}`);
    expect(short({ communication: { internal: "a" } })).toBe(
      `# r\n\n${STEPS}\n## Communication\n\n**Internal:**\n\n- a\n`,
    );
    expect(short({ communication: { external: "a" } })).toBe(
      `# r\n\n${STEPS}\n## Communication\n\n**External:**\n\n- a\n`,
    );
  });
});
