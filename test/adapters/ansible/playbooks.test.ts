import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { AnsibleCommandRunner } from "../../../src/adapters/ansible/index.ts";
import { LocalCommandRunner } from "../../../src/adapters/command/index.ts";
import type { CommandRequest, CommandResult, CommandRunner } from "../../../src/ports/command-runner.ts";
import { describeWithService } from "../../support/services.ts";
import { run } from "../../support/spawn.ts";
import { spawnRunner } from "./spawn-runner.ts";

const HOSTILE = [
  "{{ lookup('pipe','touch PWNED') }}",
  "{% for x in [1] %}{{ lookup('pipe','touch PWNED') }}{% endfor %}",
  "{# not a comment #}",
  "{{",
  "}} {{ lookup('file','/etc/passwd') }}",
  "$(touch PWNED)",
  "`touch PWNED`",
  "; touch PWNED",
  "'",
  '"',
  'it\'s "both"',
  "\\",
  "\\n\\x41\\u0041",
  "a\nb",
  "\n",
  "a\r\nb\tc",
  "--extra-vars=x=1",
  "-e",
  "@/etc/passwd",
  "!unsafe x",
  "!!python/object/apply:os.system ['touch PWNED']",
  "!vault |",
  "$ANSIBLE_VAULT;1.1;AES256",
  "&anchor",
  "*alias",
  "- a",
  "a: b",
  "# no comment",
  "---",
  "...",
  "no",
  "null",
  "~",
  "1e3",
  "0x1f",
  "0123",
  "[1, 2]",
  '{"a": 1}',
  "{'a': 1}",
  "True",
  "",
  " ",
  " padded ",
  "\u00e9\u4e2d\u{1f600}",
  "\u0001\u007f\u0085\u00a0\u2028\ufeff",
  "a=b=c",
  "%s %(x)s",
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nines-playbooks-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const HEAD = "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n";

/** A playbook that writes the variables v0, v1 ... to a file each. */
function eachToFile(count: number): string {
  const tasks = Array.from({ length: count }, (_, at) => {
    const name = `v${String(at)}`;
    return `    - copy: { content: "{{ ${name} | string }}", dest: "${join(folder, name)}", decrypt: false }\n`;
  });
  writeFileSync(join(folder, "write.yml"), HEAD + tasks.join(""));
  return "write.yml";
}

/** A playbook that writes all of them to one file, as JSON. */
function allToFile(count: number): string {
  const names = Array.from({ length: count }, (_, at) => `v${String(at)}`);
  const content = `{{ [${names.join(", ")}] | to_json(ensure_ascii=true) }}`;
  writeFileSync(
    join(folder, "all.yml"),
    `${HEAD}    - copy: { content: "${content}", dest: "${join(folder, "all")}" }\n`,
  );
  return "all.yml";
}

function request(program: string, args: readonly string[], rest: Partial<CommandRequest> = {}): CommandRequest {
  return { program, args, environment: {}, isDryRun: false, key: `RUN-1/${folder}`, ...rest };
}

const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("nines-ansible-"));

