import { describe, expect, it } from "vitest";

import type { HttpInit, HttpReply } from "../../src/ports/http-fetch.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import type { HttpStep } from "../../src/runbook/model.ts";
import { httpProblem, prepareHttp } from "../../src/runbook/performing/http.ts";
import type { PerformContext } from "../../src/runbook/performing/performing.ts";
import { attempting, filledOf, settingsOf, stepOfKind } from "./performing.ts";
import { valuesOf } from "./values.ts";

const MOST_BYTES = 10 * 1024 * 1024;
const values = valuesOf({
  labels: { app: "web" },
  secrets: { token: "s3cr3t-t0ken" },
  annotations: { summary: "it is slow" },
});

type Http = Exclude<StepDefinition["http"], undefined>;
const stepOf = (http: Http): HttpStep => stepOfKind("http", { name: "ask", http });
const bodyOf = (...pieces: (Uint8Array | undefined)[]) => {
  const left = [...pieces];
  const body = {
    reads: 0,
    cancelled: 0,
    getReader: () => ({
      read: async () => {
        body.reads += 1;
        return left.length === 0 ? { done: true } : { done: false, value: left.shift() };
      },
      cancel: async () => {
        body.cancelled += 1;
        throw new Error("it is gone");
      },
    }),
  };
  return body;
};

/** Asks a server that answers with `reply`: what it was asked, how that ended, and what was written. */
async function asking(http: Http, reply: Partial<HttpReply> = {}, more: Partial<PerformContext> = {}) {
  const asked: [string, HttpInit][] = [];
  const settings = settingsOf({
    fetch: async (url, init) => {
      asked.push([url, init]);
      return { status: 200, headers: { get: () => null }, body: null, ...reply };
    },
  });
  const { context, written } = attempting(more);
  const performed = await filledOf(prepareHttp(stepOf(http), values, settings, false)).perform(context);
  return { asked, performed, written: written(), signal: context.signal };
}

describe("a request", () => {
  it("that only asks has no more than its address", async () => {
    const { asked, performed, signal } = await asking({ url: "https://ci.example/apps/{{ labels.app }}" });
    expect(asked).toEqual([
      ["https://ci.example/apps/web", { method: "GET", redirect: "manual", signal, headers: {} }],
    ]);
    expect(Object.keys(asked[0]?.[1] ?? {})).not.toContain("body");
    expect(performed).toEqual({ isDone: true, httpStatus: 200 });
  });

  it("that sends something says what it is, and is told from others by a key", async () => {
    const { asked, signal } = await asking({
      ...{ method: "POST", url: "https://ci.example/a", json: { why: "{{ annotations.summary }}", count: 3 } },
      headers: { Authorization: "Bearer {{ secrets.token }}" },
    });
    const headers = {
      ...{ "content-type": "application/json", "idempotency-key": "RUN-0001/a", authorization: "Bearer s3cr3t-t0ken" },
    };
    const body = '{"why":"it is slow","count":3}';
    expect(asked).toEqual([["https://ci.example/a", { method: "POST", redirect: "manual", signal, headers, body }]]);
  });

  it.each([
    ["GET", {}],
    ["HEAD", {}],
    ["POST", { "idempotency-key": "RUN-0001/a" }],
    ["PUT", { "idempotency-key": "RUN-0001/a" }],
    ["PATCH", { "idempotency-key": "RUN-0001/a" }],
    ["DELETE", { "idempotency-key": "RUN-0001/a" }],
  ] as const)("%s has the headers %j", async (method, headers) => {
    const { asked } = await asking({ method, url: "https://ci.example/a" });
    expect(asked[0]?.[1]).toMatchObject({ method });
    expect(asked[0]?.[1].headers).toEqual(headers);
  });

  it("may say otherwise in its own headers, whatever their case", async () => {
    const headers = { "Content-Type": "text/plain", "IDEMPOTENCY-KEY": "mine" };
    const { asked } = await asking({ method: "POST", url: "https://ci.example/a", json: 1, headers });
    expect(asked[0]?.[1].headers).toEqual({ "content-type": "text/plain", "idempotency-key": "mine" });
  });

  it("is not made in a dry run", async () => {
    const { asked, performed, written } = await asking(
      { method: "DELETE", url: "https://ci.example/{{ labels.app }}" },
      {},
      { isDryRun: true },
    );
    expect([asked, performed]).toEqual([[], { isDone: true }]);
    expect(written).toEqual({ stdout: "would ask DELETE https://ci.example/web", stderr: "" });
  });
});

describe("an answer", () => {
  it.each([
    [199, [], false],
    [200, [], true],
    [299, [], true],
    [300, [], false],
    [410, [410, 404], true],
    [404, [410, 404], true],
    [200, [410, 404], false],
  ])("with %i, where %j are wanted: %s", async (status, okStatuses, isDone) => {
    const { performed } = await asking({ url: "https://ci.example/a", okStatuses }, { status });
    const reason = isDone ? {} : { reason: `answered with ${String(status)}` };
    expect(performed).toStrictEqual({ isDone, httpStatus: status, ...reason });
  });

  it("is written down piece by piece, whatever it ended with", async () => {
    const body = bodyOf(new TextEncoder().encode("a "), undefined, new TextEncoder().encode("beginning"));
    const { performed, written } = await asking({ url: "https://ci.example/a" }, { status: 500, body });
    expect(performed).toEqual({ isDone: false, httpStatus: 500, reason: "answered with 500" });
    expect(written.stdout).toBe("a beginning");
    expect([body.reads, body.cancelled]).toEqual([4, 0]);
  });

  it("is read to ten mebibytes, and no further", async () => {
    const half = new Uint8Array(MOST_BYTES / 2).fill(97);
    const fits = bodyOf(half, half);
    const whole = await asking({ url: "https://ci.example/a" }, { body: fits });
    expect(whole.performed).toEqual({ isDone: true, httpStatus: 200 });
    expect([fits.reads, fits.cancelled]).toEqual([3, 0]);
    const more = bodyOf(half, half, new Uint8Array([98]), half);
    const cut = await asking({ url: "https://ci.example/a" }, { body: more });
    expect(cut.performed).toEqual({ isDone: true, httpStatus: 200, reason: "the answer was too long to be read" });
    expect([more.reads, more.cancelled]).toEqual([3, 1]);
    expect(cut.written.stdout.endsWith("ab")).toBe(true);
  });
});

