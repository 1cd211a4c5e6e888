/** SLOs as code: rules, their tests and routes, and SLOs of another tool: `node --import tsx examples/rules/main.ts` */
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { alertmanagerRouting, classicRules, ConfigurationError, generateRules, importSlos, writeOpenSlo } from "nines";

const folder = await mkdtemp(join(tmpdir(), "nines-rules-"));
const save = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

const document = `
service_level_objectives:
  shop:
    availability:
      target: 99.9%
      measurement_window: 30d
      sli: sum by (region) (rate(http_requests_total{job="shop",code!~"5.."}[5m])) / sum by (region) (rate(http_requests_total{job="shop"}[5m]))
      labels: { team: checkout }
      alerting:
        runbook: https://runbooks.example/shop
        tiers:
          ticket_slow: false
    latency:
      target: 95%
      threshold: 200ms
      measurement_window: 7d
      sli: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="shop"}[5m])))
`;

const rules = generateRules(document, { file: "slo.yaml", dashboardUrl: "https://grafana.example/d/{{ service }}" });
await save("shop.rules.yml", rules.toYaml());
for (const { name, rules: all } of rules.groups) {
  const alerts = all.flatMap((rule) => ("alert" in rule ? [rule.labels?.tier ?? rule.labels?.reason] : []));
  console.log(`${name}: ${String(all.length - alerts.length)} series, alerts: ${alerts.join(" ") || "none"}`);
}
for (const { slo, message } of rules.remarks) console.log(`${slo}: ${message}`);

// What `promtool test rules` proves them by, in your own CI.
const { files } = rules.toTests({ ruleFile: "shop.rules.yml" });
for (const [slo, test] of files) await save(`${slo.replace("/", ".")}.test.yml`, test);

// For the Prometheus operator, and for Alertmanager.
await save("shop.prometheusrule.yml", rules.toPrometheusRule({ name: "shop-slos", labels: { release: "prometheus" } }));
await save("classic.rules.yml", classicRules("shop", { errorBudgetBurn: false }).toYaml());
const routing = alertmanagerRouting({ pager: "pagerduty", tracker: "jira", groupedBy: ["region"] });
await save("alertmanager.part.yml", routing.yaml);

// SLOs that were written for Sloth, with the names that its dashboards ask for.
const imported = importSlos(
  `
version: prometheus/v1
service: billing
slo_plugins: { chain: [] }
slos:
  - name: invoices
    objective: 99.5
    sli:
      events:
        error_query: sum(rate(invoices_total{job="billing",outcome="failed"}[{{.window}}]))
        total_query: sum(rate(invoices_total{job="billing"}[{{.window}}]))
    alerting: { name: InvoicesBurn, page_alert: { disable: true } }
`,
  { file: "sloth.yml" },
);
for (const { line, message } of imported.unsupported) console.log(`sloth.yml:${String(line)}: ${message}`);
await save("billing.rules.yml", generateRules(imported.slos, { convention: "sloth" }).toYaml());
await save("billing.openslo.yml", writeOpenSlo(imported.slos));

console.log((await readdir(folder)).sort().join("\n"));

// What cannot be understood is told where it stands.
try {
  generateRules(document.replace("sum by (region) (rate", "avg by (region) (rate"), { file: "slo.yaml" });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.log(error.message);
}
