import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseYaml } from "../../src/core/yaml/yaml.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { rundeckJob } from "../../src/runbook/rundeck/job.ts";
import { execute, exported } from "./rundeck-support.ts";

/** After the documentation of "JOB-YAML", the keys that there are. */
const JOB_KEYS = [
  ...[
    "name",
    "description",
    "loglevel",
    "sequence",
    "uuid",
    "id",
    "group",
    "project",
    "multipleExecutions",
    "timeout",
    "retry",
  ],
  ...["loglimit", "loglimitAction", "loglimitStatus", "options", "schedule", "nodefilters", "notification", "plugins"],
];
const OPTION_KEYS = [
  ...[
    "name",
    "description",
    "value",
    "values",
    "required",
    "enforced",
    "regex",
    "valuesUrl",
    "multivalued",
    "delimiter",
  ],
  ...["multivalueAllSelected", "secure", "valueExposed", "storagePath", "isDate", "dateFormat", "sortIndex"],
];
const COMMAND_KEYS = [
  "description",
  "exec",
  "script",
  "args",
  "scriptInterpreter",
  "interpreterArgsQuoted",
  "errorhandler",
];

const FULL = `
name: web/High memory
title: Memory is high
description: What to do about it.
severity: high
estimated_time: 30 minutes
triggers: [{ alert: HighMemoryUsage, threshold: "> 90 %" }]
escalation: [{ to: "#sre", after: 10 minutes }]
potential_causes: [A leak]
mitigation: { A leak: [Restart] }
rollback_procedures: [Scale back]
communication: { internal: [Tell the team], external: [Tell users] }
steps:
  - name: check
    command: show {{ labels.pod }} {{ alert.name }}
    timeout: 30
    continue_on_failure: true
  - name: scale
    title: Scale up
    command: show up --token={{ secrets.token }}
    environment: { REASON: "{{ incident.title }}" }
    retries: { attempts: 3, delay: 2s, factor: 2 }
    rollback: [{ name: scale_back, command: show back }]
  - name: side
    parallel:
      - { name: left, command: show left }
      - { name: right, command: show right }
  - name: restart
    command: show restart
    destructive: true
    approval: { message: "Restart now?" }
    when: { step: check, status: failed }
  - title: Look
    actions: [At the dashboard]
`;

const HOSTILE = [
  "$(show PWNED)",
  "`show PWNED`",
  "; show PWNED",
  "&& show PWNED",
  "| show PWNED",
  "\nshow PWNED\n",
  "'; show PWNED; '",
  '"; show PWNED; "',
  "\\",
  "'",
  '"',
  "a'b\"c\\d",
  "${HOME}",
  "$HOME",
  "@option.labels_pod@",
  "@@",
  "user@host@",
  "${option.labels_pod}",
  "*",
  "~",
  "~root",
  "?",
  "[a-z]*",
  "{a,b}",
  "!x",
  "# no",
  "a b  c",
  "\ta\r\n",
  "é中😀",
  "{{ labels.pod }}",
  "<b>&amp;</b>",
  "%s%n",
  "=x",
  " -x",
];