describe("a step that asks a server", () => {
  const prepared = (http: Http, isDryRun = false) => prepareHttp(stepOf(http), values, settingsOf(), isDryRun);

  it("is shown as its method and address", () => {
    expect(filledOf(prepared({ method: "PUT", url: "https://ci.example/{{ labels.app }}" })).shown).toEqual([
      ...["PUT", "https://ci.example/web"],
    ]);
  });

  it.each<[string, Http]>([
    ["labels.pod is missing; there is: app", { url: "https://ci.example/{{ labels.pod }}" }],
    [
      "X-Pod: labels.pod is missing; there is: app",
      { url: "https://ci.example/a", headers: { "X-Pod": "{{ labels.pod }}" } },
    ],
    [
      "pod: labels.pod is missing; there is: app",
      { method: "POST", url: "https://ci.example/a", json: { pod: "{{ labels.pod }}" } },
    ],
    ["steps.later.output is missing; later has not run", { url: "https://ci.example/{{ steps.later.output }}" }],
  ])("is refused: %s", (refused, http) => {
    expect(prepared(http)).toEqual({ refused });
  });

  it("takes what would have been put out for what is not there yet, in a dry run", () => {
    const later = "{{ steps.later.output }}";
    const http: Http = {
      ...{ method: "POST", url: `https://ci.example/a?b=${later}`, headers: { "X-Pod": later }, json: [later] },
    };
    expect(filledOf(prepared(http, true)).shown).toEqual([
      ...["POST", "https://ci.example/a?b=%3Coutput%20of%20later%3E"],
    ]);
  });

  it("hides what proves who we are, with its scheme and without", () => {
    const headers = {
      ...{ Authorization: "Bearer abc-def-1", "proxy-authorization": "Basic dXNlcjpwYXNz", Cookie: "session=12345" },
      ...{ "X-Authorization-Hint": "see the wiki", "X-Cookie": "crumbs are fine", "X-Api-Key": "k-9876" },
    };
    const { redactor } = filledOf(prepared({ url: "https://ci.example/a", headers }));
    const shown = Object.values(headers).concat("abc-def-1", "dXNlcjpwYXNz");
    expect(shown.map((text) => redactor.text(text))).toEqual([
      ...["[redacted]", "[redacted]", "[redacted]", "[redacted]", "[redacted]", "[redacted]"],
      ...["[redacted]", "[redacted]"],
    ]);
  });

  it.each([
    ["Authorization", "Bearer abc", "Bearer abc: abc", "[redacted]: abc"],
    ["Authorization", "Bearer abcd", "Bearer abcd: abcd", "[redacted]: [redacted]"],
    ["Authorization", "Bearer  abcd", " abcd", " [redacted]"],
    ["Authorization", "abcd", "abcd", "[redacted]"],
    ["X-Authorization", "see thewiki", "see thewiki: thewiki", "[redacted]: thewiki"],
    ["Authorization-Hint", "see thewiki", "see thewiki: thewiki", "[redacted]: thewiki"],
    ["X-Cookie", "see thewiki", "see thewiki: thewiki", "[redacted]: thewiki"],
    ["Cookie-Hint", "see thewiki", "see thewiki: thewiki", "[redacted]: thewiki"],
    ["X-Hint", "see thewiki", "see thewiki: thewiki", "see thewiki: thewiki"],
  ])("with the header %s: %s hides of %j what %j says", (name, value, text, expected) => {
    const { redactor } = filledOf(prepared({ url: "https://ci.example/a", headers: { [name]: value } }));
    expect(redactor.text(text)).toBe(expected);
  });

  it.each([
    [undefined, undefined],
    [["ci.example", "b.example"], undefined],
    [["b.example", "c.example"], 'the host "ci.example" is not allowed here; allowed: b.example, c.example'],
    [[], 'the host "ci.example" is not allowed here; allowed: none'],
  ])("where the hosts %j are allowed: %s", (hosts, problem) => {
    const settings = settingsOf(hosts === undefined ? {} : { hosts });
    expect(httpProblem(stepOf({ url: "https://CI.example/{{ labels.app }}" }), settings)).toBe(problem);
    const preparation = prepareHttp(stepOf({ url: "https://CI.example/a" }), values, settings, false);
    if (problem !== undefined) expect(preparation).toEqual({ refused: problem });
    else expect(filledOf(preparation).shown).toEqual(["GET", "https://CI.example/a"]);
  });

  it.each([[["ci.example/a"]], [["ftp://ci.example/"]], [[]], [["see https://ci.example"]], [["https:///a"]]])(
    "has no host in %j",
    (parts) => {
      const step = { ...stepOf({ url: "https://ci.example/a" }), url: { parts, text: parts.join("") } };
      expect(httpProblem(step as unknown as HttpStep, settingsOf())).toBe("has no host");
    },
  );

  it("has a host that ends where its path, its question or its place begins", () => {
    const hosts = ["ci.example:8443"];
    for (const rest of ["", "/a", "?a", "#a"])
      expect(httpProblem(stepOf({ url: `https://ci.example:8443${rest}` }), settingsOf({ hosts }))).toBeUndefined();
  });
});
