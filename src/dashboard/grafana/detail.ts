/** One SLO: its budget, how fast it burns, and the golden signals of its service. */
import { legendOf, lookBackOf, recentLookBack, type SloExpressions, type SloGrouping } from "./expressions.ts";
import { datasourceOf, frame, link, logLinks, sloVariables, uidOf, variables } from "./frame.ts";
import { type Section, placed } from "./layout.ts";
import type { GrafanaDashboard, GrafanaDatasource } from "./model.ts";
import type { GrafanaSettings } from "./options.ts";
import { BURN, LEFT, NOT_AT_THIS_PACE, SHARE, VERDICT_WORDS } from "./overview.ts";
import {
  FAIR,
  inWords,
  limitLine,
  ofQuery,
  POOR,
  type Query,
  stat,
  table,
  thresholds,
  timeseries,
  type UnplacedPanel,
} from "./panels.ts";
import { signalPanels } from "./signals.ts";
import type { PlannedSlo } from "../../rules/plan.ts";

/** Panels of more tiers than these would be a dashboard of their own. */
const MOST_TIERS = 12;

/** The dashboard of the SLO that its variables name. */
export function detail(
  settings: GrafanaSettings,
  slos: SloExpressions,
  { plans, grouping }: { readonly plans: readonly PlannedSlo[]; readonly grouping: SloGrouping },
): GrafanaDashboard {
  const datasource = datasourceOf(settings);
  const named = (words: string): string => legendOf(words, grouping);
  const sections: readonly Section[] = [
    { panels: figures(datasource, slos, plans).map((panel) => [panel, 4, 4]) },
    { title: "Error budget", panels: budget(datasource, slos, named).map((panel) => [panel, 12, 9]) },
    { title: "Burn rates and alerts", panels: [...tiers(datasource, slos, { plans, named })] },
    { title: "Golden signals", panels: signalPanels(settings).map((panel) => [panel, 12, 9]) },
  ];
  return {
    ...frame(settings, "detail"),
    title: `${settings.title}: SLO`,
    description: "One SLO: its budget, how fast it burns, and the golden signals of its service.",
    time: { from: "now-24h", to: "now" },
    templating: { list: [...variables(settings, slos), ...sloVariables(settings, slos)] },
    links: [
      link("All SLOs", `/d/${uidOf(settings, "overview")}`, { icon: "dashboard", targetBlank: false, keepTime: true }),
      ...logLinks(settings),
    ],
    panels: placed(sections),
  };
}

type Named = (words: string) => string;

function figures(
  datasource: GrafanaDatasource,
  slos: SloExpressions,
  plans: readonly PlannedSlo[],
): readonly UnplacedPanel[] {
  const { burn, exhaustion } = slos;
  const lookBacks = [...new Set(plans.map(recentLookBack))];
  const over = lookBacks.length === 1 ? ` over ${lookBacks[0] ?? ""}` : "";
  return [
    stat({ title: "State", description: "As in a status of nines.", datasource }, slos.verdict, {
      unit: "none",
      ...inWords(VERDICT_WORDS),
    }),
    stat({ title: "SLI", description: "The share of good events over the SLO's window.", datasource }, slos.indicator, {
      ...SHARE,
      ...thresholds("text"),
    }),
    stat({ title: "Objective", description: "The share that is promised.", datasource }, slos.objective, {
      ...SHARE,
      ...thresholds("text"),
    }),
    stat({ title: "Budget left", description: "Below 0 it is overspent.", datasource }, slos.remaining, {
      unit: "percentunit",
      decimals: 1,
      ...LEFT,
    }),
    ...(burn === undefined
      ? []
      : [
          stat(
            { title: `Burn rate${over}`, description: "At 1 the budget lasts exactly the window.", datasource },
            burn,
            BURN,
          ),
        ]),
    ...(exhaustion === undefined
      ? []
      : [
          stat(
            { title: "Exhausted in", description: "When nothing is left of the budget at this burn rate.", datasource },
            exhaustion,
            { unit: "s", decimals: 1, ...NOT_AT_THIS_PACE, ...thresholds(POOR, [86_400, FAIR], [7 * 86_400, "text"]) },
          ),
        ]),
  ];
}

