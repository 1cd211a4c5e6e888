import { expect, test } from "vitest";

import { Reliability } from "../../src/reliability.ts";

test.each([
  ["a title", { title: "Checkout answers" }],
  ["labels", { labels: { team: "shop" } }],
  ["annotations", { annotations: { owner: "ann" } }],
  ["alerts of its own", { alerting: { name: "CheckoutFails", labels: { team: "shop" } } }],
  ["counts in PromQL", { sli: { total: "sum(rate(a[5m]))", bad: "sum(rate(b[5m]))" } }],
  [
    "slices of time",
    { sli: { total: "sum(rate(a[5m]))", bad: "sum(rate(b[5m]))" }, time_slices: { length: "1m", target: "99%" } },
  ],
])("an SLO with %s has a budget like any other", async (_, fields) => {
  const reliability = await Reliability.open({
    document: {
      service_level_objectives: {
        shop: { checkout: { kind: "availability", target: "99.9%", measurement_window: "30d", ...fields } },
      },
    },
    evaluateEverySeconds: 0,
  });
  const { services } = await reliability.status();
  await reliability.close();
  expect(services[0]?.slos.map(({ slo }) => slo.id)).toEqual(["shop/checkout"]);
});
