import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { parseReliabilityDocument } from "../../src/policy/shared-document.ts";
import { parseStatusDocument } from "../../src/status/document.ts";
import { AVAILABILITY, documentOf } from "./support.ts";

const { slos } = documentOf(AVAILABILITY);
const HEAD = "service_level_objectives:\n  shop:\n    availability: { target: 99.9%, measurement_window: 30d }\n";

function faultsOf(text: string, head = HEAD): string[] {
  try {
    parseReliabilityDocument(head + text, { file: "slo.yaml" });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(
      ({ path, message, line, column }) => `${String(line)}:${String(column)} ${path.join(".")}: ${message}`,
    );
  }
}

describe("a document", () => {
  it("without composites and exclusions has none", () => {
    expect(parseReliabilityDocument(HEAD).beside).toEqual({ composites: [], exclusions: [] });
  });

  it("gives exclusions for all, for services and for SLOs", () => {
    const { exclusions } = parseStatusDocument(
      {
        exclusions: [
          { from: "2026-11-01T01:00:00Z", to: "2026-11-01T03:00:00+01:00", reason: "upgrade" },
          { from: "2026-11-02T01:00:00Z", to: "2026-11-02T02:00:00Z", reason: "test", services: ["shop"] },
          { from: "2026-11-02T01:00:00Z", to: "2026-11-02T02:00:00Z", reason: "test", slos: ["shop/availability"] },
        ],
      },
      slos,
    );
    expect(exclusions[0]).toEqual({
      start: Date.UTC(2026, 10, 1, 1),
      end: Date.UTC(2026, 10, 1, 2),
      reason: "upgrade",
    });
    expect([exclusions[1]?.services, exclusions[2]?.slos]).toEqual([["shop"], ["shop/availability"]]);
  });

  it("gives composites with members by name or with weights", () => {
    const { composites } = parseStatusDocument(
      {
        composite_slos: {
          shop: {
            plain: { of: "all", members: ["shop/availability"], measurement_window: "30d" },
            heavy: {
              of: "weighted",
              members: { "shop/availability": 3 },
              target: "99.5%",
              measurement_window: "7d",
              missing: "bad",
            },
          },
        },
      },
      slos,
    );
    expect(composites.map(({ id, of, missing, members }) => [id, of, missing, members])).toEqual([
      ["shop/plain", "all", "unknown", [{ slo: "shop/availability", weight: 1 }]],
      ["shop/heavy", "weighted", "bad", [{ slo: "shop/availability", weight: 3 }]],
    ]);
    expect(composites[1]?.objective?.percentText).toBe("99.5%");
  });
});

describe("faults are told with their place:", () => {
  it.each([
    [
      "exclusions:\n  - { from: 2026-11-01, to: 2026-11-01T02:00:00Z, reason: x }\n",
      '5:13 exclusions.0.from: "2026-11-01" is not an instant; write one such as 2026-11-29T01:00:00Z',
    ],
    [
      "exclusions:\n  - { from: 2026-11-01T03:00:00Z, to: 2026-11-01T02:00:00Z, reason: x }\n",
      "5:39 exclusions.0.to: is not after from",
    ],
    [
      "exclusions:\n  - { from: 2026-11-01T03:00:00Z, to: 2027-11-02T03:00:01Z, reason: x }\n",
      "5:39 exclusions.0.to: is more than 366 days after from",
    ],
    [
      "exclusions:\n  - { from: 2026-02-30T03:00:00Z, to: 2026-11-02T03:00:00Z, reason: x }\n",
      '5:13 exclusions.0.from: "2026-02-30T03:00:00Z" is not an instant',
    ],
    [
      "exclusions:\n  - { from: 2026-11-01T01:00:00Z, to: 2026-11-01T02:00:00Z, reason: x, services: [shpo] }\n",
      '5:83 exclusions.0.services.0: there is no "shpo" among the SLOs',
    ],
    ["exclusions: { from: now }\n", "4:13 exclusions: a mapping is not a list"],
    [
      "composite_slos:\n  shop:\n    journey: { of: al, members: [shop/availability], measurement_window: 30d }\n",
      '6:20 composite_slos.shop.journey.of: "al" is not',
    ],
    [
      "composite_slos:\n  shop:\n    journey: { of: weighted, members: [shop/availability], measurement_window: 30d }\n",
      "6:14 composite_slos.shop.journey: of: weighted needs a target",
    ],
    [
      "composite_slos:\n  shop:\n    journey: { of: all, target: 99%, members: [shop/availability], measurement_window: 30d }\n",
      "6:14 composite_slos.shop.journey: of: all has no target",
    ],
    [
      "composite_slos:\n  shop:\n    journey: { of: all, members: [shop/availabilty], measurement_window: 30d }\n",
      '6:14 composite_slos.shop.journey: there is no SLO "shop/availabilty"; did you mean "shop/availability"',
    ],
    [
      "composite_slos:\n  shop:\n    availability: { of: all, members: [shop/availability], measurement_window: 30d }\n",
      "6:19 composite_slos.shop.availability: is the name of an SLO of this service",
    ],
    [
      "composite_slos:\n  'a b':\n    journey: { of: all, members: [shop/availability], measurement_window: 30d }\n",
      '5:3 composite_slos.a b: "a b" is not a name',
    ],
    ["composite_slos:\n  shop:\n    journey: 5\n", "6:14 composite_slos.shop.journey: 5 is not a mapping"],
  ])("%s", (text, fault) => {
    const [first = ""] = faultsOf(text);
    expect(first.slice(0, fault.length)).toBe(fault);
  });

  it("and 366 days are not too long", () => {
    const exclusion = "{ from: 2026-11-01T03:00:00Z, to: 2027-11-02T03:00:00Z, reason: x }";
    expect(faultsOf(`exclusions: [${exclusion}]\n`)).toEqual([]);
  });

  it("each once, with those of the SLOs and policies", () => {
    const faults = faultsOf("error_budget_policies: 3\ncomposite_slos: 4\nexclusions: 5\n");
    expect(faults.map((fault) => fault.split(":")[1]?.split(" ")[1])).toEqual([
      "error_budget_policies",
      "composite_slos",
      "exclusions",
    ]);
  });
});