function budget(datasource: GrafanaDatasource, slos: SloExpressions, named: Named): readonly UnplacedPanel[] {
  const { burnDown, errorRatio, exhaustion } = slos;
  const share = { unit: "percentunit", decimals: 3 };
  const panels: (UnplacedPanel | undefined)[] = [
    burnDown === undefined
      ? undefined
      : {
          ...timeseries(
            {
              title: "Burn-down through the window",
              description:
                "What was spent since the window began, and the pace at which the budget lasts exactly until its end.",
              datasource,
            },
            [
              { expr: burnDown, legend: named("left") },
              { expr: slos.pace, legend: "pace" },
            ],
            { fields: { unit: "percentunit", max: 1 }, overrides: [ofQuery("B", limitLine(FAIR))] },
          ),
          timeFrom: "${window}s",
          hideTimeOverride: true,
        },
    timeseries(
      {
        title: "Budget left",
        description: "Of the window that ends at each moment. Below 0 it is overspent.",
        datasource,
      },
      [{ expr: slos.remaining, legend: named("left") }],
      {
        fields: { unit: "percentunit", max: 1, ...LEFT },
        overrides: [ofQuery("A", { "custom.thresholdsStyle": { mode: "line" } })],
      },
    ),
    timeseries(
      {
        title: "SLI and objective",
        description: "The share of good events over the window that ends at each moment.",
        datasource,
      },
      [
        { expr: slos.indicator, legend: named("SLI") },
        { expr: slos.objective, legend: "objective" },
      ],
      { fields: share, overrides: [ofQuery("B", limitLine(POOR))] },
    ),
    errorRatio === undefined
      ? undefined
      : timeseries(
          {
            title: "Errors",
            description: "The share that failed of late, and the share that may fail over the window.",
            datasource,
          },
          [
            { expr: errorRatio, legend: named("failed") },
            { expr: slos.budget, legend: "allowed" },
          ],
          { fields: { ...share, min: 0 }, overrides: [ofQuery("B", limitLine(POOR))] },
        ),
    exhaustion === undefined
      ? undefined
      : timeseries(
          {
            title: "Time to exhaustion",
            description: "At the burn rate of each moment. No line where the budget would last a whole window.",
            datasource,
          },
          [{ expr: exhaustion, legend: named("exhausted in") }],
          { fields: { unit: "s", min: 0 } },
        ),
    timeseries(
      { title: "Data", description: "1 while there are the metrics that the SLO is made of, else 0.", datasource },
      [{ expr: slos.present, legend: "present" }],
      { fields: { unit: "none", min: 0, max: 1, decimals: 0 } },
    ),
  ];
  return panels.filter((panel) => panel !== undefined);
}

function* tiers(
  datasource: GrafanaDatasource,
  slos: SloExpressions,
  { plans, named }: { readonly plans: readonly PlannedSlo[]; readonly named: Named },
): Generator<readonly [panel: UnplacedPanel, width: number, height: number]> {
  const names = [...new Set(plans.flatMap((plan) => plan.tiers.map(({ name }) => name)))].slice(0, MOST_TIERS);
  for (const name of names) {
    const lookBack = (side: "long" | "short"): string | undefined => {
      const all = new Set(plans.flatMap((plan) => lookBackOf(plan, name, side) ?? []));
      return all.size === 1 ? [...all][0] : undefined;
    };
    const query = (side: "long" | "short"): Query => ({
      expr: slos.tierBurn(name, side) ?? "",
      legend: named(lookBack(side) ?? `${side} look-back`),
    });
    const severities = new Set(
      plans.flatMap((plan) => plan.tiers.filter((tier) => tier.name === name)).map(({ severity }) => severity),
    );
    const panel = timeseries(
      {
        title: `Burn rate: ${name}`,
        description: `The alert (${[...severities].join(" or ")}) fires while both lines are above the dashed one, and enough has failed.`,
        datasource,
      },
      [query("long"), query("short"), { expr: slos.tierFactor(name) ?? "", legend: "alert" }],
      { fields: { unit: "suffix:x", min: 0 }, overrides: [ofQuery("C", limitLine(POOR))] },
    );
    yield [panel, 12, 8];
  }
  yield [firing(datasource, slos), 24, 7];
}

function firing(datasource: GrafanaDatasource, slos: SloExpressions): UnplacedPanel {
  return table(
    { title: "Alerts that fire", description: "Of this SLO, with the time since when.", datasource },
    [
      { name: "Severity", of: slos.severityLabel },
      { name: "Alert", of: "alertname" },
      { name: "Tier", of: "tier" },
      { name: "Reason", of: "reason" },
      { name: "Since", of: { expr: slos.alertsSince }, fields: { unit: "dateTimeFromNow" } },
    ],
    {
      hidden: [...new Set([...slos.identity, "service", "slo", "__name__", "alertstate"])],
      sortBy: [["Since", true]],
      noValue: "No alert fires.",
    },
  );
}
