import { describe, expect, it, test } from "vitest";

import { BASE, long, plain, readStep, stepFaults } from "./definition-support.ts";

const URL_TEXT = "https://h/x";
const WRITTEN = "write it out, such as https://ci.example/deploys/{{ labels.service }}";

const request = (http: object): string[] => stepFaults({ http: { url: URL_TEXT, ...http } });

describe("a step with a request", () => {
  it("has what is usual where nothing is said", () => {
    expect(readStep({ http: { url: URL_TEXT } })).toStrictEqual({
      ...{ ...BASE, kind: "http", method: "GET", url: plain(URL_TEXT), headers: {}, okStatuses: [] },
    });
  });

  it("has all that is said", () => {
    const json = { a: ["{{ labels.x }}", null, 7, true], b: { c: "" } };
    const http = { method: "put", url: "HTTP://h:8080/{{ labels.x }}", headers: { "X-A": "b" }, json, okStatuses: 204 };
    expect(readStep({ http })).toStrictEqual({
      ...BASE,
      kind: "http",
      method: "PUT",
      url: {
        text: "HTTP://h:8080/{{ labels.x }}",
        parts: ["HTTP://h:8080/", { path: ["labels", "x"], name: "labels.x", offset: 14 }],
      },
      headers: { "X-A": plain("b") },
      json,
      okStatuses: [204],
    });
  });

  test.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])("may be a %s", (method) => {
    expect(readStep({ http: { url: URL_TEXT, method: method.toLowerCase() } })).toMatchObject({ method });
    const fault = ["GET", "HEAD"].includes(method) ? [`http.json: ${method} has no body; leave it out`] : [];
    expect(request({ method, json: 1 })).toStrictEqual(fault);
  });

  it("is a POST if it has a body, even one that is null", () => {
    expect(readStep({ http: { url: URL_TEXT, json: null } })).toMatchObject({ method: "POST", json: null });
    expect(readStep({ http: { url: URL_TEXT, json: "a" } })).toMatchObject({ method: "POST", json: "a" });
  });

  test.each<[object, string]>([
    [{ url: undefined }, "http.url: is missing; write one, such as https://ci.example/deploys"],
    [{ url: null }, "http.url: is empty; write a value, or leave it out"],
    [{ url: "" }, `http.url: "" does not begin with http:// or https:// and a host; ${WRITTEN}`],
    [{ url: "/x" }, `http.url: "/x" does not begin with http:// or https:// and a host; ${WRITTEN}`],
    [{ url: "ahttp://h/" }, `http.url: "ahttp://h/" does not begin with http:// or https:// and a host; ${WRITTEN}`],
    [
      { url: "{{ labels.x }}://h/" },
      `http.url: "{{ labels.x }}://h/" does not begin with http:// or https:// and a host; ${WRITTEN}`,
    ],
    [
      { url: "https://u:p@h/" },
      "http.url: has a name or a password before the host; put them into a header, from {{ secrets.NAME }}",
    ],
    [{ url: "https://h{{ labels.x }}/" }, `http.url: what is filled in would be a part of the host; ${WRITTEN}`],
    [{ url: "https://h:{{ labels.x }}" }, `http.url: what is filled in would be a part of the host; ${WRITTEN}`],
    [{ url: "https://h/a b" }, 'http.url: "https://h/a b" has a space or a backslash in it; percent-encode it'],
    [{ url: "https://h/a\\b" }, 'http.url: "https://h/a\\\\b" has a space or a backslash in it; percent-encode it'],
    [{ url: "https://h\\b" }, 'http.url: "https://h\\\\b" has a space or a backslash in it; percent-encode it'],
    [{ url: "https:///x" }, `http.url: "https:///x" has no host; ${WRITTEN}`],
    [{ url: "https:///{{ labels.x }}/a" }, `http.url: "https:///{{ labels.x }}/a" has no host; ${WRITTEN}`],
    [{ url: "https://?{{ labels.x }}" }, `http.url: "https://?{{ labels.x }}" has no host; ${WRITTEN}`],
    [{ url: "https://h:99999/" }, `http.url: "https://h:99999/" is no address; ${WRITTEN}`],
    [{ url: "https://[/" }, `http.url: "https://[/" is no address; ${WRITTEN}`],
    [{ method: "TRACE" }, 'http.method: "TRACE" is not allowed here; allowed: GET, HEAD, POST, PUT, PATCH, DELETE'],
    [{ method: 7 }, "http.method: 7 is not allowed here; allowed: GET, HEAD, POST, PUT, PATCH, DELETE"],
    [{ headers: "A: b" }, 'http.headers: "A: b" is not a mapping of headers'],
    [{ headers: ["A"] }, "http.headers: a list of 1 is not a mapping of headers"],
    [{ headers: { A: true } }, "http.headers.A: true is not text; write it in quotes"],
    [{ headers: { A: "b", a: "c" } }, "http.headers.a: a is there already"],
    [{ headers: { A: long(8_193) } }, "http.headers.A: has 8193 characters; allowed: at most 8192"],
    [{ url: `https://h/${long(8_183)}` }, "http.url: has 8193 characters; allowed: at most 8192"],
    [{ json: { a: [NaN] } }, "http.json.a[0]: NaN is nothing that JSON has"],
    [{ json: { a: { b: Infinity } } }, "http.json.a.b: Infinity is nothing that JSON has"],
    [{ json: /a/ }, "http.json: a mapping is nothing that JSON has"],
    [{ json: { a: long(20_001) } }, "http.json.a: has 20001 characters; allowed: at most 20000"],
    [{ json: ["{{#a}}"] }, 'http.json[0]: "{{#a}}" is no template: unclosed section "a" at 6'],
    [{ okStatuses: 99 }, "http.okStatuses: 99 is out of range; allowed: at least 100"],
    [{ ok_statuses: [200, 600] }, "http.ok_statuses[1]: 600 is out of range; allowed: at most 599"],
    [{ okStatuses: Array(501).fill(200) }, "http.okStatuses: has 501 items; allowed: at most 500"],
    [{ body: 1 }, 'http.body: unknown key "body"; allowed: method, url, headers, json, ok_statuses'],
  ])("with %j is refused", (http, fault) => {
    expect(request(http)).toStrictEqual([fault]);
  });

  test.each([
    ...["Host", "content-length", "Transfer-Encoding", "connection", "upgrade", "te", "trailer", "expect"],
    "keep-alive",
  ])("says %s by itself", (name) => {
    expect(request({ headers: { [name]: "a" } })).toStrictEqual([
      expect.stringMatching(/^http.headers.*: .* is set by the request itself; leave it out$/),
    ]);
    expect(request({ headers: { [`x-${name}`]: "a", [`${name}-x`]: "a" } })).toStrictEqual([]);
  });

  test.each(["", "a b", "a:b", "é", "a\n", long(101)])("has no header %j", (name) => {
    expect(request({ headers: { [name]: "a" } })).toStrictEqual([expect.stringMatching(/ is no name of a header$/)]);
  });

  it("has as much as is allowed, and no more", () => {
    const headers = (count: number): object => ({
      headers: Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${String(index)}`, "a"])),
    });
    expect(request(headers(100))).toStrictEqual([]);
    expect(request(headers(101))).toStrictEqual(["http.headers: has 101 headers; allowed: 100"]);
    expect(request({ headers: { [long(100)]: long(8_192), "!#$%&'*+.^_`|~1-": "a" } })).toStrictEqual([]);
    expect(request({ url: `https://h/${long(8_182)}`, json: long(20_000), okStatuses: [100, 599] })).toStrictEqual([]);
  });

  test.each(["https://h", "http://h?a={{ labels.x }}", "https://h#{{ labels.x }}", "https://h:80/{{ labels.x }}/@"])(
    "may be for %j",
    (url) => {
      expect(request({ url })).toStrictEqual([]);
    },
  );

  it("has all of its faults told", () => {
    expect(stepFaults({ http: 7 })).toStrictEqual(["http: 7 is not a mapping"]);
    expect(request({ url: "x", method: "head", json: NaN, headers: { "": "a", b: 7 } })).toHaveLength(4);
  });
});

