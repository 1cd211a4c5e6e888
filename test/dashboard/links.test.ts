import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { checkLinks, logsUrl, type TelemetryLinks, traceUrl } from "../../src/dashboard/links/links.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const [FROM, TO] = [Date.UTC(2026, 10, 29, 1), Date.UTC(2026, 10, 29, 2)];
const SHOP = { service: "shop", slo: "shop/availability", from: FROM, to: TO };

const loki = (query: string): TelemetryLinks => ({
  logs: { loki: { grafanaUrl: "https://grafana.example.com/sub/", datasourceUid: "loki-1", query } },
});
const kibana = (query: string): TelemetryLinks => ({
  logs: { kibana: { url: "https://kibana.example.com/s/ops", index: "logs-*", query } },
});

/** What Grafana reads of an address of Explore. */
function panes(url: string | undefined): { expr: string; range: unknown; datasource: unknown } {
  const { searchParams } = new URL(url ?? "");
  const read = JSON.parse(searchParams.get("panes") ?? "") as Record<string, Record<string, never>>;
  const pane = read.logs as unknown as { queries: { expr: string }[]; range: unknown; datasource: unknown };
  return { expr: pane.queries[0]?.expr ?? "", range: pane.range, datasource: pane.datasource };
}

/** What Kibana reads of an address of Discover. */
function discover(url: string | undefined): { global: unknown; app: Record<string, unknown> } {
  const parameters = new URLSearchParams(new URL(url ?? "").hash.replace("#/?", ""));
  const read = (name: string): unknown => unrison(parameters.get(name) ?? "");
  return { global: read("_g"), app: read("_a") as Record<string, unknown> };
}

/** A reader of Rison, written from its grammar. */
function unrison(text: string): unknown {
  let at = 0;
  const take = (expected: string): void => {
    if (!text.startsWith(expected, at)) throw new Error(`${expected} is missing at ${String(at)} of ${text}`);
    at += expected.length;
  };
  const list = (end: string, item: () => void): void => {
    while (text[at] !== end) {
      item();
      if (text[at] !== end) take(",");
    }
    take(end);
  };
  const value = (): unknown => {
    if (text[at] === "'") {
      let read = "";
      for (at += 1; text[at] !== "'"; at += 1) {
        if (at >= text.length) throw new Error(`a text does not end in ${text}`);
        if (text[at] === "!") at += 1;
        read += text.charAt(at);
      }
      at += 1;
      return read;
    }
    if (text.startsWith("!(", at)) {
      const items: unknown[] = [];
      at += 2;
      list(")", () => items.push(value()));
      return items;
    }
    if (text[at] === "!") {
      at += 2;
      return { t: true, f: false, n: null }[text[at - 1] as "t"];
    }
    if (text[at] === "(") {
      const pairs: Record<string, unknown> = {};
      at += 1;
      list(")", () => {
        const [key = ""] = /^[a-z_]\w*/i.exec(text.slice(at)) ?? [];
        at += key.length;
        take(":");
        pairs[key] = value();
      });
      return pairs;
    }
    const [digits = ""] = /^-?\d+/.exec(text.slice(at)) ?? [];
    if (digits === "") throw new Error(`nothing at ${String(at)} of ${text}`);
    at += digits.length;
    return Number(digits);
  };
  const read = value();
  if (at !== text.length) throw new Error(`${text.slice(at)} is left of ${text}`);
  return read;
}

/** The texts in quotes of a query, and what stands around them; both languages have the strings of Go. */
function tokens(query: string): { readonly around: string; readonly texts: string[] } {
  const texts: string[] = [];
  const around = query.replace(/"((?:\\.|[^"\\\n])*)"/g, (whole) => {
    texts.push(JSON.parse(whole) as string);
    return "TEXT";
  });
  return { around, texts };
}

const hostile = fc.oneof(
  fc.string({ minLength: 1, maxLength: 50, unit: "binary" }),
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...Array.from("\"`\\{}|=~!'(),:;&#%+*$\n\u2028 a")) }),
  fc.constantFrom('"} or {job="secret"} #', '" or *', "${service}", "!'", "\\", '\\"', "\ud800", ".*"),
);
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

