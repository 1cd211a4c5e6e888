import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { githubActionsGate } from "../../src/gate/github-actions.ts";
import { gitlabCiGate } from "../../src/gate/gitlab-ci.ts";
import { cleanEnvironment, type Finished, run } from "../support/spawn.ts";
import { hostile, read } from "./manifest-support.ts";

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: {
    readonly gate: {
      readonly steps: readonly {
        readonly run?: string;
        readonly shell?: string;
        readonly env?: Readonly<Record<string, string>>;
      }[];
    };
  };
}
interface Gitlab {
  readonly "release-gate": {
    readonly script: readonly string[];
    readonly allow_failure: { readonly exit_codes: readonly number[] };
  };
}

describe("a job of a CI service", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "nines-gate-"));
    await mkdir(join(folder, "nines", "node_modules", ".bin"), { recursive: true });
    await mkdir(join(folder, "bin"));
    const stubs = {
      // Notes what it is asked, a word a line with its length before it, and ends as it is told.
      [join(folder, "nines", "node_modules", ".bin", "nines")]:
        `for word in "$@"; do printf '%s:%s;' "\${#word}" "$word"; done > "$NOTES"\nprintf %s "\${NINES_PROMETHEUS_TOKEN:-}"\nexit "$ENDS"\n`,
      [join(folder, "bin", "npm")]: `printf '%s\\n' "$@" > "$NOTES.npm"\nexit "\${NPM_ENDS:-0}"\n`,
    };
    for (const [path, text] of Object.entries(stubs)) {
      await writeFile(path, `#!/usr/bin/env bash\nexport LC_ALL=C.UTF-8\n${text}`);
      await chmod(path, 0o755);
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a script as either service does. */
  async function shell(script: string, env: Record<string, string>): Promise<Finished & { readonly words: string }> {
    const notes = join(folder, "notes");
    await rm(notes, { force: true });
    const path = `${join(folder, "bin")}:${process.env.PATH ?? ""}`;
    const all = { RUNNER_TEMP: folder, NOTES: notes, ...env, PATH: path };
    const finished = await run("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      env: cleanEnvironment(all),
    });
    return { ...finished, words: await readFile(notes, "utf8").catch(() => "") };
  }

  /** As GitHub evaluates what is in `${{ }}`: texts, and variables of the repository. */
  function evaluated(text: string): string {
    return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/gs, (_all, expression: string) => {
      if (expression === "vars.PROMETHEUS_URL") return "http://prometheus:9090/?a=$(b)";
      if (expression === "secrets.NINES_PROMETHEUS_TOKEN") return "s3cret";
      const literal = /^'((?:[^']|'')*)'$/.exec(expression)?.[1];
      if (literal === undefined) throw new Error(`evaluates ${expression}`);
      return literal.replaceAll("''", "'");
    });
  }

  async function onGithub(
    options: Partial<Parameters<typeof githubActionsGate>[0]>,
    env: Record<string, string>,
  ): Promise<Finished & { readonly words: string }> {
    const yaml = githubActionsGate({ service: "checkout", whenUnknown: "closed", ...options });
    const { jobs } = read(yaml) as Workflow;
    let last: (Finished & { readonly words: string }) | undefined;
    for (const step of jobs.gate.steps) {
      if (step.run === undefined) continue;
      expect(step.shell).toBe("bash");
      expect(step.run).not.toContain("${{");
      const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, evaluated(text)]);
      last = await shell(step.run, { ...env, ...Object.fromEntries(own) });
      if (last.code !== 0) return last;
    }
    return last as Finished & { readonly words: string };
  }

  async function onGitlab(
    options: Partial<Parameters<typeof gitlabCiGate>[0]>,
    env: Record<string, string>,
  ): Promise<Finished & { readonly words: string; readonly passes: boolean }> {
    const yaml = gitlabCiGate({ service: "checkout", whenUnknown: "closed", ...options });
    const { "release-gate": job } = read(yaml) as Gitlab;
    const script = job.script.join("\n").replaceAll("/tmp/nines", join(folder, "nines"));
    const finished = await shell(script, { PROMETHEUS_URL: "http://prometheus:9090/?a=$(b)", ...env });
    const allowed = job.allow_failure.exit_codes;
    return { ...finished, passes: finished.code === 0 || allowed.includes(finished.code ?? -1) };
  }

  test.each<["open" | "closed", number, boolean]>([
    ["closed", 0, true],
    ["closed", 1, true],
    ["closed", 2, false],
    ["closed", 3, false],
    ["closed", 127, false],
    ["open", 0, true],
    ["open", 1, true],
    ["open", 2, false],
    ["open", 3, true],
    ["open", 64, false],
  ])("that is %s takes the exit code %d for %s", async (whenUnknown, ends, passes) => {
    const github = await onGithub({ whenUnknown }, { ENDS: String(ends) });
    expect(github.code === 0).toBe(passes);
    expect(github.stdout.includes("::warning title=Release gate::")).toBe(passes && ends !== 0);
    const gitlab = await onGitlab({ whenUnknown }, { ENDS: String(ends) });
    expect([gitlab.passes, gitlab.code === 0]).toEqual([passes, ends === 0]);
  });

  test("does not take npm's failure for a warning", async () => {
    const env = { ENDS: "0", NPM_ENDS: "1" };
    const [github, gitlab] = [await onGithub({}, env), await onGitlab({}, env)];
    expect([github.code, github.words, gitlab.passes, gitlab.words]).toEqual([1, "", false, ""]);
  });

  test("asks about the very service by the very file, however they are called", async () => {
    for (const name of hostile) {
      const file = `slo/${name}.yaml`;
      const words = ["gate", file, `--service=${name}`, "--prometheus=http://prometheus:9090/?a=$(b)"];
      const expected = words.map((word) => `${String(Array.from(word).length)}:${word};`).join("");
      const options = { service: name, file };
      const github = await onGithub(options, { ENDS: "0" });
      expect([github.words, github.stdout]).toEqual([expected, "s3cret"]);
      expect((await onGitlab(options, { ENDS: "0" })).words).toBe(expected);
    }
  });

  test("installs the version that is asked for", async () => {
    for (const ask of [onGithub, onGitlab]) {
      await ask({ version: "1.2.3" }, { ENDS: "0" });
      const words = await readFile(join(folder, "notes.npm"), "utf8");
      expect(words.split("\n").slice(0, -1)).toEqual([
        "install",
        "--no-audit",
        "--no-fund",
        "--prefix",
        join(folder, "nines"),
        "nines@1.2.3",
      ]);
    }
  });

  test("is a workflow that others call, with no more rights than it needs", () => {
    const workflow = read(githubActionsGate({ service: "checkout", whenUnknown: "closed" })) as Workflow;
    expect(Object.keys(workflow)).toEqual(["name", "on", "permissions", "jobs"]);
    expect([workflow.on, workflow.permissions]).toEqual([
      { workflow_call: { secrets: { NINES_PROMETHEUS_TOKEN: { required: false } } }, workflow_dispatch: {} },
      { contents: "read" },
    ]);
    const allowed = ["name", "uses", "with", "shell", "env", "run"];
    for (const step of workflow.jobs.gate.steps) {
      expect(Object.keys(step).filter((key) => !allowed.includes(key))).toEqual([]);
      expect("uses" in step).not.toBe("run" in step);
    }
  });

  test("is a job of GitLab in the stage and the image that are asked for", () => {
    const job = (options: object): Gitlab["release-gate"] =>
      (read(gitlabCiGate({ service: "checkout", whenUnknown: "closed", ...options })) as Gitlab)["release-gate"];
    expect(Object.keys(job({}))).toEqual(["stage", "image", "script", "allow_failure"]);
    expect(job({})).toMatchObject({ stage: ".pre", image: "node:22-alpine", allow_failure: { exit_codes: [101] } });
    expect(job({ stage: "deploy", image: "registry/node:24", whenUnknown: "open" })).toMatchObject({
      stage: "deploy",
      image: "registry/node:24",
      allow_failure: { exit_codes: [101, 103] },
    });
    expect(() => job({ stage: "a b" })).toThrow('stage: "a b" is not possible');
  });

  test.each<[object, string]>([
    [{ file: "-x.yaml" }, 'file: "-x.yaml" would be taken for an option; write ./ before it'],
    [{ file: "" }, 'file: ""; write 1 to 500 characters'],
    [{ prometheusVariable: "A B" }, 'prometheusVariable: "A B" is no name of a variable'],
    [{ version: "1 2" }, 'version: "1 2" is no version'],
    [{ version: "'; id" }, "is no version"],
    [{ whenUnknown: "maybe" }, 'whenUnknown: "maybe"; allowed: open, closed'],
    [{ servce: "x" }, 'servce: is no option of githubActionsGate; did you mean "service"?'],
  ])("is not made of %j", (changes, message) => {
    expect(() => githubActionsGate({ service: "checkout", whenUnknown: "open", ...changes })).toThrow(message);
  });
});
