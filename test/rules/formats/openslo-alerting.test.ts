/**
 * Alert policies of OpenSLO v1. The outcomes are read in test/data/rules/formats/openslo-alert*.txt, which
 * `npx vitest run test/rules/formats/openslo-alerting.test.ts -u` makes anew.
 */
import { expect, test } from "vitest";
import { ownTarget } from "../../../src/rules/formats/openslo-facts.ts";
import { condition, object, policy, slo } from "./openslo-parts.ts";
import { outcomesOf, type Written } from "./outcome.ts";

type Case = readonly [string, Written];

const alerting = (...alertPolicies: readonly unknown[]): object => slo({ alertPolicies });
const fires = (fields: object, severity?: unknown): object => alerting(policy([condition(fields, severity)]));
const told = (spec: object): object => alerting(policy([condition()], spec));
const POLICY = object("AlertPolicy", "fast", { conditions: [{ conditionRef: "burns" }] });
const BURNS = object("AlertCondition", "burns", condition());

const CONDITIONS: readonly Case[] = [
  [
    "the least that one has",
    alerting(policy([{ severity: "page", condition: { threshold: 2, lookbackWindow: "2h" } }])),
  ],
  ["all that one has", fires({ kind: "burnrate", op: "gt" })],
  ["another kind", fires({ kind: "latency" })],
  ["at the threshold too", fires({ op: "gte" })],
  ["below a threshold", fires({ op: "lt" })],
  ["below a threshold, and at it", fires({ op: "lte" })],
  ["an op that nobody knows", fires({ op: "eq" })],
  ["the threshold 0", fires({ threshold: 0 })],
  ["a threshold below 0", fires({ threshold: -1 })],
  ["a threshold of nearly nothing", fires({ threshold: 0.001 })],
  ["a threshold that is more than the budget allows", fires({ threshold: 101 })],
  ["a threshold that is a text", fires({ threshold: "2" })],
  ...["5m", "90m", "3d", "1w", "1M", "0h", "1s", "", "61d", "999999999d"].map((text): Case => [
    `the look-back ${JSON.stringify(text)}`,
    fires({ lookbackWindow: text }),
  ]),
  ...["0m", "0h", "1m", "1h", "61m", "1M", "soon"].map((text): Case => [
    `the alertAfter ${JSON.stringify(text)}`,
    fires({ alertAfter: text }),
  ]),
  ["faults of all its fields", fires({ threshold: 0, lookbackWindow: "x", alertAfter: "y" })],
  ...[
    ...[
      "page",
      "ticket",
      "Page",
      "TICKET",
      "critical",
      "crit",
      "emergency",
      "fatal",
      "high",
      "sev0",
      "SEV-1",
      "p0",
      "P 1",
      "urgent",
      "alert",
      "error",
    ],
    ...[
      "warning",
      "warn",
      "medium",
      "moderate",
      "low",
      "info",
      "sev2",
      "sev_3",
      "sev4",
      "p2",
      "p3",
      "p4",
      "p5",
      "minor",
      "severe",
      "",
    ],
  ].map((severity): Case => [`the severity ${JSON.stringify(severity)}`, fires({}, severity)]),
  ["a severity that is a number", fires({}, 1)],
];

const named = (policyName: unknown, conditionName: unknown, notes: object = {}): object => ({
  ...{ kind: "AlertPolicy", metadata: { name: policyName, ...notes } },
  spec: { conditions: [{ kind: "AlertCondition", metadata: { name: conditionName }, spec: condition() }] },
});

