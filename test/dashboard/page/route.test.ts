import fc from "fast-check";
import { expect, test } from "vitest";
import { OVERVIEW, routeOf, serviceHash, sloHash } from "../../../src/dashboard/page/route.ts";

test("every name has an address of its own, and is found by it", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (name) => {
      expect(routeOf(sloHash(name))).toEqual({ view: "slo", id: name });
      expect(routeOf(serviceHash(name))).toEqual({ view: "service", name });
      expect(sloHash(name)).toMatch(/^#\/slo\/[^/#?&]+$/);
    }),
  );
});

test.each(["", "#", "#/", "#/slo/", "#/service/", "#/other/a", "#slo/a", OVERVIEW])("%j is the overview", (hash) => {
  expect(routeOf(hash)).toEqual({ view: "overview" });
});

test("what is no escape stands for itself, and half a character is none", () => {
  expect(routeOf("#/slo/%E0%A4%A")).toEqual({ view: "slo", id: "%E0%A4%A" });
  expect(routeOf("#/slo/a/b")).toEqual({ view: "slo", id: "a/b" });
  expect(routeOf(sloHash("a\ud800"))).toEqual({ view: "slo", id: "a\ufffd" });
});