describeWithService(["ansible-playbook"], "a real ansible-playbook", ({ "ansible-playbook": program }) => {
  const runner = spawnRunner();
  const ansible = (diff = false): AnsibleCommandRunner =>
    new AnsibleCommandRunner({
      runner,
      program: program ?? "",
      playbookDirectory: folder,
      inventory: "localhost,",
      diff,
    });

  async function play(playbook: string, values: readonly string[]): Promise<void> {
    const args = values.map((value, at) => `v${String(at)}=${value}`);
    let output = "";
    const onOutput = (_stream: unknown, piece: Uint8Array | string): void => void (output += String(piece));
    expect(await ansible().run(request(playbook, args), { onOutput }), output).toMatchObject({ exitCode: 0 });
    expect(readdirSync(folder)).not.toContain("PWNED");
    expect(left()).toEqual([]);
  }

  async function arrived(values: readonly string[]): Promise<unknown> {
    await play(allToFile(values.length), values);
    return JSON.parse(readFileSync(join(folder, "all"), "utf8"));
  }

  it("hands over every hostile value as data", { timeout: 60_000 }, async () => {
    expect(await arrived(HOSTILE)).toEqual(HOSTILE);
  });

  it("has hostile values written to files as they are", { timeout: 60_000 }, async () => {
    const values = HOSTILE.slice(0, 12);
    await play(eachToFile(values.length), values);
    expect(values.map((_, at) => readFileSync(join(folder, `v${String(at)}`), "utf8"))).toEqual(values);
  });

  it("hands over any text as data", { timeout: 60_000 }, async () => {
    const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
    const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join("").replaceAll("\0", ""));
    const values = fc.array(text, { minLength: 200, maxLength: 200 });
    const same = async (some: readonly string[]): Promise<void> => {
      expect(await arrived(some)).toEqual(some);
    };
    await fc.assert(fc.asyncProperty(values, same), { numRuns: 3, endOnFailure: true });
  });

  it("would have run a value that is handed over in the usual way", { timeout: 60_000 }, async () => {
    const playbook = eachToFile(1);
    const value = `v0={{ lookup('pipe','touch ${join(folder, "PWNED")}') }}`;
    const args = ["-i", "localhost,", "-e", JSON.stringify({ v0: value.slice(3) }), join(folder, playbook)];
    await runner.run(request(program ?? "", args));
    expect(readdirSync(folder)).toContain("PWNED");
  });

  it("only checks in a dry run, and says what would change", { timeout: 60_000 }, async () => {
    let output = "";
    const result = await ansible(true).run(request(eachToFile(1), ["v0=hello"], { isDryRun: true }), {
      onOutput: (_stream, piece) => (output += String(piece)),
    });
    expect(result.exitCode).toBe(0);
    expect(readdirSync(folder)).not.toContain("v0");
    expect(output).toContain("+hello");
    expect(output).not.toContain("\u001b");
  });

  it.each<[string, string, readonly string[], CommandResult]>([
    ["a task that fails", "- fail: { msg: x }", [], { exitCode: 2, reason: "tasks failed on hosts" }],
    [
      "a host that is not there",
      "- ping: {}",
      ["-i", "host.invalid,"],
      { exitCode: 4, reason: "hosts could not be reached, or the playbook could not be parsed" },
    ],
    [
      "a playbook that is none",
      "- [",
      [],
      { exitCode: 4, reason: "hosts could not be reached, or the playbook could not be parsed" },
    ],
  ])("tells of %s", { timeout: 60_000 }, async (_what, task, args, expected) => {
    const head = "- hosts: all\n  gather_facts: false\n  tasks:\n";
    writeFileSync(join(folder, "p.yml"), `${head}    ${task}\n`);
    writeFileSync(join(folder, "local.ini"), "localhost ansible_connection=local\n");
    expect(await ansible().run(request("p.yml", args.length > 0 ? args : ["-i", "local.ini"]))).toMatchObject(expected);
  });

  it("limits a run to the named hosts", { timeout: 60_000 }, async () => {
    mkdirSync(join(folder, "inventories"));
    writeFileSync(
      join(folder, "inventories", "two.ini"),
      "one ansible_connection=local\ntwo ansible_connection=local\n",
    );
    const task = `    - copy: { content: "", dest: "${folder}/was-{{ inventory_hostname }}" }`;
    writeFileSync(join(folder, "p.yml"), `- hosts: all\n  gather_facts: false\n  tasks:\n${task}\n`);
    const result = await ansible().run(request("p.yml", ["-i", "inventories/two.ini", "--limit", "two"]));
    expect(result.exitCode).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith("was-"))).toEqual(["was-two"]);
  });

  it.each<[string, CommandRunner]>([
    ["a plain runner", runner],
    ["the local runner", new LocalCommandRunner()],
  ])("removes the variables when it is broken off, by %s", { timeout: 60_000 }, async (_name, below) => {
    writeFileSync(join(folder, "p.yml"), HEAD + "    - pause: { seconds: 60 }\n");
    const controller = new AbortController();
    const breaking = new AnsibleCommandRunner({ runner: below, program: program ?? "", playbookDirectory: folder });
    const running = breaking.run(request("p.yml", ["token=secret"]), { signal: controller.signal });
    // The folder is there before the file in it.
    const written = (): string[] => left().flatMap((name) => readdirSync(join(tmpdir(), name)));
    await expect.poll(written, { timeout: 10_000 }).toEqual(["variables.yml"]);
    const [name = ""] = left();
    expect(statSync(join(tmpdir(), name)).mode & 0o777).toBe(0o700);
    expect(statSync(join(tmpdir(), name, "variables.yml")).mode & 0o777).toBe(0o600);
    const from = performance.now();
    controller.abort();
    expect(await running).not.toMatchObject({ exitCode: 0 });
    expect(performance.now() - from).toBeLessThan(250);
    expect(left()).toEqual([]);
    const still = await run("pgrep", ["-f", folder]);
    expect(still.stdout).toBe("");
  });
});
