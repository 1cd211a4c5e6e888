import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { COMMANDS, run } from "../../src/cli/run.ts";
import { optionsOf } from "../../src/cli/spec.ts";
import { ROOT } from "../support/spawn.ts";
import { NOBODY } from "./fake.ts";
import { folderOf, jsonOf, nines, ONE } from "./support.ts";

const NAMES = COMMANDS.map(({ name }) => name);

describe("help", () => {
  it("lists the commands, on stdout where it is asked for", async () => {
    const { code, stdout, stderr } = await nines(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`^ +${name} +${summary}$`, "m"));
    expect(await nines(["-h"])).toEqual({ code, stdout, stderr });
    expect(await nines(["help"])).toEqual({ code, stdout, stderr });
  });

  it("is what a call without a command gets, as a fault", async () => {
    const { stdout: help } = await nines(["--help"]);
    expect(await nines([])).toEqual({ code: 64, stdout: "", stderr: help });
  });

  it.each(NAMES)("tells all that %s takes, its exit codes and examples that it takes", async (name) => {
    const { code, stdout, stderr } = await nines([name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await nines(["help", name])).toEqual({ code, stdout, stderr });
    const spec = COMMANDS.find((one) => one.name === name);
    for (const option of optionsOf(spec!)) expect(stdout).toMatch(new RegExp(`--${option.name}(?: |$)`, "m"));
    for (const exit of [0, 64, 65, 70, 130]) {
      if (name !== "check" || exit !== 65) expect(stdout).toMatch(new RegExp(`^ +${String(exit)} `, "m"));
    }
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
    // Each option that an example has is one that there is.
    for (const example of spec!.examples) {
      expect(example).toMatch(new RegExp(`^nines ${name} `));
      const used = [...example.matchAll(/ --([a-z-]+)/g)].map(([, option]) => option);
      expect(optionsOf(spec!).map((option) => option.name)).toEqual(expect.arrayContaining(used));
    }
  });

  it.each(NAMES)("of %s is told even where something is missing, or too much", async (name) => {
    expect((await nines([name, "a", "b", "c", "-h"])).code).toBe(0);
    expect((await nines([name, "--help"])).code).toBe(0);
  });
});

describe("the version", () => {
  it("is that of package.json", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    for (const word of ["--version", "-V", "version"]) {
      expect(await nines([word])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    }
  });
});

describe("a command line that cannot be understood", () => {
  it.each<[string, readonly string[], string, string]>([
    ["an unknown command", ["stauts"], 'nines: there is no command "stauts"; did you mean "status"?', "nines --help"],
    ["help on an unknown command", ["help", "gat"], 'there is no command "gat"; did you mean "gate"?', "nines --help"],
    [
      "an option before the command",
      ["--strict", "check"],
      "the command comes first: nines COMMAND --strict",
      "nines --help",
    ],
    [
      "an unknown option",
      ["status", "f", "--windw", "7d"],
      '"--windw" is no option of nines status; did you mean "--window"?',
      "nines status --help",
    ],
    ["an unknown letter", ["rules", "f", "-z"], '"-z" is no option of nines rules', "nines rules --help"],
    [
      "an option of another command",
      ["rules", "f", "--fail-open"],
      '"--fail-open" is no option of nines rules',
      "nines rules --help",
    ],
    [
      "no value at the end",
      ["status", "f", "--prometheus"],
      "--prometheus needs a value: --prometheus URL",
      "nines status --help",
    ],
    [
      "an option as a value",
      ["status", "f", "--at", "--rules"],
      "--at needs a value: --at TIME",
      "nines status --help",
    ],
    ["an empty value", ["status", "f", "--at="], "--at needs a value: --at TIME", "nines status --help"],
    [
      "a value of a flag",
      ["gate", "f", "--fail-open=yes"],
      '--fail-open takes no value, and "yes" is given',
      "nines gate --help",
    ],
    [
      "an option twice",
      ["status", "f", "--at", "a", "--at", "b"],
      "--at is given twice; it can be once",
      "nines status --help",
    ],
    [
      "a value that is not in the list",
      ["rules", "f", "--convention", "slot"],
      '--convention: "slot" is not possible; did you mean "sloth"? allowed: nines, sloth',
      "nines rules --help",
    ],
    [
      "no file",
      ["gate"],
      "something is missing; write nines gate FILE [SERVICE...] --prometheus URL [OPTION...]",
      "nines gate --help",
    ],
    [
      "one argument too many",
      ["import", "a", "b"],
      '"b" is one argument too many; write nines import FILE [OPTION...]',
      "nines import --help",
    ],
  ])("%s is told, with where help is", async (_title, args, message, help) => {
    const { code, stdout, stderr } = await nines(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(new RegExp(`\nTry \`${help}\`\\.\n$`));
  });

  it("may have options anywhere, joined by = or apart, and words behind --", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE, "--odd.yaml": ONE });
    const asked = ["--format=prometheus-rule", pathOf("slo.yaml"), "--name", "shop"];
    const { code, stdout } = await nines(["rules", ...asked]);
    expect(code).toBe(0);
    expect(stdout).toContain("kind: PrometheusRule\nmetadata:\n  name: shop\n");
    expect(await nines(["check", "--", "--json"])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("--json: cannot be read"),
    });
  });

  it("has colour in both spellings", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const british = await nines(["check", pathOf("slo.yaml"), "--colour", "always"]);
    expect(british.stdout).toContain("\u001b[");
    expect(await nines(["check", pathOf("slo.yaml"), "--color", "always"])).toEqual(british);
  });
});

