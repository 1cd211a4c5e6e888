import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { importSlos } from "../../../src/rules/formats/import.ts";
import type { ImportedSlos } from "../../../src/rules/formats/model.ts";
import { sample } from "./samples.ts";

function imported(path: string): ImportedSlos {
  return importSlos(sample(path), { file: path.split("/")[1]! });
}

/** What is unsupported, as people see it. */
function told({ unsupported }: ImportedSlos): string[] {
  return unsupported.map(({ line, column, path, message }) => `${line}:${column} ${path.join(".")} ${message}`);
}

function faultsOf(path: string): string {
  try {
    imported(path);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error(`${path} has no faults`);
}

describe("Sloth's examples", () => {
  test.each([
    ["getting-started.yml", ["myservice/requests-availability"]],
    ["home-wifi.yml", ["home-wifi/good-wifi-client-satisfaction", "home-wifi/risk-wifi-client-satisfaction"]],
    ["k8s-getting-started.yml", ["myservice/requests-availability"]],
    ["k8s-home-wifi.yml", ["home-wifi/good-wifi-client-satisfaction", "home-wifi/risk-wifi-client-satisfaction"]],
    ["kubernetes-apiserver.yml", ["k8s-apiserver/requests-availability", "k8s-apiserver/requests-latency"]],
    ["multifile.yml", ["myservice/requests-availability", "myservice2/requests-availability"]],
    ["no-alerts.yml", ["myapp/http-availability"]],
    ["raw-home-wifi.yml", ["home-wifi/wifi-client-satisfaction"]],
  ])("%s is read, and nothing is unsupported", (name, ids) => {
    const result = imported(`sloth/${name}`);
    expect(result.format).toBe("sloth");
    expect(result.slos.slos.map(({ id }) => id)).toEqual(ids);
    expect(told(result)).toEqual([]);
  });

  test("events, labels and alerts are where nines has them", () => {
    const [slo] = imported("sloth/getting-started.yml").slos.slos;
    expect(slo).toMatchObject({
      kind: "availability",
      window: { kind: "rolling", durationMs: 30 * 86_400_000 },
      events: {
        bad: 'sum(rate(http_request_duration_seconds_count{job="myservice",code=~"(5..|429)"}[5m]))',
        total: 'sum(rate(http_request_duration_seconds_count{job="myservice"}[5m]))',
      },
      description: "Common SLO based on availability for HTTP request responses.",
      labels: { owner: "myteam", repo: "myorg/myservice", tier: "2" },
      alerting: {
        name: "MyServiceHighErrorRate",
        labels: { owner: "myteam", repo: "myorg/myservice", tier: "2", category: "availability" },
        annotations: { summary: "High error rate on 'myservice' requests responses" },
        page: { labels: { severity: "pageteam", routing_key: "myteam" } },
        ticket: { labels: { severity: "slack", slack_channel: "#alerts-myteam" } },
      },
    });
    expect(slo?.objective.percentText).toBe("99.9%");
  });

  test("the file and the Kubernetes resource say the same", () => {
    const file = imported("sloth/home-wifi.yml").slos.slos;
    const resource = imported("sloth/k8s-home-wifi.yml").slos.slos;
    expect(resource.map(({ annotations: _, ...rest }) => rest)).toEqual(file);
    expect(resource[0]?.annotations).toEqual({
      prometheus: "prometheus",
      role: "alert-rules",
      app: "sloth",
      "source.nines.dev/resource": "sloth-slo-home-wifi",
      "source.nines.dev/namespace": "monitoring",
    });
  });

  test("a raw error ratio is an error rate", () => {
    const [slo] = imported("sloth/raw-home-wifi.yml").slos.slos;
    expect(slo?.kind).toBe("error_rate");
    expect(slo?.objective.percentText).toBe("95%");
    expect(slo?.expression).toMatch(/^1 - \(\n.*\[5m\]/);
  });

  test("disabled alerts are off, and an empty name is none", () => {
    expect(imported("sloth/no-alerts.yml").slos.slos[0]?.alerting).toEqual({
      labels: { owner: "myteam" },
      page: false,
      ticket: false,
    });
  });

  test("plugins are told of; an SLO whose indicator is one is left out", () => {
    expect(told(imported("sloth/slo-plugin-getting-started.yml"))).toEqual([
      "7:1 slo_plugins nines has no plugins of Sloth; what they add to the rules has to be written beside them",
      "21:5 slos.0.plugins nines has no plugins of Sloth; what they add to the rules has to be written beside them",
    ]);
    expect(faultsOf("sloth/plugin-getting-started.yml")).toContain(
      "plugin-getting-started.yml:13:7 slos[0].sli.plugin: nines has no plugins of Sloth, so this SLO is left out; " +
        "write its queries as events: error_query and total_query",
    );
  });

  test("a language that only looks like PromQL is refused where it begins to differ", () => {
    expect(faultsOf("sloth/victoria-metrics.yml")).toContain(
      "slos[0].sli.events.total_query: a range belongs to a metric; write [5m:1m] to look back over an expression",
    );
  });
});

describe("OpenSLO's examples", () => {
  test("v1alpha with several objectives has an SLO for each", () => {
    const result = imported("openslo-v1alpha/openslo-kubernetes-apiserver.yml");
    expect(result.format).toBe("openslo/v1alpha");
    expect(result.slos.slos.map(({ id, objective, title }) => [id, objective.percentText, title])).toEqual([
      ["k8s-apiserver/requests-availability-openslo", "99.9%", "Requests Availability"],
      ["k8s-apiserver/requests-latency-openslo-1", "99%", "Requests Latency"],
      ["k8s-apiserver/requests-latency-openslo-2", "99.9%", "Requests Latency"],
    ]);
    expect(result.slos.slos[2]?.events?.good).toContain('le="5"');
    expect(told(result)).toEqual([]);
  });

  test("v1alpha with a threshold compares a value, over a calendar month", () => {
    const [slo] = imported("openslo-v1alpha/valid-slos-threshold.yaml").slos.slos;
    expect(slo?.expression).toMatch(/^latency_west_c7\{.*\} > 2000$/);
    expect(slo?.window).toEqual({ kind: "calendar", unit: "month", zone: "UTC" });
  });

  test("v1alpha by time slices says what it leaves open", () => {
    const result = imported("openslo-v1alpha/valid-slos-ratio.yaml");
    expect(result.slos.slos[0]?.slices).toEqual({ lengthMs: 60_000, empty: "ignored" });
    expect(result.slos.slos[0]?.events?.total).toMatch(/^rate\(latency_west_c7\{.*\}\[5m\]\)$/);
    expect(told(result)).toEqual([
      "7:3 spec.budgetingMethod has no length of the slices in v1alpha; they are a minute long here",
      "10:5 spec.objectives.0.timeSliceTarget is missing beside Timeslices, so each slice counts as far as it was good",
      "22:5 spec.objectives.0.value has no meaning for an SLI of good and bad events",
    ]);
  });

  test("v1 with references, policies and calendars", () => {
    const result = imported("openslo-v1/shop.yaml");
    const [good, excellent, queue, cache] = result.slos.slos;
    expect(result.slos.slos.map(({ id }) => id)).toEqual([
      "shop/checkout-good",
      "shop/checkout-excellent",
      "shop/queue",
      "shop/cache",
    ]);
    expect(good).toMatchObject({
      events: {
        bad: 'sum(rate(http_requests_total{route="/checkout",code=~"5.."}[5m]))',
        total: 'sum(rate(http_requests_total{route="/checkout"}[5m]))',
      },
      title: "Checkout works",
      labels: { team: "storefront", tags: "web,money" },
      annotations: {
        "example.com/dashboard": "https://dash.example/checkout",
        "app.kubernetes.io/name": "shop",
        "source.nines.dev/objective": "Good",
        "source.nines.dev/service-title": "The shop",
      },
      alerting: {
        noData: "ticket",
        tiers: {
          page_fast: false,
          page_slow: false,
          ticket_fast: false,
          ticket_slow: false,
          "fast_burns-fast": { severity: "page", factor: 14.4, longMs: 3_600_000, shortMs: 300_000 },
          slow: { severity: "ticket", factor: 1, longMs: 3 * 86_400_000, shortMs: 21_600_000 },
        },
      },
    });
    expect(excellent?.objective.percentText).toBe("99.95%");
    expect(queue).toMatchObject({
      expression: "max(queue_length) <= 100",
      window: { kind: "calendar", unit: "month", zone: "Europe/Berlin" },
      slices: { lengthMs: 300_000 },
    });
    expect(queue?.slices?.objective?.percentText).toBe("95%");
    expect(cache).toMatchObject({
      kind: "error_rate",
      window: { durationMs: 90 * 86_400_000 },
      slices: { lengthMs: 3_600_000 },
    });
    expect(cache?.objective.percentText).toBe("90%");
    expect(told(result)).toEqual([
      '38:15 spec.alertPolicies.1.spec.conditions.0.spec.severity "warning" is taken for "ticket"',
      "46:13 spec.alertPolicies.1.spec.notificationTargets.0 nines notifies nobody itself; route its alerts by the label `severity` in Alertmanager",
      "58:7 spec.notificationTargets.0 nines notifies nobody itself; route its alerts by the label `severity` in Alertmanager",
      "73:1  nines notifies nobody itself; route its alerts by the label `severity` in Alertmanager",
      "106:3 spec.connectionDetails is not used; nines is told its Prometheus elsewhere",
      "163:7 spec.timeWindow.0.duration is a rolling window of 90d here, since a rolling one has a fixed length",
    ]);
  });

  test.each([
    [
      "multi.yaml",
      'multi.yaml:31:7 spec.thresholdMetric.metricSource.type: nines reads PromQL, and not "CloudWatch", so this SLO is left out',
    ],
    ["slo-no-indicatorref-rolling-alerts.yaml", 'nines reads PromQL, and not "Datadog", so this SLO is left out'],
    ["slo-indicatorref-calendar-alerts.yaml", 'spec.indicatorRef: there is no SLI "indicatorRefString" in this text'],
    ["slo-with-labels.yaml", "spec.indicator.spec: is missing; it must be a mapping"],
    ["alert-condition.yaml", "there is no SLO in it that nines can read"],
    ["service-with-labels.yaml", "there is no SLO in it that nines can read"],
  ])("%s is refused with the reason", (name, reason) => {
    expect(faultsOf(`openslo-v1/${name}`)).toContain(reason);
  });

  test("the parts of OpenSLO's tests make an SLO together, in any order", () => {
    const slo = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: requests }
spec:
  service: my-rad-service
  indicatorRef: GreatSLI
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.98 }]
  alertPolicies: [AlertPolicy]
`;
    const parts = [
      ...["alert-condition", "sli-description-ratio-good-metricsourceref", "service-with-labels"],
      ...["alert-notification-target", "alert-policy"],
    ].map((name) => sample(`openslo-v1/${name}.yaml`));
    const { slos } = importSlos([parts[0], slo, ...parts.slice(1)].join("\n---\n"));
    expect(slos.slos[0]?.events?.good).toMatch(/^sum\(rate\(localhost_server_requests\{.*\}\[5m\]\)\)$/);
    expect(slos.slos[0]?.alerting?.tiers?.["alertpolicy_cpu-usage-breach"]).toEqual({
      severity: "page",
      factor: 24,
      longMs: 900_000,
      shortMs: 180_000,
    });
  });
});

test("Pyrra's indicators", () => {
  const result = imported("pyrra/shop.yaml");
  const { slos } = result;
  expect(slos.slos.map(({ id, kind, expression }) => [id, kind, expression])).toEqual([
    [
      "shop/shop-errors",
      "availability",
      '1 - (sum by (route, region) (rate(http_requests_total{job="shop",code=~"5.."}[5m]))) / (sum by (route, region) (rate(http_requests_total{job="shop"}[5m])))',
    ],
    [
      "production/shop-latency",
      "latency",
      '(sum(rate(http_request_duration_seconds_bucket{job="shop",code=~"2..",le="0.4"}[5m]))) / (sum(rate(http_request_duration_seconds_count{job="shop",code=~"2.."}[5m])))',
    ],
    [
      "production/shop-latency-native",
      "latency",
      'histogram_fraction(0, 0.25, sum(rate(http_request_duration_seconds{job="shop"}[5m] offset 5m)))',
    ],
    [
      "shop-up/shop-up",
      "availability",
      '(sum by (instance) (sum_over_time(probe_success{job="shop"}[5m]))) / (sum by (instance) (count_over_time(probe_success{job="shop"}[5m])))',
    ],
  ]);
  expect(slos.get("shop/shop-errors")).toMatchObject({
    labels: { prometheus: "k8s", role: "alert-rules" },
    annotations: { "example.com/owner": "storefront", "source.nines.dev/namespace": "production" },
    alerting: {
      name: "ShopErrors",
      noData: "page",
      labels: { team: "storefront" },
      annotations: { runbook_url: "https://runbooks.example/shop" },
    },
  });
  // The rules set the label of the service themselves, and refuse another.
  expect(slos.get("shop/shop-errors")).not.toHaveProperty("alerting.labels.service");
  expect(slos.get("production/shop-latency")).toMatchObject({
    thresholdMs: 400,
    alerting: { page: false, ticket: false, noData: false },
  });
  expect(told(result)).toEqual(["73:5 spec.alerting.absentName nines names its alerts about missing data itself"]);
});
