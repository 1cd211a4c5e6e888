import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InProcessFaults } from "../../../src/chaos/in-process/in-process-faults.ts";
import { hostMatch, routeMatch } from "../../../src/chaos/in-process/patterns.ts";

describe("the routes of in-process faults", () => {
  it.each([
    ["/hit", "GET", "/hit", true],
    ["/hit", "POST", "/hit/", true],
    ["/hit/", "GET", "/hit", true],
    ["/hit", "GET", "/hit/7", false],
    ["/hit", "GET", "/Hit", false],
    ["GET /hit", "POST", "/hit", false],
    ["GET /hit", "HEAD", "/hit", true],
    ["HEAD /hit", "GET", "/hit", false],
    ["/", "GET", "/", true],
    ["/", "GET", "/x", false],
    ["/orders/:id", "GET", "/orders/7", true],
    ["/orders/:id", "GET", "/orders", false],
    ["/orders/:id", "GET", "/orders//", false],
    ["/orders/:id/lines", "GET", "/orders/7/lines", true],
    ["/orders/:id/lines", "GET", "/orders/7/8/lines", false],
    ["/orders/*", "GET", "/orders/7/lines", true],
    ["/orders/*", "GET", "/orders", false],
    ["/orders/*rest", "GET", "/orders/7", true],
    ["/*", "GET", "/", true],
    ["/*", "GET", "/a/b", true],
    ["/caf%C3%A9", "GET", "/caf%c3%a9", true],
    ["/café", "GET", "/caf%C3%A9", true],
    ["/a", "GET", "/%61", true],
    ["/a", "GET", "/%", false],
  ])("%s means %s %s: %s", (pattern, method, path, isMeant) => {
    expect(routeMatch(pattern, [])(method, path)).toBe(isMeant);
  });

  it("are matched as an expression made of the same pattern would match", () => {
    const segment = fc.constantFrom("a", "b", "orders", "7");
    const part = fc.oneof(segment, fc.constant(":id"));
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 4 }),
        fc.boolean(),
        fc.array(segment, { maxLength: 5 }),
        (parts, hasStar, asked) => {
          const pattern = `/${[...parts, ...(hasStar ? ["*"] : [])].join("/")}`;
          const expression = `^/${parts.map((one) => (one === ":id" ? "[^/]+" : one)).join("/")}`;
          const rest = hasStar ? (parts.length === 0 ? ".*" : "/.+") : "";
          const path = `/${asked.join("/")}`;
          expect(routeMatch(pattern, [])("GET", path)).toBe(new RegExp(`${expression}${rest}$`).test(path));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    "",
    "hit",
    "get /hit",
    "GET  /hit",
    "/hit?x=1",
    "/a/*/b",
    "/:id(\\d+)",
    "/{a}",
    "/a:b",
    "/*.js",
    "/x".repeat(400),
  ])("are not %j", (pattern) => {
    expect(() => new InProcessFaults({ routes: ["/", pattern] })).toThrow("routes[1].route: ");
  });
});

describe("the hosts of in-process faults", () => {
  it.each([
    ["api.example.com", "api.example.com:443", true],
    ["API.example.com", "api.example.COM.:443", true],
    ["api.example.com", "example.com:443", false],
    ["api.example.com:8443", "api.example.com:443", false],
    ["api.example.com:8443", "api.example.com:8443", true],
    ["*.example.com", "a.b.example.com:80", true],
    ["*.example.com", "example.com:80", false],
    ["*.example.com", "badexample.com:80", false],
    ["127.0.0.1:80", "127.0.0.1:80", true],
    ["[::1]", "[::1]:80", true],
    ["[::1]:81", "[::1]:80", false],
    ["bücher.example", "xn--bcher-kva.example:443", true],
  ])("%s means %s: %s", (pattern, host, isMeant) => {
    expect(hostMatch(pattern, [])(host)).toBe(isMeant);
  });

  it.each(["", "https://api.example.com", "api.example.com/x", "*", "a b", "x:0", "x:99x", "a@b"])(
    "are not %j",
    (host) => {
      expect(() => new InProcessFaults({ hosts: [host] })).toThrow("hosts[0].host: ");
    },
  );
});

describe("the options of in-process faults", () => {
  it.each([
    [{}, "routes: are missing, and so are hosts"],
    [{ routes: "/hit" }, 'routes: "/hit" is no list'],
    [{ routes: ["/hit", "/hit"] }, 'routes[1]: "/hit" is there twice'],
    [{ routes: ["/hit"], hosts: [{ host: "a", id: "/hit" }] }, 'hosts[0]: "/hit" is there twice'],
    [{ routes: [{ rout: "/hit" }] }, 'routes[0].rout: is no option of a route; did you mean "route"?'],
    [{ routes: [{ route: "/hit", id: "" }] }, "routes[0].id: "],
    [{ routes: [{ route: "/hit", labels: { chaos: 1 } }] }, "routes[0].labels: "],
    [{ routes: [7] }, "routes[0]: a route takes an object of options, not 7"],
    [{ routes: [null] }, "routes[0]: a route takes an object of options, not null"],
    [{ routes: ["/hit"], maxActive: 0 }, "maxActive: 0 is out of range"],
    [{ routes: ["/hit"], maxHeld: 5 }, "maxHeld: is no option of InProcessFaults"],
    [{ routes: ["/hit"], clock: {} }, "clock: a mapping has no method now()"],
    [{ routes: ["/hit"], random: {} }, "random: a mapping has no method next()"],
  ])("are not %j", (options, message) => {
    expect(() => new InProcessFaults(options as never)).toThrow(message);
  });
});