describe("the address of a trace", () => {
  it.each<[string, TelemetryLinks["traces"], string]>([
    ["Jaeger", { jaeger: "https://jaeger.example.com" }, `https://jaeger.example.com/trace/${ID}`],
    ["Jaeger below a path", { jaeger: "http://ops:16686/jaeger/" }, `http://ops:16686/jaeger/trace/${ID}`],
    ["Zipkin", { zipkin: "https://zipkin.example.com" }, `https://zipkin.example.com/zipkin/traces/${ID}`],
    ["Zipkin with its path", { zipkin: "https://a.example.com/zipkin/" }, `https://a.example.com/zipkin/traces/${ID}`],
    ["any other", { template: "https://x.example.com/?t={traceId}#a" }, `https://x.example.com/?t=${ID}#a`],
  ])("is that of %s", (_title, traces, expected) => {
    expect(traceUrl({ ...(traces === undefined ? {} : { traces }) }, ID)).toBe(expected);
    expect(() => checkLinks({ traces })).not.toThrow();
  });

  it("is none without traces, or of what is no id", () => {
    expect(traceUrl({}, ID)).toBeUndefined();
    const links: TelemetryLinks = { traces: { jaeger: "https://jaeger.example.com" } };
    for (const id of ["", "../admin", "0".repeat(32), `${ID}0`, undefined as unknown as string]) {
      expect(traceUrl(links, id)).toBeUndefined();
    }
    expect(traceUrl(links, ID.toUpperCase())).toBe(traceUrl(links, ID));
  });

  it("never leads elsewhere than to http and https", () => {
    for (const address of ["javascript:alert(1)//", "ftp://a/", "file:///", "https://u:p@a.example.com", "a", "//a"]) {
      expect(traceUrl({ traces: { jaeger: address } }, ID)).toBeUndefined();
      expect(traceUrl({ traces: { template: `${address}{traceId}` } }, ID)).toBeUndefined();
    }
    expect(traceUrl({ traces: { template: "https://{traceId}/" } }, ID)).toBeUndefined();
    expect(traceUrl({ traces: { template: "https://a.example.com{traceId}/" } }, ID)).toBeUndefined();
  });
});