describe("where SLOs have faults, what is beside them is told only what is wrong with it:", () => {
  const BESIDE = `exclusions:
  - { from: 2026-11-01T01:00:00Z, to: 2026-11-01T02:00:00Z, reason: x, services: [shop], slos: [shop/availability] }
  - { from: 2026-11-01T01:00:00Z, to: 2026-11-01T02:00:00Z, reason: x, services: [shpo], slos: [shop/latency] }
composite_slos:
  shop:
    journey: { of: all, members: [shop/availability], measurement_window: 30d }
    other: { of: all, members: [shop/availabilty], measurement_window: 30d }
    availability: { of: all, members: [shop/availability], measurement_window: 30d }
`;
  const OF_SLO = "service_level_objectives.shop.availability.target";
  const pathsOf = (faults: readonly string[]): string[] => faults.map((fault) => fault.split(" ")[1] ?? "");

  it("an SLO is there by its name, whatever is wrong with it, and others are not", () => {
    const faults = faultsOf(BESIDE, HEAD.replace("99.9%", "lots"));
    expect(pathsOf(faults)).toEqual([
      `${OF_SLO}:`,
      "exclusions.1.services.0:",
      "exclusions.1.slos.0:",
      "composite_slos.shop.other:",
      "composite_slos.shop.availability:",
    ]);
    expect(faults[3]).toContain('there is no SLO "shop/availabilty"; did you mean "shop/availability"?');
    expect(faults[4]).toContain("is the name of an SLO of this service");
  });

  it("faults elsewhere in the document take no SLO away", () => {
    const faults = faultsOf(`${BESIDE.slice(0, BESIDE.indexOf("    other:"))}exclusion: []\n`);
    expect(pathsOf(faults)).toEqual(["exclusions.1.services.0:", "exclusions.1.slos.0:", "exclusion:"]);
  });

  it("any name may be in a service that cannot be read, and any service where none can be", () => {
    const ofService = faultsOf(BESIDE, "service_level_objectives:\n  shop: 5\n");
    expect(pathsOf(ofService)).toEqual(["service_level_objectives.shop:", "exclusions.1.services.0:"]);
    expect(pathsOf(faultsOf(BESIDE, "service_level_objectives: 5\n"))).toEqual(["service_level_objectives:"]);
    expect(pathsOf(faultsOf(BESIDE, "service_level_objective: {}\n"))).toEqual(["service_level_objective:"]);
  });

  it("all are in the order of the text, whichever part they are of, and what all parts see is told once", () => {
    const faults = faultsOf(
      `odd: 1\n${HEAD.replace("99.9%", "lots")}error_budget_policies: {}\nodd: 2\n`,
      "exclusions: 5\ncomposite_slos: 4\n",
    );
    expect(faults.map((fault) => fault.split(": ")[0])).toEqual([
      "1:13 exclusions",
      "2:17 composite_slos",
      "3:1 odd",
      `6:29 ${OF_SLO}`,
      "7:24 error_budget_policies",
      "8:1 odd",
    ]);
  });

  it("of a plain object they are in the order of its parts, and how many more there are comes last", () => {
    const bad = { target: "lots", measurement_window: "30d" };
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [`s${String(index)}`, { availability: bad }]),
    );
    const read = (input: string | object): ConfigurationError["issues"] => {
      try {
        parseReliabilityDocument(input);
      } catch (error) {
        if (error instanceof ConfigurationError) return error.issues;
      }
      return [];
    };
    const parts = { exclusions: 5, service_level_objectives: many };
    const [first, ...rest] = read(JSON.stringify(parts));
    expect(first?.path).toEqual(["exclusions"]);
    expect(rest).toHaveLength(101);
    expect(rest.at(-1)?.message).toBe("and 20 more faults");
    expect(
      read(parts)
        .map(({ path }) => path[0])
        .at(-1),
    ).toBe("exclusions");
  });
});
