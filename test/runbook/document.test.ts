import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { parseRunbook, parseRunbooks, type RunbookReadOptions } from "../../src/runbook/definition/document.ts";
import type { RunbookStep } from "../../src/runbook/model.ts";
import { ROOT } from "../support/spawn.ts";

const PEOPLE = readFileSync(join(ROOT, "test/data/runbook/high-error-rate.yaml"), "utf8");

function faultsOf(text: string | object, options: RunbookReadOptions = { file: "r.yaml" }): string[] {
  try {
    parseRunbooks(text, options);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split("\n").map((line) => line.trim());
    throw error;
  }
  return [];
}

/** The faults of one step, written in flow style behind an earlier one. */
const stepFaults = (fields: string): string[] => faultsOf(`- { name: first, command: a }\n- { name: x, ${fields} }`);

function stepOf(fields: string): RunbookStep {
  const { steps } = parseRunbook(`- { name: first, command: a }\n- { name: x, ${fields} }`);
  return steps[1] as RunbookStep;
}

describe("a list of steps", () => {
  it("is a runbook, with what is not written as it is usual", () => {
    const runbook = parseRunbook(
      `
      - { name: check_pods, command: "kubectl get pods -l app=web", timeout: 30, continue_on_failure: true }
      - { name: restart_deployment, command: "kubectl rollout restart deployment/web", timeout: 60, continue_on_failure: false }
    `,
      { file: "runbooks/HighMemoryUsage.yaml" },
    );
    expect(runbook).toMatchObject({
      name: "HighMemoryUsage",
      title: "HighMemoryUsage",
      lock: { parts: ["HighMemoryUsage"] },
    });
    expect(runbook.steps).toMatchObject([
      {
        name: "check_pods",
        kind: "command",
        timeoutMs: 30_000,
        continueOnFailure: true,
        command: { program: "kubectl" },
      },
      {
        ...{
          name: "restart_deployment",
          timeoutMs: 60_000,
          continueOnFailure: false,
          isDestructive: false,
          onInterrupt: "repeat",
        },
        ...{ retry: { attempts: 1 }, rollbackIf: "done", okExitCodes: [0] },
      },
    ]);
    expect(Object.isFrozen(runbook.steps[0])).toBe(true);
    expect(() => Object.assign(runbook.steps, { length: 0 })).toThrow(TypeError);
  });

  it("takes its name from who reads it", () => {
    expect(parseRunbook("[{ name: a, command: b }]", { name: "Slow" }).name).toBe("Slow");
    expect(parseRunbook("[{ name: a, command: b }]").name).toBe("runbook");
    expect(parseRunbook("title: 見る\nsteps: [a]")).toMatchObject({ name: "runbook", title: "見る" });
  });

  it("may have all that a machine needs", () => {
    expect(
      stepOf(`command: [rm, "{{ labels.pod }}", 7, { raw: "{{.Names}}" }], timeout: 500ms, retries: 2, destructive: true,
        rollback: [{ command: undo }, { name: tell.all, action: tell, input: { to: ["{{ steps.x.output }}"] } }], rollback_if: started,
        ok_exit_codes: [0, 3], runner: ansible, working_directory: /srv, environment: { A: "{{ labels.a }}", B: 1 }, max_output: 100, approval: true`),
    ).toMatchObject({
      command: {
        shell: false,
        program: "rm",
        args: [{ text: "{{ labels.pod }}" }, { text: "7" }, { text: "{{.Names}}", parts: ["{{.Names}}"] }],
      },
      ...{
        timeoutMs: 500,
        retry: { attempts: 3, delayMs: 1_000, factor: 2 },
        isDestructive: true,
        onInterrupt: "ask",
        rollbackIf: "started",
      },
      rollback: [{ name: "x.rollback" }, { name: "tell.all", kind: "action", action: "tell" }],
      ...{
        okExitCodes: [0, 3],
        runner: "ansible",
        workingDirectory: "/srv",
        maxOutput: 100,
        approval: { timeoutMs: 900_000 },
      },
      environment: { A: { text: "{{ labels.a }}" }, B: { text: "1" } },
    });
  });

  it("may have groups, requests and people's work", () => {
    expect(
      stepOf(
        `parallel: [{ name: a, command: b }, { name: c, http: { url: "https://h/x", json: { a: 1 } } }], max_parallel: 1, fail_fast: true`,
      ),
    ).toMatchObject({
      kind: "parallel",
      steps: [
        { name: "a" },
        { name: "c", kind: "http", method: "POST", url: { text: "https://h/x" }, json: { a: 1 }, okStatuses: [] },
      ],
      ...{ maxParallel: 1, failFast: true, timeoutMs: 86_400_000 },
    });
    expect(parseRunbook("[Look at it, { title: Look at it, actions: Do }]").steps).toMatchObject([
      { name: "look_at_it", title: "Look at it", kind: "manual", actions: [] },
      { name: "look_at_it_2", kind: "manual", actions: ["Do"] },
    ]);
    expect(parseRunbook("[{ title: 見る }, { name: step_1, command: a }]").steps.map(({ name }) => name)).toEqual([
      "step_1_2",
      "step_1",
    ]);
  });
});