describe("a runbook as a Rundeck job", () => {
  const { job, text, warnings } = exported(FULL, {
    group: "web/repair",
    nodeFilter: "tags: web",
    uuid: "u-1",
    project: "web",
  });

  it("has only keys that Rundeck knows, and the same in JSON", () => {
    expect(Object.keys(job).filter((key) => !JOB_KEYS.includes(key))).toEqual([]);
    expect(job.options.flatMap((option) => Object.keys(option)).filter((key) => !OPTION_KEYS.includes(key))).toEqual(
      [],
    );
    for (const command of job.sequence.commands) {
      expect(Object.keys(command).filter((key) => !COMMAND_KEYS.includes(key))).toEqual([]);
      const handler = Object.keys(command.errorhandler ?? {});
      expect(handler.filter((key) => ![...COMMAND_KEYS.slice(0, -1), "keepgoingOnSuccess"].includes(key))).toEqual([]);
    }
    const json = rundeckJob(parseRunbook(FULL), {
      group: "web/repair",
      nodeFilter: "tags: web",
      uuid: "u-1",
      project: "web",
      format: "json",
    });
    expect(JSON.parse(json.text)).toEqual(parseYaml(text).value);
    expect(json.warnings).toEqual(warnings);
  });

  it("says what it is", () => {
    expect(job).toMatchObject({
      name: "web-High memory",
      group: "web/repair",
      project: "web",
      uuid: "u-1",
      loglevel: "INFO",
      multipleExecutions: false,
      nodefilters: { filter: "tags: web" },
      sequence: { keepgoing: false, strategy: "node-first" },
    });
    expect(job.description.split("\n")[0]).toBe("Memory is high");
    for (const words of [
      "What to do",
      "SEV2",
      "30 min",
      "HighMemoryUsage: > 90 %",
      "after 10 min: #sre",
      "A leak",
      "Restart",
      "Scale back",
      "Tell the team",
      "Tell users",
    ]) {
      expect(job.description).toContain(words);
    }
  });

  it("asks for what is filled in, each once", () => {
    expect(job.options).toEqual([
      { name: "nines_key", description: "Told by nines, to find an execution again" },
      { name: "labels_pod", description: "Value of labels.pod", required: true },
      { name: "alert_name", description: "Value of alert.name", required: true, value: "HighMemoryUsage" },
      {
        name: "secrets_token",
        description: "Value of secrets.token",
        required: true,
        secure: true,
        valueExposed: true,
      },
      { name: "incident_title", description: "Value of incident.title", required: false },
      {
        name: "do_restart",
        description: "Whether restart is to be done",
        required: true,
        values: ["yes", "no"],
        enforced: true,
      },
      {
        name: "destructive",
        description: "Whether steps that are destructive are done; without it they are only named",
        required: true,
        values: ["yes", "no"],
        enforced: true,
        value: "no",
      },
      { name: "approve_restart", description: "Restart now?", required: true, values: ["yes", "no"], enforced: true },
    ]);
  });

  it("names what Rundeck does otherwise, with its place", () => {
    expect(warnings.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
      'steps.2: "side": steps side by side run one after the other in Rundeck, up to the first that fails',
      "steps.1: secrets.token is asked for when the job is started; give its option a place in the key storage",
      "steps.3.when: Rundeck cannot look at what came before; it asks when the job is started",
      "steps.3.approval: Rundeck asks for it when the job is started, and not when its turn has come",
      expect.stringContaining("Rundeck prints what is to be done, and goes on at once"),
    ]);
  });

  it("has one @ at most, so that Rundeck splices nothing in", () => {
    const words = HOSTILE.map((value) => ({ raw: value }));
    const { job: hostile } = exported({ steps: [{ name: "a", command: ["show", ...words] }] });
    for (const { script } of hostile.sequence.commands) expect(script.match(/@/g)).toHaveLength(1);
    for (const { script } of job.sequence.commands) expect(script).not.toContain("@");
  });

  it("never names an option in the way that is spliced in", () => {
    expect(text).not.toMatch(/\$\{option\.|@option\.|unquotedoption/);
  });

  it("keeps apart options whose variables would be the same", () => {
    const made = exported({
      steps: [
        {
          name: "one",
          command: "show {{ labels.a-b }} {{ labels.a_b }} {{ labels.A_B }}",
          when: { value: "labels.x", equals: "y" },
        },
        { name: "ONE", command: "show", when: { value: "labels.x", equals: "y" } },
      ],
    });
    const names = made.job.options.map(({ name }) => name);
    expect(names).toEqual(["nines_key", "do_one", "labels_a_b", "labels_a_b_2", "labels_A_B_3", "do_ONE_2"]);
    const options = { do_one: "yes", do_ONE_2: "no", labels_a_b: "1", labels_a_b_2: "2", labels_A_B_3: "3" };
    expect(execute(made.job, options).calls).toEqual([["show", "1", "2", "3"]]);
  });

  it.each<[string, object, string]>([
    ["misspelt", { gruop: "x" }, 'did you mean "group"'],
    ["empty", { group: " " }, "group"],
    ["another format", { format: "xml" }, "allowed: yaml, json"],
    ["a key option that is none", { keyOption: "a b" }, "is no name of an option"],
  ])("refuses options: %s", (_what, options, message) => {
    expect(() => rundeckJob(parseRunbook(FULL), options as never)).toThrow(message);
  });
});

