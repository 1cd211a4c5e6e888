import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { AnsibleCommandRunner, type AnsibleOptions } from "../../../src/adapters/ansible/index.ts";
import { AdapterError } from "../../../src/core/errors.ts";
import type { CommandRequest, CommandResult, CommandRunner } from "../../../src/ports/command-runner.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nines-books-"));
  vi.stubEnv("TMPDIR", folder);
  mkdirSync(join(folder, "books"));
  writeFileSync(join(folder, "books", "p.yml"), "");
  writeFileSync(join(folder, "outside.yml"), "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

interface Fake extends CommandRunner {
  readonly seen: CommandRequest[];
  /** The variables' file as it was while the playbook ran. */
  variables: string;
}

function fake(answer: CommandResult | Error = { exitCode: 0 }): Fake {
  const made: Fake = {
    seen: [],
    variables: "",
    async run(request) {
      made.seen.push(request);
      const file = request.args.find((argument) => argument.startsWith("@"));
      made.variables = file === undefined ? "" : readFileSync(file.slice(1), "utf8");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return made;
}

function request(rest: Partial<CommandRequest> = {}): CommandRequest {
  return { program: "p.yml", args: [], environment: {}, isDryRun: false, key: "RUN-0001/restart", ...rest };
}

async function lineOf(options: Partial<AnsibleOptions>, rest: Partial<CommandRequest>): Promise<string> {
  const runner = fake();
  await new AnsibleCommandRunner({ runner, ...options }).run(request(rest));
  const [{ program, args } = request()] = runner.seen;
  return [program, ...args].map((word) => (word.startsWith("@") ? "@FILE" : word)).join(" ");
}

describe("the command line of a playbook", () => {
  it.each<[string, Partial<AnsibleOptions>, Partial<CommandRequest>, string]>([
    ["a playbook alone", {}, {}, "ansible-playbook p.yml"],
    ["another program", { program: "/opt/bin/ap" }, {}, "/opt/bin/ap p.yml"],
    [
      "inventories",
      { inventory: ["a.ini", "b.ini"] },
      {},
      "ansible-playbook --inventory=a.ini --inventory=b.ini p.yml",
    ],
    [
      "an inventory of the step",
      { inventory: "a.ini" },
      { args: ["-i", "web,"] },
      "ansible-playbook --inventory=web, p.yml",
    ],
    ["a dry run", {}, { isDryRun: true }, "ansible-playbook --check p.yml"],
    ["a dry run that tells", { diff: true }, { isDryRun: true }, "ansible-playbook --check --diff p.yml"],
    ["no dry run that tells", { diff: true }, {}, "ansible-playbook p.yml"],
    ["extra arguments", { extraArgs: ["--vault-id", "prod"] }, {}, "ansible-playbook --vault-id prod p.yml"],
    ["variables", {}, { args: ["a=1", "b=2"] }, "ansible-playbook --extra-vars @FILE p.yml"],
    [
      "options, and then variables",
      {},
      { args: ["-l", "web1,web2", "--tags=restart", "-f", "5", "-b", "-v", "--start-at-task", "a b", "a=1"] },
      "ansible-playbook --limit=web1,web2 --tags=restart --forks=5 --become -v --start-at-task=a b --extra-vars @FILE p.yml",
    ],
  ])("has %s", async (_what, options, rest, expected) => {
    expect(await lineOf(options, rest)).toBe(expected);
  });

  it("hands on the key, the folder and the environment", async () => {
    const runner = fake();
    const options = { workingDirectory: "/srv", environment: { A: "1", ANSIBLE_NOCOLOR: "0" } };
    await new AnsibleCommandRunner({ runner }).run(request({ ...options, isDryRun: true }));
    expect(runner.seen[0]).toMatchObject({
      key: "RUN-0001/restart",
      workingDirectory: "/srv",
      isDryRun: false,
      environment: { A: "1", ANSIBLE_NOCOLOR: "0", ANSIBLE_RETRY_FILES_ENABLED: "0" },
    });
  });

  it("writes variables that are no templates", async () => {
    const runner = fake();
    await new AnsibleCommandRunner({ runner }).run(request({ args: ['a={{ 1 }} "\n\u{1f600}\ud800', "b_2="] }));
    expect(runner.variables).toBe(
      '---\n"a": !unsafe "{{ 1 }} \\U00000022\\U0000000A\\U0001F600\\U0000FFFD"\n"b_2": !unsafe ""\n',
    );
  });
});

describe("what a step may not say", () => {
  it.each<[string, readonly string[], string]>([
    ["a word without a value", ["hunter2"], "argument 1 is neither an option nor a variable"],
    ["a name that is none", ["a-b=1"], "argument 1 is neither"],
    ["a variable twice", ["a=1", "a=2"], "argument 2 sets a variable that is set already"],
    ["how hosts are reached", ["ansible_connection=local"], "argument 1 sets a variable that begins with ansible_"],
    ["an option after variables", ["a=1", "--become"], "argument 2 begins with a dash"],
    ["more variables by an option", ["--extra-vars", "a=1"], "argument 1 is no option that a step may give"],
    ["more variables by a short option", ["-ea=1"], "argument 1 is no option"],
    ["a module path", ["--module-path=/tmp"], "argument 1 is no option"],
    ["what ssh is told", ["--ssh-common-args=-oProxyCommand=x"], "argument 1 is no option"],
    ["a value for a flag", ["--become=hunter2"], "argument 1 is no option"],
    ["a name of the prototype", ["--constructor"], "argument 1 is no option"],
    ["a limit without a value", ["--limit"], "the value of --limit must be names"],
    ["an empty limit", ["--limit="], "the value of --limit must be names"],
    ["all hosts", ["-l", "all"], "the value of --limit must be names"],
    ["all hosts among others", ["-l", "web,all"], "the value of --limit must be names"],
    ["a pattern", ["-l", "*"], "the value of --limit must be names"],
    ["a file of hosts", ["-l", "@/etc/passwd"], "the value of --limit must be names"],
    ["an option for an inventory", ["-i", "--vault-id"], "the value of --inventory must be"],
    ["forks that are no number", ["-f", "many"], "the value of --forks must be a number"],
  ])("is %s", async (_what, args, message) => {
    const runner = fake();
    const failed = new AnsibleCommandRunner({ runner }).run(request({ args }));
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ adapter: "ansible", retryable: false });
    await expect(failed).rejects.not.toThrow("hunter2");
    expect(runner.seen).toEqual([]);
  });
});

describe("the folder of playbooks", () => {
  const inside = (): Partial<AnsibleOptions> => ({ playbookDirectory: join(folder, "books") });

  it("is where paths begin", async () => {
    expect(await lineOf(inside(), {})).toBe(`ansible-playbook ${join(folder, "books", "p.yml")}`);
    const absolute = { program: join(folder, "books", "p.yml") };
    expect(await lineOf(inside(), absolute)).toBe(`ansible-playbook ${absolute.program}`);
  });

  it.each<[string, string, string]>([
    ["a path above", "../outside.yml", "is outside of"],
    ["a path that goes in and out", "x/../../outside.yml", "is outside of"],
    ["an absolute path", "/etc/passwd", "is outside of"],
    ["the folder", ".", "is outside of"],
    ["a link that leads out", "link.yml", "is outside of"],
    ["what is not there", "q.yml", "there is no playbook"],
    ["an option", "--version", "is no path of a playbook"],
    ["nothing", "", "is no path of a playbook"],
  ])("does not let out %s", async (_what, program, message) => {
    symlinkSync(join(folder, "outside.yml"), join(folder, "books", "link.yml"));
    await expect(lineOf(inside(), { program })).rejects.toThrow(message);
  });

  it("holds the inventories of steps as well", async () => {
    await expect(lineOf(inside(), { args: ["-i", "../outside.yml"] })).rejects.toThrow("where each inventory must be");
  });
});

describe("how a playbook ended", () => {
  it.each<[number | undefined, string | undefined]>([
    [undefined, undefined],
    [0, undefined],
    [1, "ansible-playbook met an error"],
    [2, "tasks failed on hosts"],
    [4, "hosts could not be reached, or the playbook could not be parsed"],
    [5, "ansible-playbook was given options that it does not know"],
    [6, "tasks failed on hosts, and hosts could not be reached"],
    [8, "a play was broken off"],
    [99, "ansible-playbook was interrupted"],
    [250, "ansible-playbook met an error that it did not expect"],
    [77, "ansible-playbook ended with 77"],
  ])("is told for %s", async (exitCode, reason) => {
    const runner = fake({ exitCode, url: "https://x.example" });
    const result = await new AnsibleCommandRunner({ runner }).run(request());
    expect(result).toEqual({ exitCode, reason, url: "https://x.example" });
  });

  it("keeps a reason that the runner below gives", async () => {
    const runner = fake({ exitCode: 2, reason: "too much memory" });
    expect(await new AnsibleCommandRunner({ runner }).run(request())).toMatchObject({ reason: "too much memory" });
  });
});

describe("the variables' file", () => {
  const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("nines-ansible-"));

  it("is gone when the runner below fails", async () => {
    const runner = fake(new AdapterError("x", { adapter: "local", operation: "run", retryable: true }));
    await expect(new AnsibleCommandRunner({ runner }).run(request({ args: ["a=1"] }))).rejects.toThrow("x");
    const file = runner.seen[0]?.args.find((argument) => argument.startsWith("@"))?.slice(1) ?? "";
    expect(file).toContain("nines-ansible-");
    expect(existsSync(file)).toBe(false);
  });

  it("is removed with the leftovers of a process that died", async () => {
    const key = `RUN-0001/${folder}`;
    let files: string[] = [];
    const runner: CommandRunner = {
      // Never settles, as for a process that is killed.
      run: ({ args }) => {
        files = args.filter((argument) => argument.startsWith("@")).map((argument) => argument.slice(1));
        return new Promise(() => undefined);
      },
      endLeftovers: async () => 3,
    };
    const ansible = new AnsibleCommandRunner({ runner });
    void ansible.run(request({ key, args: ["a=secret"] }));
    await expect.poll(() => files).toHaveLength(1);
    const before = left().length;
    expect(await ansible.endLeftovers(`${key}/other`)).toBe(3);
    expect(left()).toHaveLength(before);
    expect(await ansible.endLeftovers(key)).toBe(3);
    expect(existsSync(files[0] as string)).toBe(false);
  });

  it("has nothing to end where the runner below leaves nothing", async () => {
    expect(await new AnsibleCommandRunner({ runner: fake() }).endLeftovers("x")).toBe(0);
  });
});

describe("options", () => {
  it.each<[string, object, string]>([
    ["misspelt", { runer: fake() }, 'did you mean "runner"'],
    ["no runner", {}, "has no method run()"],
    ["an empty program", { runner: fake(), program: "" }, "program"],
    ["an inventory that is none", { runner: fake(), inventory: 5 }, "inventory: 5 must be a list of texts"],
    ["arguments that are no texts", { runner: fake(), extraArgs: [1] }, "extraArgs"],
    ["a word for yes", { runner: fake(), diff: "yes" }, "is neither true nor false"],
  ])("refuses %s", (_what, options, message) => {
    expect(() => new AnsibleCommandRunner(options as never)).toThrow(message);
  });
});