describe("the document for people", () => {
  it("is the same model", () => {
    const runbook = parseRunbook(PEOPLE);
    expect(runbook).toMatchObject({
      ...{ name: "high_error_rate", title: "High error rate", severity: "SEV2", estimatedMs: 1_800_000 },
      triggers: [{ alert: "HighErrorRate", threshold: "> 5 % for 5 m | any pod" }, { alert: "CheckoutDown" }],
      escalation: [{ to: "payments on call" }, { to: "the CTO", afterMs: 3_600_000 }],
      potentialCauses: ["A release"],
      mitigation: { memory_leak: ["Restart the pods", "Ask who changed the cache"], database: ["Fail over"] },
      rollbackProcedures: ["release: kubectl rollout undo deployment/checkout"],
      communication: {
        internal: ["#payments: we look at errors of checkout"],
        external: ["Some payments fail. We are on it."],
      },
    });
    expect(runbook.steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "look_at_the_dashboard manual",
      "find_the_pods command",
      "look_from_several_sides parallel",
      "roll_the_release_back command",
    ]);
    expect(runbook.steps[0]).toMatchObject({
      timeLimitMs: 300_000,
      escalation: "after 5 min: payments on call (by phone)",
      potentialCauses: ["A release", "The database"],
    });
  });

  test.each([
    ["severity: SEV1", { severity: "SEV1" }],
    ["severity: sev-3", { severity: "SEV3" }],
    ["severity: P1", { severity: "SEV1" }],
    ["severity: 4", { severity: "SEV4" }],
    ["severity: High", { severity: "SEV2" }],
    ["estimated_time: 30", { estimatedMs: 1_800_000 }],
    ["estimated_time: 30m", { estimatedMs: 1_800_000 }],
    ['estimated_time: "45"', { estimatedMs: 2_700_000 }],
    ["estimated_time: 1h30m", { estimatedMs: 5_400_000 }],
    ["estimated_time: 1 hour and 30 minutes", { estimatedMs: 5_400_000 }],
    ["estimated_time: 1.5 hours", { estimatedMs: 5_400_000 }],
    ["estimated_time: about 10 to 15 min", { estimatedMs: 900_000 }],
    ["triggers: SlowAlert", { name: "SlowAlert", triggers: [{ alert: "SlowAlert" }] }],
    [
      "triggers: [{ alert: A, threshold: 5 }, B]",
      { name: "t", triggers: [{ alert: "A", threshold: "5" }, { alert: "B" }] },
    ],
    ["mitigation: [{ cause: full disk, actions: sweep }]", { mitigation: { "full disk": ["sweep"] } }],
    ["name: n", { name: "n" }],
    ['lock: "web-{{ labels.cluster }}"', { lock: { parts: ["web-", { name: "labels.cluster" }] } }],
    ["rollback_on_cancel: true", { rollbackOnCancel: true }],
  ])("may say %j", (field, expected) => {
    expect(parseRunbook(`title: T\nsteps: [Look]\n${field}`)).toMatchObject(expected);
  });
});