describe("the scripts of a job, run by sh", () => {
  const one = exported({
    steps: [
      { name: "vector", command: ["show", "--name={{ labels.pod }}", "x{{ labels.pod }}y", "--", "{{ labels.pod }}"] },
      { name: "script", command: 'for word in a b; do show "$word" --pod={{ labels.pod }}; done', shell: true },
    ],
  });
  const names = HOSTILE.map((_, at) => `v${String(at)}`);
  const many = exported({
    steps: [
      { name: "vector", command: ["show", ...names.map((name) => `{{ labels.${name} }}`)] },
      { name: "script", command: `show ${names.map((name) => `{{ labels.${name} }}`).join(" ")}`, shell: true },
      {
        name: "variables",
        command: `show ${names.map((name) => `"$${name}"`).join(" ")}`,
        shell: true,
        environment: Object.fromEntries(names.map((name) => [name, `{{ labels.${name} }}`])),
      },
    ],
  });

  function expectData(values: readonly string[]): void {
    const options = Object.fromEntries(values.map((value, at) => [`labels_v${String(at)}`, value]));
    const { ok, calls, stderr } = execute(many.job, options);
    const call = ["show", ...values];
    expect({ ok, calls, stderr }).toEqual({ ok: true, calls: [call, call, call], stderr: "" });
  }

  it("hand over every hostile value as data", () => {
    expectData(HOSTILE);
  });

  it("hand over a value among other words as data", () => {
    const value = "$(show PWNED)'\"`show PWNED`\n@x@";
    expect(execute(one.job, { labels_pod: value }).calls).toEqual([
      ["show", `--name=${value}`, `x${value}y`, "--", value],
      ["show", "a", `--pod=${value}`],
      ["show", "b", `--pod=${value}`],
    ]);
  });

  it("hand over any text as data", { timeout: 60_000 }, () => {
    const piece = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary-ascii" }),
    );
    const value = fc
      .array(piece, { maxLength: 4 })
      .map((pieces) => pieces.join("").replaceAll("\0", "").replace(/^-+/, ""));
    const values = fc.array(value, { minLength: names.length, maxLength: names.length });
    fc.assert(
      fc.property(values, (some) => {
        expectData(some);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it("have every text of the author as it is", () => {
    const raw = HOSTILE.map((value) => ({ raw: value }));
    const { job } = exported({ steps: [{ name: "a", command: ["show", ...raw, ""] }] });
    expect(execute(job).calls).toEqual([["show", ...HOSTILE, ""]]);
  });

  it("refuse a value that would be taken for an option", () => {
    const steps = [
      { name: "a", command: "show --pod={{ labels.pod }} -- {{ labels.pod }}" },
      { name: "b", command: "show {{ labels.pod }}" },
    ];
    const { ok, calls, stderr } = execute(exported({ steps }).job, { labels_pod: "-rf" });
    expect({ ok, calls }).toEqual({ ok: false, calls: [["show", "--pod=-rf", "--", "-rf"]] });
    expect(stderr).toBe("the value of labels.pod begins with a dash\n");
  });

  it("fail where a value did not come, as over a connection that hands on no environment", () => {
    const { ok, calls, stderr } = execute(one.job);
    expect({ ok, calls }).toEqual({ ok: false, calls: [] });
    expect(stderr).toContain("RD_OPTION_LABELS_POD: is missing");
  });

  it("do without an incident", () => {
    const { job } = exported({ steps: [{ name: "a", command: "show --for={{ incident.id }}" }] });
    expect(execute(job).calls).toEqual([["show", "--for="]]);
  });

  it("run in their folder, with their variables", () => {
    const step = {
      name: "a",
      command: 'show "$PWD" "$A"',
      shell: true,
      working_directory: "/usr",
      environment: { A: "1 $(x) '" },
    };
    expect(execute(exported({ steps: [step] }).job).calls).toEqual([["show", "/usr", "1 $(x) '"]]);
  });

  it.each<[string, object, boolean, number]>([
    ["once", {}, false, 1],
    ["three times", { retries: { attempts: 3, delay: 0 } }, false, 3],
    ["once if its code is fine", { ok_exit_codes: [0, 3], retries: { attempts: 3, delay: 0 } }, true, 1],
  ])("try a failing command %s", (_times, rest, ok, calls) => {
    const run = execute(exported({ steps: [{ name: "a", command: "fail 3", ...rest }] }).job);
    expect([run.ok, run.calls.length]).toEqual([ok, calls]);
  });

  it("fail for 0 where 0 is no success", () => {
    expect(execute(exported({ steps: [{ name: "a", command: "show", ok_exit_codes: [1] }] }).job).ok).toBe(false);
  });

  it("end a command that takes too long", () => {
    const from = performance.now();
    const { ok } = execute(exported({ steps: [{ name: "a", command: "sleep 30", timeout: 1 }] }).job);
    expect(ok).toBe(false);
    expect(performance.now() - from).toBeLessThan(5_000);
  });

  it("wait longer and longer", () => {
    const retries = { attempts: 5, delay: "2s", factor: 3, max_delay: "20s" };
    const { job } = exported({ steps: [{ name: "a", command: "show", timeout: 10, retries }] });
    expect(job.sequence.commands[0]?.script).toContain("for wait in 2 6 18 20; do");
    // Five attempts of 10 seconds and 5 to end, and the waits.
    expect(job.timeout).toBe(String(5 * 15 + 46));
  });

  it("make a request with curl", () => {
    const step = {
      name: "a",
      http: { method: "POST", url: "https://x.example/a?b=@c@", headers: { "x-a": "it's @me@" }, json: { a: ["'"] } },
    };
    const { job, warnings } = exported({ steps: [step] });
    const { ok, calls, stdout } = execute(job);
    expect(ok).toBe(true);
    expect(calls[0]).toEqual([
      ...["curl", "--disable", "--silent", "--show-error", "--globoff", "--request", "POST"],
      ...["--header", "content-type: application/json", "--header", "x-a: it's @me@", "--data-raw", '{"a":["\'"]}'],
      ...["--write-out", "\n%{http_code}", "--url", "https://x.example/a?b=@c@"],
    ]);
    expect(stdout).toBe("body\n");
    expect(warnings).toEqual([]);
    expect(execute(job, { STATUS: "302" })).toMatchObject({ ok: false, stderr: "answered with 302\n" });
  });

  it.each<[string, object, string]>([
    ["an action", { action: "heal" }, "an action in TypeScript is not possible here"],
    [
      "a request with values",
      { http: { url: "https://x.example/{{ labels.pod }}" } },
      "a request with values in it is not possible here",
    ],
  ])("fail for %s, and say so", (_what, rest, message) => {
    const { job, warnings } = exported({
      steps: [
        { name: "a", ...rest },
        { name: "b", command: "show" },
      ],
    });
    const { ok, calls, stderr } = execute(job, { labels_pod: "x" });
    expect({ ok, calls }).toEqual({ ok: false, calls: [] });
    expect(stderr).toContain(message);
    expect(warnings).toHaveLength(1);
  });

  it("print what people are to do", () => {
    const { job } = exported({ steps: [{ title: "Look @home@", actions: ["it's $(show PWNED)", "-n"] }] });
    expect(execute(job)).toEqual({
      ok: true,
      calls: [],
      stdout: "Look @home@\n- it's $(show PWNED)\n- -n\n",
      stderr: "",
    });
  });
});

describe("the course of a job", () => {
  const back = (name: string, rest: object = {}): object => ({
    name: `undo_${name}`,
    command: `show undo ${name}`,
    ...rest,
  });

  it("goes on after a failure where it may", () => {
    const { ok, calls, stderr } = execute(
      exported({
        steps: [
          { name: "a", command: "fail 1", continue_on_failure: true },
          { name: "b", command: "show b" },
        ],
      }).job,
    );
    expect({ ok, calls }).toEqual({
      ok: true,
      calls: [
        ["fail", "1"],
        ["show", "b"],
      ],
    });
    expect(stderr).toBe("a failed; the job goes on\n");
  });

  it("takes back in reverse order what was done, and fails", () => {
    const { ok, calls } = execute(
      exported({
        steps: [
          { name: "a", command: "show a", rollback: [back("a1"), back("a2")] },
          { name: "b", command: "show b", rollback: [back("b")] },
          { name: "c", command: "fail 1", rollback: [back("c")] },
          { name: "d", command: "show d" },
        ],
      }).job,
    );
    expect(ok).toBe(false);
    expect(calls).toEqual([
      ["show", "a"],
      ["show", "b"],
      ["fail", "1"],
      ["show", "undo", "b"],
      ["show", "undo", "a1"],
      ["show", "undo", "a2"],
    ]);
  });

  it("takes back a step that began, where it is to be", () => {
    const step = { name: "a", command: "fail 1", rollback: [back("a")], rollback_if: "started" };
    expect(execute(exported({ steps: [step] }).job)).toMatchObject({
      ok: false,
      calls: [
        ["fail", "1"],
        ["show", "undo", "a"],
      ],
    });
  });

  it("goes on taking back where one step cannot be", () => {
    const steps = [
      { name: "a", command: "show a", rollback: [back("a")] },
      { name: "b", command: "show b", rollback: [{ name: "undo_b", command: "fail 7" }] },
      { name: "c", command: "fail 1" },
    ];
    const { calls, stderr } = execute(exported({ steps }).job);
    expect(calls.slice(3)).toEqual([
      ["fail", "7"],
      ["show", "undo", "a"],
    ]);
    expect(stderr).toContain("undo_b could not be done");
  });

  const GATED = exported({
    steps: [
      { name: "a", command: "show a", destructive: true, rollback: [back("a")] },
      { name: "b", command: "show b", when: { step: "a", status: "succeeded" }, rollback: [back("b")] },
      { name: "c", command: "show c", approval: true },
      { name: "d", command: "fail 1" },
    ],
  });

  it.each<[string, Record<string, string>, string]>([
    ["nothing is said", {}, ""],
    ["all is allowed", { destructive: "yes", do_b: "yes", approve_c: "yes" }, "a b c fail undo-b undo-a"],
    ["nothing destructive is", { do_b: "yes", approve_c: "yes" }, "b c fail undo-b"],
    ["a condition does not hold", { destructive: "yes", do_b: "no", approve_c: "yes" }, "a c fail undo-a"],
    ["nobody approves", { destructive: "yes", do_b: "yes", approve_c: "no" }, "a b undo-b undo-a"],
  ])("does only what is allowed: %s", (_what, options, expected) => {
    const { ok, calls } = execute(GATED.job, options);
    const words = calls.map(([program = "", ...args]) => (program === "fail" ? program : args.join("-")));
    expect([ok, words.join(" ")]).toEqual([false, expected]);
  });

  it("does the parts of a group one after the other, and takes them back with it", () => {
    const { job } = exported({
      steps: [
        {
          name: "group",
          parallel: [
            { name: "a", command: "show a", rollback: [back("a")] },
            { name: "b", command: "show b", rollback: [back("b")] },
          ],
        },
        { name: "c", command: "fail 1" },
      ],
    });
    expect(execute(job).calls.map((call) => call.join(" "))).toEqual([
      "show a",
      "show b",
      "fail 1",
      "show undo b",
      "show undo a",
    ]);
  });

  it("lets a group fail where the job may go on", () => {
    const group = {
      name: "group",
      parallel: [
        { name: "a", command: "fail 1" },
        { name: "b", command: "show b" },
      ],
      continue_on_failure: true,
    };
    expect(execute(exported({ steps: [group] }).job)).toMatchObject({
      ok: true,
      calls: [
        ["fail", "1"],
        ["show", "b"],
      ],
    });
  });
});