describe("a step with an action", () => {
  const act = (): string => "done";

  it("has what is said", () => {
    expect(readStep({ action: "drain" })).toStrictEqual({ ...BASE, kind: "action", action: "drain", input: undefined });
    expect(readStep({ run: act, input: ["{{ labels.x }}"] })).toStrictEqual({
      ...{ ...BASE, kind: "action", action: act, input: ["{{ labels.x }}"] },
    });
    expect(readStep({ action: act, input: null })).toStrictEqual({ ...BASE, kind: "action", action: act, input: null });
  });

  test.each<[object, string]>([
    [{ action: 7 }, "action: 7 is not text; write it in quotes"],
    [{ action: "" }, "action: is blank; write some text, such as drain_queue"],
    [{ action: long(101) }, "action: has 101 characters; allowed: at most 100"],
    [{ action: "{{ labels.x }}" }, "action: nothing is filled in here; write it out"],
    [{ run: "a" }, 'run: "a" is no function; in a document, write action: with its name'],
    [{ action: "a", run: act }, "run: is there beside action; keep one of them"],
    [{ action: "a", input: { b: [act] } }, "input.b[0]: a function is nothing that JSON has"],
    [
      { action: "a", input: "{{ lables.x }}" },
      'input: there is no value "lables.x"; did you mean "labels"? allowed: labels, annotations, alert, incident, run, parameters, secrets, steps',
    ],
    [
      { action: "a", input: { b: { c: "{{ lables.x }}" } } },
      'input.b.c: there is no value "lables.x"; did you mean "labels"? allowed: labels, annotations, alert, incident, run, parameters, secrets, steps',
    ],
  ])("with %j is refused", (step, fault) => {
    expect(stepFaults(step)).toStrictEqual([fault]);
  });
});