describe("several runbooks", () => {
  const text = "runbooks:\n  A:\n    - { name: a, command: b }\n  B:\n    title: Bee\n    steps: [Look]\n";

  it("stand under their names", () => {
    expect(parseRunbooks(text).map(({ name, title }) => `${name} ${title}`)).toEqual(["A A", "B Bee"]);
    expect(parseRunbooks({ runbooks: [{ name: "A", steps: ["Look"] }] }).map(({ name }) => name)).toEqual(["A"]);
    expect(parseRunbook(text, { name: "B" }).title).toBe("Bee");
  });

  it("are not one", () => {
    expect(() => parseRunbook(text)).toThrow(/runbooks: has 2 runbooks \(A, B\); read them with parseRunbooks/);
  });

  it("are found by name, or said not to be there", () => {
    const one = "runbooks:\n  DiskFull:\n    - { name: a, command: b }\n";
    expect(() => parseRunbook(one, { name: "DiskFul" })).toThrow(
      /runbooks: there is no runbook "DiskFul"; did you mean "DiskFull"\? allowed: DiskFull$/,
    );
  });

  it("need names", () => {
    expect(faultsOf({ runbooks: [["a"], ["b"], ["c"]] })).toEqual([
      "2 faults",
      "r.yaml runbooks[1]: has no name, and is not the only one; write name: in it",
      "r.yaml runbooks[2]: has no name, and is not the only one; write name: in it",
    ]);
  });

  it("have their faults told all at once", () => {
    expect(
      faultsOf(`${text.replace("command: b", "comand: b")}  C: 7\n  D: { name: A, steps: [Look], x: 1 }\n`),
    ).toEqual([
      "4 faults",
      expect.stringMatching(/^r.yaml:3:18 runbooks.A\[0\].comand: unknown key "comand"; did you mean "command"\?/),
      expect.stringMatching(/^r.yaml:7:6 runbooks.C: 7 is not a mapping/),
      expect.stringMatching(/^r.yaml:8:6 runbooks.D: "A" is the name of another runbook already/),
      expect.stringMatching(/^r.yaml:8:32 runbooks.D.x: unknown key "x"; allowed: name, title/),
    ]);
  });
});

