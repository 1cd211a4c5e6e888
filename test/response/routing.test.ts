import { describe, expect, it } from "vitest";

import { AlertRoutes, type AlertRoute } from "../../src/response/routing/routing.ts";
import { parseAlertRoutes } from "../../src/response/routing/document.ts";

const alert = {
  labels: { alertname: "Slow", service: "shop", severity: "page", env: "prod-eu" },
  annotations: { summary: "shop is slow", runbook_url: "https://runbooks/slow" },
};

describe("what alerts ask for", () => {
  it("is told by well-known labels and annotations", () => {
    expect(new AlertRoutes().route({ ...alert, labels: { ...alert.labels, slo: "shop/latency" } })).toEqual({
      severity: "SEV2",
      commander: undefined,
      services: ["shop"],
      slos: ["shop/latency"],
      runbook: "https://runbooks/slow",
      title: "shop is slow",
      labels: {},
    });
  });

  it.each([
    [{ severity: "emergency" }, "SEV1"],
    [{ severity: "CRITICAL" }, "SEV2"],
    [{ sloth_severity: "ticket" }, "SEV3"],
    [{ severity: "of its own", priority: "P4" }, "SEV4"],
    [{ severity: "constructor" }, "SEV3"],
    [{ level: "1" }, "SEV3"],
    [{}, "SEV3"],
  ] as const)("is by the labels %o as grave as %s", (labels, severity) => {
    expect(new AlertRoutes().route({ labels, annotations: {} }).severity).toBe(severity);
  });

  it("has its name for a title if there is no better one", () => {
    const routes = new AlertRoutes();
    expect(routes.route({ labels: { alertname: "Slow", job: "api" }, annotations: {} }).title).toBe("Slow: api");
    expect(routes.route({ labels: {}, annotations: { summary: " " } }).title).toBe("alert");
  });
});

describe("rules", () => {
  it.each<readonly [AlertRoute["match"], boolean]>([
    [undefined, true],
    [{}, true],
    [{ service: "shop" }, true],
    [{ service: "shop", env: "prod" }, false],
    [{ service: ["cart", "shop"] }, true],
    [{ service: [] }, false],
    [{ env: /^prod/ }, true],
    [{ env: /^prod/g }, true],
    [{ team: "" }, true],
    [{ team: /./ }, false],
    [{ constructor: "" }, true],
  ])("match by %o: %s", (match, isMatched) => {
    const routes = new AlertRoutes([{ ...(match === undefined ? {} : { match }), severity: "SEV1" }]);
    // An expression with a memory would match every other time.
    for (let time = 0; time < 2; time += 1) expect(routes.route(alert).severity === "SEV1").toBe(isMatched);
  });

  it("end at the first one that matches, or go on where that says so", () => {
    const routes = new AlertRoutes([
      { match: { service: "shop" }, commander: "ann", labels: { team: "a", tier: "1" }, continue: true },
      { match: { service: "shop" }, commander: "bob", severity: "SEV1", labels: { team: "b", area: "eu" } },
      { severity: "SEV4", title: "never" },
    ]);
    expect(routes.route(alert)).toMatchObject({
      commander: "ann",
      severity: "SEV1",
      title: "shop is slow",
      labels: { team: "a", tier: "1", area: "eu" },
    });
  });

  it("write titles from labels and annotations", () => {
    const title = (text: string): string => new AlertRoutes([{ title: text }]).route(alert).title;
    expect(title("{service}: {alertname} in {env}{nothing}")).toBe("shop: Slow in prod-eu");
    expect(title("{summary}!")).toBe("shop is slow!");
    expect(title("{nothing}")).toBe("shop is slow");
    expect(title("{constructor}{__proto__}")).toBe("shop is slow");
  });

  it.each<readonly [unknown, string]>([
    [{}, "routes: a mapping is not a list of at most 1000 rules"],
    [[{ sevrity: "SEV1" }], 'sevrity: is no option of a route (routes[0]); did you mean "severity"?'],
    [[{}, { severity: "SEV5" }], 'routes[1].severity: "SEV5" is not possible; did you mean'],
    [[{ match: { a: 7 } }], "routes[0].match.a: 7 is neither text, nor a list of texts, nor an expression"],
    [[{ services: "shop" }], 'routes[0].services: "shop" is not a list'],
    [[{ commander: "" }], "routes[0].commander: "],
    [
      [{ commander: { on_call: "p" } }],
      'routes[0].commander: has no onCall; did you mean "onCall"?; write a name, or { onCall: "primary" }',
    ],
    [[{ labels: { a: 1 } }], "routes[0].labels.a: 1 is not text"],
  ])("are checked: %#", (routes, problem) => {
    expect(() => new AlertRoutes(routes as never)).toThrow(problem);
  });
});

describe("a document of rules", () => {
  it("is read from YAML", () => {
    const routes = parseAlertRoutes(`
alert_routes:
  - match: { service: [shop, cart], env: { regex: prod-.* }, severity: page }
    severity: SEV1
    commander: ann
    services: shop
    title: "{alertname} on {service}"
    runbook: https://runbooks/shop
    labels: { team: shop }
    continue: true
  - slos: [shop/latency]
`);
    expect(new AlertRoutes(routes).route(alert)).toEqual({
      severity: "SEV1",
      commander: "ann",
      services: ["shop"],
      slos: ["shop/latency"],
      runbook: "https://runbooks/shop",
      title: "Slow on shop",
      labels: { team: "shop" },
    });
    const [{ match = {} } = {}] = routes;
    expect((match.env as RegExp).test("preprod-eu")).toBe(false);
  });

  it("tells all its faults with their lines", () => {
    const text = `alert_routes:
  - match: { service: 7 }
    severity: SEV9
  - match: { env: { regex: "(" } }
    comander: ann
`;
    expect(() => parseAlertRoutes(text, { file: "routes.yaml" })).toThrow(/4 faults/);
    for (const line of ["routes.yaml:2:", "routes.yaml:3:", "routes.yaml:4:", "routes.yaml:5:"]) {
      expect(() => parseAlertRoutes(text, { file: "routes.yaml" })).toThrow(line);
    }
  });

  it("refuse expressions that may take for ever on a label from outside, and end on all others", () => {
    const endless = (regex: string) => `alert_routes: [{ match: { env: { regex: '${regex}' } } }]`;
    expect(() => parseAlertRoutes(endless("(a+)+"))).toThrow(/alert_routes\[0\]\.match\.env.*may take for ever/);
    expect(() => new AlertRoutes([{ match: { env: /(a|b)*$/ } }])).toThrow(
      /routes\[0\]\.match\.env.*may take for ever/,
    );
    const routes = new AlertRoutes(parseAlertRoutes(endless(".*a.*a.*a.*a.*b")));
    const severity = (env: string) => routes.route({ ...alert, labels: { env, severity: "info" } }).severity;
    expect(severity("a".repeat(10_000))).toBe("SEV4");
  });
});
