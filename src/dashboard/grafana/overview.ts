/** All SLOs by what needs attention. */
import { SLO_VERDICTS } from "../../status/model.ts";

import { legendOf, type SloExpressions, type SloGrouping, WARN_BELOW } from "./expressions.ts";
import { datasourceOf, frame, uidOf, variables } from "./frame.ts";
import { placed } from "./layout.ts";
import type { GrafanaDashboard, GrafanaDatasource, Json } from "./model.ts";
import type { GrafanaSettings } from "./options.ts";
import {
  type Column,
  FAIR,
  GOOD,
  inWords,
  POOR,
  stat,
  table,
  thresholds,
  timeseries,
  type UnplacedPanel,
  UNKNOWN,
  withoutValue,
} from "./panels.ts";

/** Verdicts in words, best first, with a sign for whoever does not see the colours. */
export const VERDICT_WORDS: readonly { readonly text: string; readonly color: string }[] = [
  { text: "✓ healthy", color: GOOD },
  { text: "! warning", color: FAIR },
  { text: "? unknown", color: UNKNOWN },
  { text: "✗ critical", color: POOR },
];

/** Digits of a share as people promise it: 99.999 %. */
export const SHARE: Readonly<Record<string, Json>> = { unit: "percentunit", decimals: 3 };

/** Colours of what is left of a budget. */
export const LEFT: Readonly<Record<string, Json>> = thresholds(POOR, [0, FAIR], [WARN_BELOW, GOOD]);

/** Colours of a burn rate: above 1 the budget does not last. */
export const BURN: Readonly<Record<string, Json>> = {
  unit: "suffix:x",
  decimals: 2,
  ...thresholds(GOOD, [1, FAIR], [6, POOR]),
};

/** Labels of the series. */
interface Labels {
  /** That are no columns. */
  readonly hidden: readonly string[];
  readonly grouping: SloGrouping;
}

/** The dashboard of all services. */
export function overview(settings: GrafanaSettings, slos: SloExpressions, labels: Labels): GrafanaDashboard {
  const datasource = datasourceOf(settings);
  return {
    ...frame(settings, "overview"),
    title: `${settings.title}: SLO overview`,
    description: "All SLOs by what needs attention. A row leads to the SLO.",
    time: { from: "now-24h", to: "now" },
    templating: { list: variables(settings, slos) },
    links: [],
    panels: placed([
      { panels: counts(datasource, slos).map((panel) => [panel, 4, 4]) },
      { panels: [[list(settings, slos, labels), 24, 14]] },
      { title: "Over time", panels: overTime(datasource, slos, labels).map((panel) => [panel, 12, 9]) },
    ]),
  };
}

function counts(datasource: GrafanaDatasource, slos: SloExpressions): readonly UnplacedPanel[] {
  const descriptions = {
    critical: "Nothing is left of the budget, or an alert that pages fires.",
    unknown: "The metrics that the SLO is made of are gone.",
    warning: "Less than a quarter of the budget is left, or an alert fires that makes a ticket.",
    healthy: "None of the other three.",
  } as const;
  const ofVerdicts = [...SLO_VERDICTS].reverse().map((verdict) => {
    const place = SLO_VERDICTS.indexOf(verdict);
    const color = VERDICT_WORDS[place]?.color ?? GOOD;
    return stat(
      {
        title: (VERDICT_WORDS[place]?.text ?? verdict).replace(/\w/, (letter) => letter.toUpperCase()),
        description: descriptions[verdict],
        datasource,
      },
      `count((${slos.verdict}) == ${String(place)}) or vector(0)`,
      { unit: "none", ...(verdict === "healthy" ? thresholds(color) : thresholds("text", [1, color])) },
    );
  });
  return [
    ...ofVerdicts,
    stat(
      { title: "Alerts that fire", description: "Burn rates and missing data, pages and tickets.", datasource },
      `count(${slos.alerts}) or vector(0)`,
      { unit: "none", ...thresholds("text", [1, POOR]) },
    ),
    stat(
      { title: "SLOs", description: "How many budgets there are; a grouped SLO has one for each value.", datasource },
      `count(${slos.remaining}) or vector(0)`,
      { unit: "none", ...thresholds("text") },
    ),
  ];
}