describe("a fault", () => {
  test.each([
    ["command: 'echo $HOME'", /^r.yaml:2:23 \[1\].command: "\$": no shell reads this; quote it, or write shell: true$/],
    ["command: a b=$(c)", /"\$": no shell/],
    ["command: A=1 b", /"A=1" would set a variable, .* environment/],
    ["command: '{{ labels.x }} a'", /the program is never filled in/],
    ["command: ['{{ labels.x }}', a]", /\[1\].command\[0\]: the program is never filled in/],
    ["command: []", /has no program/],
    ["command: 7", /7 is no command/],
    ["command: 'sh -c {{ labels.x }}'", /"sh" reads this as code/],
    ["command: [kubectl, exec, web, --, bash, -lc, 'ls {{ labels.x }}']", /"bash" reads this as code/],
    ["command: 'ssh web systemctl restart {{ labels.unit }}'", /ssh gives its words to a shell/],
    ["command: [ansible-playbook, -e, 'x={{ labels.x }}']", /"ansible-playbook" reads this as code/],
    ["command: 'a {{ labels }}'", /"labels" is no value; write one word after labels/],
    ["command: 'a {{ labels.a.b }}'", /"labels.a.b" is no value/],
    ["command: 'a {{ lables.a }}'", /there is no value "lables.a"; did you mean "labels"\?/],
    ["command: 'a {{ incident.commander }}'", /allowed: incident.id, incident.title, incident.severity/],
    ["command: \"a '{{ range .Items }}'\"", /to write \{\{ itself, give the command as a list with \{ raw: text \}/],
    [
      "command: 'docker ps --format {{.Names}}'",
      /names no value.*; to write \{\{ itself, .* a list with \{ raw: text \}/,
    ],
    ["command: 'docker ps --format {{#if}}'", /; to write \{\{ itself, .* a list with \{ raw: text \}/],
    [
      "command: [a, '{{ json . }}']",
      /\[1\].command\[1\]: "\{\{json .\}\}" names no value.* write the argument as \{ raw: text \}$/,
    ],
    ["command: [a, '{{ json }}']", /there is no value "json"; .* write the argument as \{ raw: text \}$/],
    ["shell: true, command: 'a {{.Names}}'", /; to write \{\{ itself in a script, part it: '\{''\{\.Names\}\}'$/],
    ["shell: true, command: 'a {{ json }}'", /; to write \{\{ itself in a script, part it: /],
    ["action: a, input: { b: '{{ json }}' }", /there is no value "json"; allowed: labels, [a-z, ]*steps$/],
    [
      "action: a, approval: { message: '{{ lables.a }}?' }",
      /approval.message: there is no value "lables.a"; did you mean "labels"/,
    ],
    ["action: a, approval: { message: '{{#a}}?' }", /approval.message: .* is no template/],
    ["command: 'a {{#labels.a}}x{{/labels.a}}'", /is not possible here/],
    ["command: 'a {{ steps.x.output }}'", /the step "x" is not done before this one/],
    ["command: 'a {{ steps.firts.output }}'", /there is no step "firts"; did you mean "first"\?/],
    ["command: 'a {{ steps.first.out }}'", /nothing that a step has; write steps.NAME. and one of status/],
    ["command: a, environment: { PATH: '{{ labels.x }}' }", /PATH decides which code is run/],
    ["command: a, environment: { 'a-b': c }", /is no name of a variable/],
    ["command: a, working_directory: 'x/{{ labels.x }}'", /nothing is filled in here/],
    ["command: a, timeout: 0", /0 is out of range .*; allowed: 1ms to 1d/],
    ["command: a, timeout: 25h", /"25h" is out of range/],
    ["command: a, timeout: soon", /"soon" is no length of time/],
    ["command: a, timeout:", /\[1\].timeout: is empty/],
    ["command: a, retries: 100", /100/],
    ["command: a, retries: { attempts: 101 }", /101/],
    ["command: a, retries: { delay: 1 }", /\[1\].retries.attempts: is missing/],
    [
      "command: a, retries: 3 times",
      /retries: "3 times" is neither a number nor \{ attempts, delay \}; write 3, or \{ attempts: 3, delay: 10s \}$/,
    ],
    ["command: a, retry: 3", /unknown key "retry"; did you mean "retries"\?/],
    ["command: a, foo: 3", /unknown key "foo"; allowed: name, title, .* action, input, http, /],
    ["runn: a", /unknown key "runn"; did you mean "runner"\? allowed: name/],
    ["command: a, when: { step: late, status: failed }", /there is no step "late"; before this one: first$/],
    [
      "command: a, when: { step: x2, status: failed }",
      /there is no step "x2"; did you mean "x"\? It is not done before this one$/,
    ],
    ["command: a, when: { step: first }", /says nothing to hold/],
    ["command: a, when: { step: first, statu: failed }", /^[^\n]*when.statu: unknown key [^\n]*$/],
    ["command: a, when: { step: first, output: { contain: b } }", /^[^\n]*output.contain: unknown key [^\n]*$/],
    ["command: a, when: { value: labels.a, contain: b }", /^[^\n]*when.contain: unknown key [^\n]*$/],
    ["http: { ulr: 'https://h/' }", /^[^\n]*http.ulr: unknown key [^\n]*$/],
    ["http: { links: 'https://h/' }", /url: is missing/],
    ["command: a, when: { step: first, status: faild }", /did you mean "failed"/],
    ["command: a, when: first", /"first" is no condition; write step:/],
    ["command: a, when: { all: [] }", /is no list of conditions/],
    ["command: a, when: { value: labels.x }", /says nothing to hold; write equals/],
    ["command: a, when: { value: lables.x, equals: b }", /did you mean "labels"/],
    ["command: a, when: { value: labels.x, matches: '(a+)+' }", /repeats a group/],
    ["command: a, when: { value: labels.x, matches: '(' }", /is not a regular expression/],
    ["command: a, when: { value: labels.x, above: 2, below: 1 }", /nothing is above 2 and below 1/],
    ["command: a, action: b", /has command and action; a step does one thing/],
    ["http: { url: 'https://{{ labels.host }}/x' }", /would be a part of the host/],
    ["http: { url: 'https://h{{ labels.host }}' }", /would be a part of the host/],
    ["http: { url: 'https://h:{{ labels.port }}/' }", /would be a part of the host/],
    ["http: { url: '{{ labels.url }}' }", /does not begin with http:\/\/ or https:\/\//],
    ["http: { url: 'ftp://h/' }", /does not begin with/],
    ["http: { url: 'https://u:p@h/' }", /a name or a password before the host/],
    ["http: { url: 'https://h:99999/' }", /is no address/],
    ["http: { url: 'https://h/a b' }", /a space or a backslash/],
    ["http: { url: 'https://h/', method: GET, json: 1 }", /GET has no body/],
    ["http: { url: 'https://h/', headers: { 'a b': c } }", /is no name of a header/],
    ["http: { url: 'https://h/', headers: { Host: c } }", /Host is set by the request itself/],
    ["runner: a", /is for a step with command; this one has none, and is for people/],
    ["action: a, shell: true", /is for a step with command; this one has action/],
    ["parallel: []", /has 0 steps; allowed: 1 to 100/],
    ["parallel: [{ name: a, parallel: [{ name: b, command: c }] }]", /a group is a step of its own/],
    [
      "parallel: [{ name: a, command: c }, { name: b, command: 'd {{ steps.a.output }}' }]",
      /the step "a" is not done before this one/,
    ],
    ["parallel: [{ name: a, command: c }], retries: 1", /is not for a group/],
    ["command: a, rollback: { command: b, rollback: { command: c } }", /is not for what takes a step back/],
    ["command: a, rollback: undo", /"undo" is not a mapping; write \{ command: "undo" \}/],
    ["command: a, rollback: [./undo now]", /\[1\].rollback\[0\]: "\.\/undo now" is not a mapping; write \{ command: /],
    [
      "timeout: 3",
      /timeout: is not for a step that people do; this is one, for it has no command, action, http or parallel$/,
    ],
    ["comand: a, timeout: 3", /^r.yaml:2:14 \[1\].comand: unknown key "comand"; [^\n]*$/],
    ["comand: a, shell: true, destructive: true", /^r.yaml:2:14 \[1\].comand: unknown key "comand"; [^\n]*$/],
    ["command: a, step: 3", /3 is not its place among the steps; leave it out, or write 2/],
    ["command: a, max_output: 0", /max_output/],
    ["command: a, approval: maybe", /"maybe" is neither true nor/],
    ["command: a, continue_on_failure: 'yes'", /"yes" is not true or false/],
    ["command: a, continueOnFailure: true, continue_on_failure: true", /is there already, as "continueOnFailure"/],
    ["shell: true, command: 'echo \"{{ labels.x }}\"'", /inside double quotes/],
    ["shell: true, command: [a]", /is no script; with shell: true, write text/],
  ])("of %j is told at its place", (fields, message) => {
    expect(stepFaults(fields).join("\n")).toMatch(message);
  });

  test.each([
    ["[]", /is empty; write at least one step/],
    ["title: T", /r.yaml:1:1 steps: is missing; write at least one step/],
    ["title: T\nstps: [Look]", /^r.yaml:2:1 stps: unknown key "stps"; did you mean "steps"[^\n]*$/],
    ["{ name: a, command: b }", /is a single step; write a list of steps/],
    ["7", /7 is not a mapping/],
    [
      "[{ name: a, command: b }, { name: a, command: b }]",
      /^r.yaml:1:35 \[1\].name: "a" is the name of another step already/,
    ],
    ["[{ name: a b, command: b }]", /"a b" is not a name; use letters, digits, _ and -.*, such as a_b$/],
    ["- { name: a, command: {{ labels.app }} }", /^r.yaml:1:23 \[0\].command: YAML reads \{\{ as [^\n]*$/],
    ["- { name: a, command: b {{ labels.app }} }", /^r.yaml:1:23: YAML reads \{\{ as [^\n]*$/],
    ["[{ name: a.b, command: b }]", /is not a name/],
    ["title: T\nsteps: [Look]\nseverity: SEV9", /"SEV9" is no severity/],
    ['title: T\nsteps: [Look]\nlock: "{{ steps.look.output }}"', /"steps.look.output" is not for a lock/],
    ["title: T\nsteps: [Look]\ncommunication: { public: x }", /unknown key "public"/],
    ["title: T\nsteps: [Look]\nescalation: { after: 5 }", /escalation.to: is missing/],
    ["runbooks: {}", /has 0 runbooks/],
    ["- { name: a, command: b }\n- { name: c", /r.yaml/],
  ])("of %j is told", (text, message) => {
    expect(faultsOf(text).join("\n")).toMatch(message);
  });

  it("is told beside all others, in the order of the text", () => {
    const faults = faultsOf("- { name: a, command: b, timout: 1 }\n- { name: a, command: $x }\n- { nme: c }\n");
    expect(faults.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "4 faults",
      "r.yaml:1:26 [0].timout:",
      "r.yaml:2:11 [1].name:",
      "r.yaml:2:23 [1].command:",
      "r.yaml:3:5 [2].nme:",
    ]);
  });

  it("in one step does not hide its name from others", () => {
    expect(
      faultsOf("- { name: a, command: $x }\n- { name: b, command: c, when: { step: a, status: failed } }"),
    ).toHaveLength(1);
  });

  it("in a name does not make others of the step's uses", () => {
    const step = (name: string): string =>
      `- { name: ${name}, command: b }\n- { name: c, command: d, when: { step: check_pods, status: failed } }`;
    expect(faultsOf(step("check pods"))).toEqual([
      expect.stringMatching(/"check pods" is not a name; .* such as check_pods$/),
    ]);
    expect(faultsOf(step("check pod")).join("\n")).toMatch(/there is no step "check_pods"; did you mean "check_pod"\?/);
    expect(faultsOf(step("'???'")).join("\n")).toMatch(/there is no step "check_pods"; there is none before this one$/);
    expect(faultsOf(step("x").replace("{ name: x, command: b }", "7")).join("\n")).toMatch(
      /there is no step "check_pods"; there is none before this one$/,
    );
    expect(faultsOf("- { name: a, comand: b }\n- { name: c, command: d, when: { step: a, exit_code: 1 } }")).toEqual([
      expect.stringMatching(/comand: unknown key/),
    ]);
  });

  it("of size is found before anything is worked on", () => {
    const many = Array.from({ length: 2_001 }, (_, index) => ({ name: `s${String(index)}`, command: "a" }));
    expect(faultsOf(many)).toEqual([
      expect.stringMatching(/has 2001 steps, parts and rollbacks counted; allowed: at most 2000/),
    ]);
    expect(parseRunbook(many.slice(1)).steps).toHaveLength(2_000);
    const group = [{ name: "g", parallel: many.slice(0, 101) }];
    expect(faultsOf(group).join()).toMatch(/has 101 steps; allowed: 1 to 100/);
    expect(faultsOf([{ name: "a".repeat(101), command: "b" }]).join()).toMatch(/at most 100 of them/);
    expect(faultsOf([{ name: "a", command: `b ${"c".repeat(20_000)}` }]).join()).toMatch(/has 20002 characters/);
  });
});