describe("the address of logs", () => {
  it("is Grafana's Explore for Loki", () => {
    const url = logsUrl(loki('{service_name="{service}"} |= "{slo}"'), SHOP);
    expect(url).toMatch(/^https:\/\/grafana\.example\.com\/sub\/explore\?schemaVersion=1&panes=%7B/);
    expect(panes(url)).toEqual({
      expr: '{service_name="shop"} |= "shop/availability"',
      range: { from: String(FROM), to: String(TO) },
      datasource: "loki-1",
    });
  });

  it("is Discover for Kibana", () => {
    const url = logsUrl(kibana('service.name: "{service}" and not level: debug'), SHOP);
    expect(url).toMatch(/^https:\/\/kibana\.example\.com\/s\/ops\/app\/discover#\/\?_g=/);
    expect(discover(url)).toEqual({
      global: {
        filters: [],
        refreshInterval: { pause: true, value: 0 },
        time: { from: "2026-11-29T01:00:00.000Z", to: "2026-11-29T02:00:00.000Z" },
      },
      app: {
        columns: [],
        filters: [],
        index: "logs-*",
        interval: "auto",
        query: { language: "kuery", query: 'service.name: "shop" and not level: debug' },
        sort: [["@timestamp", "desc"]],
      },
    });
  });

  it("is whatever a template makes of it", () => {
    const logs = { template: "https://logs.example.com/{service}?from={from}&to={to}&q={incident}" };
    expect(logsUrl({ logs }, { ...SHOP, service: "a/b?c", incident: "INC'1" })).toBe(
      `https://logs.example.com/a%2Fb%3Fc?from=${String(FROM)}&to=${String(TO)}&q=INC%271`,
    );
  });

  it("is none where the template asks for what is not known, or the time is none", () => {
    const links = loki('{app="{service}"} |= "{traceId}"');
    expect(logsUrl(links, SHOP)).toBeUndefined();
    expect(logsUrl(links, { ...SHOP, traceId: "" })).toBeUndefined();
    expect(panes(logsUrl(links, { ...SHOP, traceId: ID })).expr).toContain(ID);
    for (const time of [{ from: NaN }, { to: Infinity }, { from: TO, to: FROM }]) {
      expect(logsUrl(loki('{app="{service}"}'), { ...SHOP, ...time })).toBeUndefined();
    }
    expect(logsUrl(loki('{app="{service}"}'), { ...SHOP, service: "a".repeat(1_001) })).toBeUndefined();
    expect(logsUrl({}, SHOP)).toBeUndefined();
  });

  it("keeps whatever a name is within its quotes in LogQL", () => {
    fc.assert(
      fc.property(hostile, hostile, (service, slo) => {
        const { expr } = panes(logsUrl(loki('{app="{service}"} |= "a {slo} b" | json'), { ...SHOP, service, slo }));
        expect(tokens(expr)).toEqual({
          around: "{app=TEXT} |= TEXT | json",
          texts: [wellFormed(service), `a ${wellFormed(slo)} b`],
        });
      }),
      { numRuns: 500 },
    );
  });

  it("keeps it within its quotes in KQL", () => {
    fc.assert(
      fc.property(hostile, (service) => {
        const { app } = discover(logsUrl(kibana('a: "{service}" or b: c'), { ...SHOP, service }));
        const { query } = app.query as { query: string };
        expect(tokens(query)).toEqual({ around: "a: TEXT or b: c", texts: [wellFormed(service)] });
      }),
      { numRuns: 500 },
    );
  });

  it("matches it and nothing else where the query has a regular expression", () => {
    const { expr } = panes(logsUrl(loki('{app=~"{service}-.*"} != "{service}"'), { ...SHOP, service: "a.b+" }));
    expect(tokens(expr)).toEqual({ around: "{app=~TEXT} != TEXT", texts: [String.raw`a\.b\+-.*`, "a.b+"] });
  });

  it("keeps whatever a value is in its place of a template", () => {
    fc.assert(
      fc.property(hostile, (service) => {
        const logs = { template: "https://logs.example.com/x/{service}/y?q={service}&r=1#z" };
        const url = new URL(logsUrl({ logs }, { ...SHOP, service }) ?? "");
        expect([url.host, url.searchParams.get("q"), url.searchParams.get("r"), url.hash]).toEqual([
          "logs.example.com",
          wellFormed(service),
          "1",
          "#z",
        ]);
        // "." and ".." are steps of a path, however they are written.
        if (!/^\.\.?$/.test(service)) expect(url.pathname.split("/")).toHaveLength(4);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves everything else of a query as it is", () => {
    const query = '{app="a\\"{service}"} | line_format "{{.x}} {2}" |~ `{x}` # "not a text';
    expect(panes(logsUrl(loki(query), SHOP)).expr).toBe(query.replace("{service}", "shop"));
    expect(() => checkLinks(loki(query))).not.toThrow();
  });
});

describe("links that cannot be", () => {
  const ofLoki = { grafanaUrl: "https://g.example.com", datasourceUid: "l", query: '{a="{service}"}' };
  const ofKibana = { url: "https://k.example.com", index: "logs", query: 'a: "{service}"' };
  it.each<[string, unknown, string]>([
    ["no mapping", [], "links takes an object of options, not a list of 0"],
    ["an unknown kind", { trace: {} }, 'trace: is no option of links; did you mean "traces"?'],
    ["no traces", { traces: {} }, "traces: has none of jaeger, zipkin, template; write one of them"],
    [
      "two",
      { traces: { jaeger: "https://a", zipkin: "https://b" } },
      "traces: has several of jaeger, zipkin, template",
    ],
    ["no address", { traces: { jaeger: "ops" } }, "traces.jaeger: is no address; write one that begins with https://"],
    ["a password", { traces: { zipkin: "https://u:p@z.example.com" } }, "traces.zipkin: is no address"],
    ["a script", { traces: { template: "javascript:{traceId}" } }, "traces.template: is no address"],
    ["a host to come", { traces: { template: "https://{traceId}" } }, "traces.template: is no address"],
    ["no place for an id", { traces: { template: "https://a.b/" } }, "leads to no trace; write {traceId}"],
    [
      "an unknown value",
      { logs: { template: "https://a.b/{svc}" } },
      "logs.template: there is no {svc}; allowed: service",
    ],
    [
      "a data source",
      { logs: { loki: { ...ofLoki, datasourceUid: 1 } } },
      "logs.loki.datasourceUid: 1 is not possible",
    ],
    ["no query", { logs: { loki: { ...ofLoki, query: " " } } }, 'logs.loki.query: " " is not possible'],
    [
      "a value of its own",
      { logs: { loki: { ...ofLoki, query: "{a={service}}" } } },
      "{service} stands outside of quotes",
    ],
    ["backticks", { logs: { loki: { ...ofLoki, query: "{a=`{service}`}" } } }, "{service} stands in backticks"],
    ["a comment", { logs: { loki: { ...ofLoki, query: '{a="b"} # {slo}' } } }, "{slo} stands in a comment"],
    ["an open quote", { logs: { loki: { ...ofLoki, query: '{a="{service}}' } } }, 'begins with " does not end'],
    ["a slip", { logs: { kibana: { ...ofKibana, query: 'a: "{servce}"' } } }, "did you mean {service}?"],
    ["apostrophes", { logs: { kibana: { ...ofKibana, query: "a: '{service}'" } } }, "stands outside of quotes"],
    ["no data view", { logs: { kibana: { ...ofKibana, index: "" } } }, 'logs.kibana.index: "" is not possible'],
    ["a key", { logs: { kibana: { ...ofKibana, space: "a" } } }, "logs.kibana.space: is no option of kibana"],
  ])("are refused: %s", (_title, links, message) => {
    expect(() => checkLinks(links, [])).toThrow(message);
  });

  it("are named by where they are, and an address is never shown", () => {
    const wrong = { traces: { jaeger: "https://u:secret@a" } };
    expect(() => checkLinks(wrong, ["dashboard", "links"])).toThrow(/^dashboard\.links\.traces\.jaeger: (?!.*secret)/);
  });
});
