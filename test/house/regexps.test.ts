import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, test } from "vitest";

import { scanFault } from "../../src/rules/promql/scan.ts";
import { expression } from "../../src/core/pattern/expression.ts";
import { parseAlertRoutes } from "../../src/response/routing/document.ts";
import { ROOT } from "../support/spawn.ts";

interface Found {
  readonly source: string;
  readonly flags: string;
}

/** One that a checker could not decide on, or found wanting: why it does no harm, and on how much it is tried at most. */
interface ByHand {
  readonly reason: string;
  readonly most?: number;
  readonly attack?: { readonly pumps: readonly (readonly [prefix: string, pump: string])[]; readonly suffix: string };
}

interface Regexps {
  regexpsOfSource(): { readonly found: readonly Found[]; readonly dynamic: readonly { readonly text: string }[] };
  keyOf(one: Found): string;
  readVerdicts(): {
    readonly safe: readonly string[];
    readonly byHand: Readonly<Record<string, ByHand>>;
    readonly made: Readonly<Record<string, string>>;
  };
}

const regexps = (await import(pathToFileURL(join(ROOT, "scripts/support/regexps.mjs")).href)) as Regexps;
const { found, dynamic } = regexps.regexpsOfSource();
const { safe, byHand, made } = regexps.readVerdicts();
const keys = new Set(found.map((one) => regexps.keyOf(one)));

/** Lenient by far: what it keeps out takes minutes, or for ever. It is processor time, so that a busy machine does not matter. */
const MOST_SECONDS = 2;

describe("regular expressions of src", () => {
  test("were each tried by two checkers, or are looked at by hand: `npm run regexps -- --record` after a change", () => {
    const known = new Set([...safe, ...Object.keys(byHand)]);
    expect([...keys].filter((key) => !known.has(key))).toEqual([]);
    expect(Object.keys(byHand).filter((key) => !keys.has(key))).toEqual([]);
    expect(dynamic.map(({ text }) => text).sort()).toEqual(Object.keys(made).sort());
    for (const reason of [...Object.values(byHand).map((one) => one.reason), ...Object.values(made)])
      expect(reason.length).toBeGreaterThan(20);
  });

  test.each(Object.entries(byHand).filter(([, { attack }]) => attack !== undefined))(
    "%s ends on the worst text of its length that a checker has found",
    (key, { most = NaN, attack }) => {
      const { pumps, suffix } = attack as NonNullable<ByHand["attack"]>;
      const each = Math.floor(most / pumps.length);
      const text = pumps
        .map(([prefix, pump]) => prefix + pump.repeat(Math.max(1, Math.floor(each / pump.length))))
        .join("");
      const end = key.lastIndexOf("/");
      const tried = new RegExp(key.slice(1, end), key.slice(end + 1).replace(/[gy]/g, ""));
      const began = process.cpuUsage();
      tried.test(text + suffix);
      expect(process.cpuUsage(began).user / 1e6).toBeLessThan(MOST_SECONDS);
    },
  );
});

describe("what would have taken for ever", () => {
  const ends = (work: () => unknown): void => {
    const began = process.cpuUsage();
    work();
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(MOST_SECONDS);
  };

  test("a PromQL expression of signs of comments", () => {
    ends(() => scanFault(`${"#".repeat(5_000)}\nup`));
    expect(scanFault(" # a\n\t# b")?.message).toBe("the expression is empty");
    expect(scanFault("# a\nup")).toBeUndefined();
  });

  test("an expression of a runbook whose brackets do not close", () => {
    ends(() => {
      try {
        expression(`[\\${"0,}\\".repeat(240)}0,}`);
      } catch {
        // It is none.
      }
    });
    expect(expression("[a\\]b]+").test("]")).toBe(true);
  });

  test("an expression of a route on a label from outside", () => {
    const routed = (regex: string) => parseAlertRoutes({ alert_routes: [{ match: { env: { regex } } }] });
    expect(() => routed("(a+)+")).toThrow(/may take for ever on some texts/);
    expect(() => routed("prod-.*|test")).not.toThrow();
  });
});