const POLICIES: readonly Case[] = [
  ["none", alerting()],
  ["several conditions without names", alerting(policy([condition(), condition({ threshold: 2 }, "ticket")]))],
  ["policies without names", alerting(policy([condition()]), policy([condition({ threshold: 2 })]))],
  ["a policy and a condition of two names", alerting(named("fast", "burns"))],
  ["a policy and a condition of one name", alerting(named("fast", "fast"))],
  ["names that a tier cannot have", alerting(named("Fast Burn", "5% of it"))],
  ["a name that begins with a digit", alerting({ metadata: { name: "2nd" }, ...policy([condition()]) })],
  [
    "a name that is too long",
    alerting(
      { metadata: { name: "x".repeat(60) }, ...policy([condition()]) },
      { metadata: { name: "x".repeat(60) }, ...policy([condition()]) },
    ),
  ],
  ["a name of one of the usual tiers", alerting({ metadata: { name: "page_fast" }, ...policy([condition()]) })],
  ["three policies of one name", alerting(named("a", "b"), named("a", "b"), named("a", "b"))],
  [
    "a note with the tier",
    alerting({ metadata: { annotations: { "nines.dev/tier": "mine" } }, ...policy([condition()]) }),
  ],
  [
    "a note with the tier beside names",
    alerting(named("fast", "burns", { annotations: { "nines.dev/tier": "mine" } })),
  ],
  ["a note with what is no tier", alerting(named("fast", "fast", { annotations: { "nines.dev/tier": "My tier" } }))],
  [
    "texts of alerts",
    alerting({
      metadata: { name: "a", displayName: "A", labels: {}, annotations: { other: "x" } },
      spec: {
        description: "b",
        conditions: [
          {
            metadata: { name: "a", displayName: "A", labels: {}, annotations: { "nines.dev/tier": "x", y: "z" } },
            spec: { description: "c", ...condition() },
          },
        ],
      },
    }),
  ],
  ["no burn rates", told({ alertWhenBreaching: false })],
  ["burn rates", told({ alertWhenBreaching: true, alertWhenResolved: false, alertWhenNoData: false })],
  ["its end", told({ alertWhenResolved: true })],
  ["missing data, to page", told({ alertWhenNoData: true })],
  ["missing data, for a ticket", alerting(policy([condition({}, "ticket")], { alertWhenNoData: true }))],
  ["missing data, for both", alerting(policy([condition({}, "ticket"), condition()], { alertWhenNoData: true }))],
  [
    "missing data, of a condition that is left out",
    alerting(policy([condition({ kind: "x" })], { alertWhenNoData: true })),
  ],
  [
    "keys that nobody knows",
    alerting({ spec: { conditions: [{ spec: condition({ for: "5m" }), ref: 1 }], alertWhen: true }, policy: 1 }),
  ],
  ["no conditions", alerting({ spec: { conditions: [] } })],
  ["no spec", alerting({ metadata: { name: "a" } })],
  ["a condition without a spec", alerting({ spec: { conditions: [{ metadata: { name: "a" } }] } })],
  ["nothing at all", alerting({})],
  ["a number", alerting(5)],
  ["another kind", alerting({ kind: "Policy", ...policy([condition()]) })],
  ["what is no list", slo({ alertPolicies: { alertPolicyRef: "a" } })],
];

const target = (...notificationTargets: readonly object[]): object => told({ notificationTargets });
const own = ownTarget("page");

const REFERENCES: readonly Case[] = [
  ["a reference by its name", [alerting("fast"), POLICY, BURNS]],
  ["a reference by a key", [alerting({ alertPolicyRef: "fast" }), POLICY, BURNS]],
  ["the same policy twice", [alerting("fast", "fast"), POLICY, BURNS]],
  ["references to what is not there", [alerting("fsat", { alertPolicyRef: "fas" }), POLICY, BURNS]],
  ["a policy that refers to what is not there", [alerting("fast"), POLICY]],
  ["a reference beside a spec", [alerting({ alertPolicyRef: "fast", ...policy([condition()]) }), POLICY, BURNS]],
  ["a reference beside a name", [alerting({ alertPolicyRef: "fast", metadata: { name: "x" } }), POLICY, BURNS]],
  [
    "a condition's reference beside a spec",
    [alerting({ spec: { conditions: [{ conditionRef: "burns", spec: condition() }] } }), BURNS],
  ],
  [
    "a condition's reference beside a name",
    [alerting({ spec: { conditions: [{ conditionRef: "burns", metadata: { name: "x" } }] } }), BURNS],
  ],
  [
    "a policy with a name and a condition by reference",
    [alerting({ metadata: { name: "x" }, spec: { conditions: [{ conditionRef: "burns" }] } }), BURNS],
  ],
  ["a policy without a spec", [alerting("fast"), object("AlertPolicy", "fast")]],
  ["a condition without a spec", [alerting("fast"), POLICY, object("AlertCondition", "burns")]],
  [
    "two SLOs with one policy",
    [
      alerting("fast"),
      { ...alerting("fast"), metadata: { name: "other" } },
      POLICY,
      object("AlertCondition", "burns", condition({ op: "gte" }, "crit")),
    ],
  ],
  [
    "faults in what is referred to",
    [alerting("fast"), POLICY, object("AlertCondition", "burns", condition({ threshold: 0, lookbackWindow: "1M" }))],
  ],
  ["a target that nines writes", [target({ targetRef: "nines-page" }), own]],
  ["a target that nines writes, and more", [target({ targetRef: "nines-page", spec: {} }), own]],
  [
    "a target like one that nines writes",
    [
      target({ targetRef: "nines-page" }, { targetRef: "a" }, { targetRef: "b" }, { targetRef: "c" }),
      { ...own, spec: { target: "pager" } },
      object("AlertNotificationTarget", "a", { target: "page" }, { annotations: { "nines.dev/severity": "page" } }),
      object(
        "AlertNotificationTarget",
        "b",
        { target: "mail", description: "x" },
        { displayName: "B", labels: { a: "b" } },
      ),
      object("AlertNotificationTarget", "c"),
    ],
  ],
  [
    "targets like those that nines writes, but for one field",
    [
      target({ targetRef: "nines-page" }, { targetRef: "nines-ticket" }),
      { ...own, spec: { target: "page", description: "a" } },
      { ...ownTarget("ticket"), metadata: { ...ownTarget("ticket").metadata, labels: { a: "b" } } },
    ],
  ],
  [
    "targets that are not there, or are written out",
    target({ targetRef: "x" }, { targetRef: 5 }, { kind: "AlertNotificationTarget", spec: { target: "mail" } }),
  ],
];