function list(settings: GrafanaSettings, slos: SloExpressions, { hidden, grouping }: Labels): UnplacedPanel {
  const chosen = settings.datasource === undefined ? "${datasource:queryparam}&" : "";
  const fields = "var-service=${__data.fields.Service:percentencode}&var-slo=${__data.fields.SLO:percentencode}";
  const url = `/d/${uidOf(settings, "detail")}?${chosen}${fields}&\${__url_time_range}`;
  const linked = { links: [{ title: "Look into it", url, targetBlank: false }] };
  const plain = (series: string): string =>
    `0 * ${slos.remaining} + on (${slos.identity.join(", ")}) group_left () ${series}`;
  const { burn, exhaustion } = slos;
  const colored = { "custom.cellOptions": { type: "color-text" } };
  const columns: readonly Column[] = [
    { name: "State", of: { expr: slos.verdict }, fields: { ...inWords(VERDICT_WORDS), ...BACKGROUND } },
    { name: "Service", of: slos.serviceLabel, fields: linked },
    { name: "SLO", of: slos.sloLabel, fields: linked },
    ...grouping.labels.map((label) => ({ name: label, of: label })),
    { name: "Objective", of: { expr: plain(slos.objective) }, fields: SHARE },
    { name: "SLI", of: { expr: slos.indicator }, fields: SHARE },
    {
      name: "Budget left",
      of: { expr: `sort(1 * ${slos.remaining})` },
      fields: { unit: "percentunit", decimals: 1, ...LEFT, ...colored },
    },
    ...(burn === undefined ? [] : [{ name: "Burn rate", of: { expr: burn }, fields: { ...BURN, ...colored } }]),
    ...(exhaustion === undefined
      ? []
      : [{ name: "Exhausted in", of: { expr: exhaustion }, fields: { unit: "s", decimals: 1, ...NOT_AT_THIS_PACE } }]),
    {
      name: "Alerts",
      of: { expr: slos.alertCount },
      fields: { unit: "none", ...thresholds("text", [1, POOR]), ...colored },
    },
  ];
  return table(
    {
      title: "SLOs by what needs attention",
      description:
        "The SLI and the budget are those of each SLO's window; the burn rate looks back as far as its most urgent alert does.",
      datasource: datasourceOf(settings),
    },
    columns,
    {
      hidden,
      sortBy: [
        ["State", true],
        ["Budget left", false],
      ],
      noValue: "",
    },
  );
}

function overTime(datasource: GrafanaDatasource, slos: SloExpressions, { grouping }: Labels): readonly UnplacedPanel[] {
  const { burn } = slos;
  const legend = legendOf(`{{${slos.serviceLabel}}} {{${slos.sloLabel}}}`, grouping);
  return [
    timeseries(
      { title: "Budget left: the ten with the least", description: "Below 0 a budget is overspent.", datasource },
      [{ expr: `bottomk(10, ${slos.remaining})`, legend }],
      { fields: { unit: "percentunit", max: 1, ...LEFT } },
    ),
    ...(burn === undefined
      ? []
      : [
          timeseries(
            { title: "Burn rate: the ten fastest", description: "At 1 a budget lasts exactly its window.", datasource },
            [{ expr: `topk(10, ${burn})`, legend }],
            { fields: { unit: "suffix:x", min: 0 } },
          ),
        ]),
  ];
}

const BACKGROUND = { "custom.cellOptions": { type: "color-background", mode: "basic" } } as const;

/** A budget that lasts has no such time. */
export const NOT_AT_THIS_PACE: Readonly<Record<string, Json>> = withoutValue("not at this pace", GOOD);
