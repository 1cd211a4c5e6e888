import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { fakePrometheus, type FakeOptions, steady } from "./fake.ts";
import { folderOf, nines, ONE, withoutFolder, type World } from "./support.ts";

const SECRET = "s3cret-of-the-house";

async function ask(
  options: readonly string[],
  env: World["env"] = {},
  { files = {}, ...fake }: FakeOptions & { readonly files?: Readonly<Record<string, string>> } = {},
) {
  const pathOf = folderOf({ "slo.yaml": ONE, ...files });
  const { url, asked } = await fakePrometheus({ catalog: steady(100) }, fake);
  const given = options.map((option) => (Object.hasOwn(files, option) || option === "none" ? pathOf(option) : option));
  const ran = await nines(["status", pathOf("slo.yaml"), ...given], { env: { NINES_PROMETHEUS_URL: url, ...env } });
  return { ...ran, stderr: withoutFolder(ran.stderr, pathOf), asked, headers: asked[0]?.headers ?? {} };
}

describe("the address", () => {
  it("is what is given, else what the environment says", async () => {
    expect((await ask([])).code).toBe(0);
    expect((await ask(["--prometheus", "http://127.0.0.1:1"])).code).toBe(3);
    expect((await ask(["--prometheus", "http://127.0.0.1:1"])).asked).toEqual([]);
  });

  it.each([
    ["none", "", "--prometheus is missing; write the address of a Prometheus, or set NINES_PROMETHEUS_URL"],
    [
      "one that is no address",
      "prometheus:9090",
      "--prometheus: is no address; write one that begins with https:// or http://",
    ],
    ["one with a password in it", `http://ann:${SECRET}@prometheus`, "--prometheus: has a user or a password in it"],
  ])("cannot be %s", async (_title, url, message) => {
    const { code, stderr } = await ask([], { NINES_PROMETHEUS_URL: url });
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining(`nines status: ${message}`) });
    expect(stderr).not.toContain(SECRET);
  });
});

describe("credentials", () => {
  const basic = `Basic ${Buffer.from(`ann:${SECRET}`).toString("base64")}`;

  it("are read from files, whose last line end is no part of them", async () => {
    const files = { token: `\uFEFF${SECRET}\r\n`, basic: `ann:${SECRET}\n` };
    expect((await ask(["--token-file", "token"], {}, { files })).headers.authorization).toBe(`Bearer ${SECRET}`);
    expect((await ask(["--basic-auth-file", "basic"], {}, { files })).headers.authorization).toBe(basic);
  });

  it("are read from the environment, where no file is named", async () => {
    const files = { token: "other" };
    const env = { NINES_PROMETHEUS_TOKEN: SECRET };
    expect((await ask([], env)).headers.authorization).toBe(`Bearer ${SECRET}`);
    expect((await ask([], { NINES_PROMETHEUS_BASIC_AUTH: `ann:${SECRET}` })).headers.authorization).toBe(basic);
    expect((await ask(["--token-file", "token"], env, { files })).headers.authorization).toBe("Bearer other");
    expect((await ask([], {})).headers.authorization).toBeUndefined();
  });

  it("are no options, for command lines are seen by others; the help says so", async () => {
    expect(await ask(["--token", SECRET])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('did you mean "--token-file"?'),
    });
    expect((await nines(["status", "--help"])).stdout.replace(/\s+/g, " ")).toContain(
      "command lines are seen by everyone on the machine",
    );
  });

  it.each<[string, readonly string[], World["env"], string, number]>([
    ["a file that is not there", ["--token-file", "none"], {}, "none: cannot be read: there is no such file\n", 65],
    ["an empty file", ["--token-file", "empty"], {}, "nines status: --token-file: is missing or cannot be one", 64],
    [
      "a file with two lines",
      ["--token-file", "two"],
      {},
      "nines status: --token-file: is missing or cannot be one",
      64,
    ],
    [
      "a pair without a colon",
      ["--basic-auth-file", "two"],
      {},
      "nines status: --basic-auth-file has no user:password in it",
      64,
    ],
    [
      "such a pair in the environment",
      [],
      { NINES_PROMETHEUS_BASIC_AUTH: SECRET },
      "nines status: NINES_PROMETHEUS_BASIC_AUTH has no user:password in it",
      64,
    ],
    [
      "both",
      ["--token-file", "two", "--basic-auth-file", "two"],
      {},
      "--token-file and --basic-auth-file cannot be given together",
      64,
    ],
    [
      "a header",
      ["--header", `Authorization: Bearer ${SECRET}`],
      {},
      "nines status: --header: Authorization is a secret",
      64,
    ],
  ])("cannot be %s, and are not shown", async (_title, options, env, message, code) => {
    const ran = await ask(options, env, { files: { empty: "\n", two: `${SECRET}\n${SECRET}` } });
    expect(ran).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(message), asked: [] });
    expect(ran.stderr).not.toContain(SECRET);
  });
});

describe("headers", () => {
  it("are sent with every request", async () => {
    const { asked } = await ask(["--header", "X-Scope-OrgID: shop|web", "--header", "X-Trace:1"]);
    expect(asked.length).toBeGreaterThan(1);
    for (const { headers } of asked) expect(headers).toMatchObject({ "x-scope-orgid": "shop|web", "x-trace": "1" });
  });

  it("have a name and a value", async () => {
    expect(await ask(["--header", SECRET])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--header: write "NAME: VALUE"'),
    });
    const odd = await ask(["--header", "X-Ümlaut: 1"]);
    expect(odd).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--header ["X-Ümlaut"]: is no name of a header'),
    });
  });
});

describe("an answer", () => {
  it("with warnings is no answer, unless parts are accepted", async () => {
    const warnings = ["a store is away"];
    expect(await ask([], {}, { warnings })).toMatchObject({
      code: 3,
      stdout: expect.stringContaining("a store is away"),
    });
    expect(await ask(["--accept-partial"], {}, { warnings })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^catalog: healthy/),
    });
  });

  it("that does not come in time is none", async () => {
    const instead: FakeOptions["instead"] = (response) => void sleep(5_000).then(() => response.end());
    const { code, stdout } = await ask(["--timeout", "200ms"], {}, { instead });
    expect({ code, stdout }).toEqual({
      code: 3,
      stdout: expect.stringMatching(/there was no whole answer within 200 ms/),
    });
  });

  it("has a time that is one", async () => {
    expect(await ask(["--timeout", "soon"])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--timeout: "soon" is not a duration'),
    });
    expect(await ask(["--timeout", "0s"])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--timeout: "0s" is out of range; write a time from 1ms to 1h'),
    });
  });

  it("cannot steer the terminal", async () => {
    const instead: FakeOptions["instead"] = (response) =>
      response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ status: "error", errorType: "bad_data", error: "bad\u001b[2J\u0007\nquery" }));
    const { code, stdout } = await ask([], {}, { instead });
    expect(code).toBe(3);
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it("is told of in detail to whoever looks for a fault", async () => {
    const instead: FakeOptions["instead"] = (response) => response.writeHead(503).end("starting");
    const quiet = await ask(["--timeout", "5s"], {}, { instead });
    expect(quiet.stderr).toMatch(/^nines: 127\.0\.0\.1:\d+: prometheus could not measure the SLOs: .*503\n$/);
    const { stderr } = await ask(["--timeout", "5s"], { NINES_DEBUG: "1" }, { instead });
    expect(stderr).toMatch(/^nines: /);
  });
});
