/** What becomes a label: patterns, known methods and the status that the client saw. */
import { expect } from "vitest";

import type { Cell, Scenario } from "../cells.ts";
import { PATTERNS, UNMATCHED } from "../host.ts";
import { ask, exchange, RawClient } from "../raw.ts";
import { read } from "../reading.ts";

/** One request on a connection of its own: what the client saw, and what was counted. */
async function tell(cell: Cell, text: string): Promise<{ status: number; counted: Readonly<Record<string, number>> }> {
  const { port, signals } = await cell.serve();
  const client = await exchange(port, text);
  const { requests, rejected } = await read(signals);
  expect(rejected).toEqual({});
  return { status: client.statuses().at(-1) ?? 0, counted: requests };
}

function named(title: string, path: string, route: string, status: number, method: string = "GET"): Scenario {
  return {
    title,
    run: async (cell) => {
      const { status: seen, counted } = await tell(cell, ask(path, { method }));
      expect(seen).toBe(status);
      expect(counted).toEqual({ [`${method} ${route} ${status}`]: 1 });
    },
  };
}

/** Some routers take such a path and some refuse it; none of them may make a label of it. */
function harmless(title: string, target: string): Scenario {
  return {
    title,
    run: async (cell) => {
      const { status, counted } = await tell(cell, ask(target));
      const [key = "", ...others] = Object.keys(counted);
      expect([counted[key], others]).toEqual([1, []]);
      const [method, route = "", code] = key.split(" ");
      expect([method, Number(code)]).toEqual(["GET", status]);
      expect([...PATTERNS, UNMATCHED]).toContain(route);
    },
  };
}

export const routeScenarios: readonly Scenario[] = [
  named("the root is a route", "/", "/", 200),
  named("a parameter is its name", "/users/4711", "/users/:id", 200),
  named(
    "a mount with a parameter is part of the pattern",
    "/tenants/acme/users/4711",
    "/tenants/:tenant/users/:id",
    200,
  ),
  named("a handler that throws keeps its pattern", "/throws/1", "/throws/:id", 500),
  named("a handler that rejects keeps its pattern", "/rejects/1", "/rejects/:id", 500),
  named(
    "a handler that throws under a mount keeps its pattern",
    "/tenants/a/throws/1",
    "/tenants/:tenant/throws/:id",
    500,
  ),
  named("a 404 that a handler answers keeps its route", "/missing/1", "/missing/:id", 404),
  named("what no route takes is unmatched", "/nowhere/4711", UNMATCHED, 404),
  {
    title: "what no route takes under a mount shows no value",
    run: async (cell) => {
      const { status, counted } = await tell(cell, ask("/tenants/4711/nowhere/4711"));
      expect(status).toBe(404);
      expect(Object.keys(counted)).toHaveLength(1);
      expect([`GET ${UNMATCHED} 404`, "GET /tenants/:tenant/* 404"]).toContain(Object.keys(counted)[0]);
    },
  },
  named("a query is no part of a label", "/users/7?secret=4711&/x=%ff", "/users/:id", 200),
  {
    title: "values of two tenants share one series",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      for (const tenant of ["acme", "b%20c", "users"]) await exchange(port, ask(`/tenants/${tenant}/users/${tenant}`));
      expect((await read(signals)).requests).toEqual({ "GET /tenants/:tenant/users/:id 200": 3 });
    },
  },
  {
    title: "5,000 scanned URLs add one series",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      for (let batch = 0; batch < 50; batch += 1) {
        const client = await RawClient.open(port);
        const paths = Array.from({ length: 100 }, (_, index) => `/wp-${batch}/${index}.php?x=${index}`);
        client.send(paths.map((path) => ask(path, { keep: true })).join(""));
        await client.answered(100);
        client.leave();
      }
      expect((await read(signals)).requests).toEqual({ [`GET ${UNMATCHED} 404`]: 5_000 });
    },
  },
  {
    title: "methods that are rare share one label",
    run: async (cell) => {
      const { port, signals } = await cell.serve();
      const statuses: number[] = [];
      for (const method of ["PROPFIND", "MKCOL", "PURGE", "REPORT"]) {
        statuses.push(...(await exchange(port, ask("/nowhere", { method }))).statuses());
      }
      const { requests } = await read(signals);
      const expected: Record<string, number> = {};
      for (const status of statuses) {
        const key = `OTHER ${UNMATCHED} ${status}`;
        expected[key] = (expected[key] ?? 0) + 1;
      }
      expect(statuses).toHaveLength(4);
      expect(requests).toEqual(expected);
    },
  },
  {
    title: "a method that Node's parser refuses is no request",
    run: async (cell) => {
      const { status, counted } = await tell(cell, ask("/", { method: "FOO" }));
      expect([status, counted]).toEqual([400, {}]);
    },
  },
  harmless("an absolute-form request line", "http://elsewhere.example/users/4711"),
  harmless("an asterisk for a path", "*"),
  harmless("an empty first segment", "//4711//x"),
  harmless("encoded dot segments", "/users/%2e%2e"),
  harmless("bytes that are not UTF-8", "/users/%ff"),
  harmless("an escape that breaks off", "/users/%"),
  harmless("escapes in a mount's value", "/tenants/%zz/users/4711"),
  harmless("a path of 8 KB", `/users/${"4711".repeat(2_000)}`),
  harmless("quotes, newlines and braces in a path", '/users/%22%7D%0A%5C"}'),
  harmless("a path with the text of a pattern", "/users/:id/4711"),
];