const usual = (note: string, ...alertPolicies: readonly unknown[]): object =>
  slo(alertPolicies.length === 0 ? {} : { alertPolicies }, { annotations: { "nines.dev/alerting": note } });
const tier = (name: string, of: object): object => ({
  metadata: { name, annotations: { "nines.dev/tier": name } },
  ...policy([of]),
});
const MINE =
  '{"name":"A","no_data":false,"page":false,"tiers":{"page_fast":false,"page_slow":false,"ticket_fast":false,"ticket_slow":false,"mine":{"severity":"ticket","factor":3,"long":"2h","short":"10m"}}}';
const mine = (fields: object = {}, severity = "ticket"): object =>
  tier("mine", condition({ threshold: 3, lookbackWindow: "2h", alertAfter: "10m", ...fields }, severity));

const silent = { ...mine(), spec: { ...(mine() as { spec: object }).spec, alertWhenNoData: true } };

const NOTES: readonly Case[] = [
  ["alerts that are all off", usual('{"page":false,"ticket":false}')],
  ["the usual alerts, and no policies for them", usual('{"name":"A"}')],
  ["alerts as the policies say", usual(MINE, mine())],
  ["another threshold", usual(MINE, mine({ threshold: 4 }))],
  ["another look-back", usual(MINE, mine({ lookbackWindow: "3h" }))],
  ["another alertAfter", usual(MINE, mine({ alertAfter: "15m" }))],
  ["another severity", usual(MINE, mine({}, "page"))],
  [
    "another name",
    usual(MINE, tier("yours", condition({ threshold: 3, lookbackWindow: "2h", alertAfter: "10m" }, "ticket"))),
  ],
  ["missing data", usual(MINE, silent)],
  ["one policy more", usual(MINE, mine(), tier("more", condition()))],
  [
    "severities with texts, and tiers that the policies contradict",
    usual('{"labels":{"a":"b"},"page":{"labels":{"c":"d"}},"ticket":false,"no_data":"page","tiers":{}}', mine()),
  ],
  ["missing data, as the policies say", usual(MINE.replace('"no_data":false', '"no_data":"ticket"'), silent)],
  [
    "alerts as the policies say, for a window that cannot be",
    slo(
      { alertPolicies: [mine({ threshold: 4 })], timeWindow: [{ duration: "366d" }] },
      { annotations: { "nines.dev/alerting": MINE } },
    ),
  ],
  ["alerts that are no mapping", usual("[]", mine())],
  ["alerts with a fault", usual('{"names":"A"}', mine())],
];

test.each([
  ["conditions", CONDITIONS],
  ["policies", POLICIES],
  ["references", REFERENCES],
  ["notes", NOTES],
])("what becomes of %s", async (name, cases) => {
  await expect(outcomesOf(cases)).toMatchFileSnapshot(`../../data/rules/formats/openslo-alert-${name}.txt`);
});