describe("errors as JSON", () => {
  it("are one object on stdout, with the exit code", async () => {
    expect(jsonOf(await nines(["status", "f", "--windw", "7d", "--json"]))).toEqual({
      error: {
        kind: "usage",
        exitCode: 64,
        message: '"--windw" is no option of nines status; did you mean "--window"?',
        help: "nines status --help",
      },
    });
    const pathOf = folderOf({ "slo.yaml": ONE.replace("99%", "199%") });
    const ran = await nines(["rules", pathOf("slo.yaml"), "--json"]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 65, stderr: "" });
    expect(jsonOf(ran)).toEqual({
      error: {
        kind: "document",
        exitCode: 65,
        message: "the document has a fault",
        faults: [
          {
            file: pathOf("slo.yaml"),
            line: 4,
            column: 15,
            path: "service_level_objectives.catalog.availability.target",
            message: expect.stringContaining("199"),
          },
        ],
      },
    });
  });

  it("are not meant by a --json behind --", async () => {
    expect(await nines(["gate", "--by", "ann", "--", "--json"])).toMatchObject({ code: 64, stdout: "" });
  });
});

describe("what nobody expects", () => {
  const broken = (): never => {
    throw new Error("the moon\nfell");
  };
  const world = (env: Readonly<Record<string, string>> = {}) => {
    const written = { stdout: "", stderr: "" };
    const output = (name: "stdout" | "stderr") => ({
      isTerminal: false,
      write: (text: string) => {
        written[name] += text;
        return Promise.resolve();
      },
    });
    return {
      written,
      io: {
        stdout: {
          ...output("stdout"),
          write: (text: string) => (text.startsWith("{") ? output("stdout").write(text) : broken()),
        },
        stderr: output("stderr"),
        readStdin: () => Promise.resolve(""),
        env,
        clock: { now: () => 0, monotonic: () => 0, schedule: () => () => undefined },
        signal: new AbortController().signal,
      },
    };
  };

  it("is one line and the code 70, and a stack only for whoever looks for it", async () => {
    const { io, written } = world();
    expect(await run(["--version"], io)).toBe(70);
    expect(written).toEqual({ stdout: "", stderr: "nines: the moon fell\n" });
    const debugged = world({ NINES_DEBUG: "1" });
    expect(await run(["--version"], debugged.io)).toBe(70);
    expect(debugged.written.stderr).toMatch(/^nines: the moon fell\nError: the moon\nfell\n {4}at /);
  });

  it("is JSON where JSON was asked for", async () => {
    const { io, written } = world();
    expect(await run(["help", "--json"], io)).toBe(70);
    expect(JSON.parse(written.stdout)).toEqual({
      error: { kind: "unexpected", exitCode: 70, message: "the moon fell", code: null },
    });
  });
});

describe("files that cannot be read", () => {
  it.each(NAMES.filter((name) => name !== "check"))("end %s with 65 and the reason", async (name) => {
    const pathOf = folderOf({});
    const prometheus = ["status", "gate"].includes(name) ? ["--prometheus", NOBODY] : [];
    const { code, stdout, stderr } = await nines([name, pathOf("none.yaml"), ...prometheus]);
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr).toBe(`${pathOf("none.yaml")}: cannot be read: there is no such file\n`);
  });

  it("may be folders", async () => {
    const pathOf = folderOf({});
    expect((await nines(["rules", pathOf(".")])).stderr).toMatch(/: cannot be read: EISDIR\n$/);
  });
});
