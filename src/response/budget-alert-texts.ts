/** What is said of a budget that burns or runs out, in this process: as its rules would say it. */
import type { BurnChange, ExhaustionChange } from "../budget/alerting.ts";
import { formatDuration } from "../core/time/duration.ts";
import { lengthText } from "../core/time/window-text.ts";
import { burnAlertName, linkAnnotations, ownAnnotations, ownLabels, type Texts } from "../rules/alert-own.ts";
import { shortNumber } from "../rules/convention.ts";
import type { BurnSeverity, SloAlerting } from "../slo/alerting.ts";

import type { PlainAlert } from "./alerts/plain.ts";

/** Name of the alert of a budget of which nothing is left. */
export const EXHAUSTED_ALERT = "ErrorBudgetExhausted";

/** What is known beside the change itself. */
export interface AlertMaking {
  readonly status: "firing" | "resolved";
  /** Of the SLO. */
  readonly alerting: SloAlerting | undefined;
  /** Of all alerts. */
  readonly labels: Texts;
}

// Without `startsAt`: the same labels are the same alert until it is over, also after a restart.
/** The alert of a budget that burns. */
export function burnAlert({ id, tier, long, short }: BurnChange, making: AlertMaking): PlainAlert {
  const { severity, factor } = tier;
  const [longText, shortText] = [formatDuration(tier.longMs), formatDuration(tier.shortMs)];
  const [now, before] = [`above ${shortNumber(factor)} in both, which is worth a ${severity}.`, `no longer above`];
  return {
    name: burnAlertName(making.alerting),
    status: making.status,
    ...textsOf(making, {
      severity,
      value: pace(long.rate),
      labels: {
        ...labelsOf(id),
        severity,
        window: longText,
        long: lengthText(tier.longMs),
        short: lengthText(tier.shortMs),
        factor: shortNumber(factor),
        ...("name" in tier && typeof tier.name === "string" ? { tier: tier.name } : {}),
      },
      annotations: {
        summary: `${id} burns its error budget`,
        description:
          `Burn rate ${pace(long.rate)} over ${longText} and ${pace(short.rate)} over ${shortText}; ` +
          (making.status === "firing" ? now : `${before} ${shortNumber(factor)} in both.`),
      },
    }),
  };
}

/** The alert of a budget that has run out. */
export function exhaustedAlert({ id }: ExhaustionChange, making: AlertMaking): PlainAlert {
  const severity = "ticket";
  const annotations = { summary: `${id} has no error budget left` };
  const labels = { ...labelsOf(id), severity };
  return {
    name: EXHAUSTED_ALERT,
    status: making.status,
    ...textsOf(making, { severity, value: undefined, labels, annotations }),
  };
}

function textsOf(
  { alerting, labels: ofAll }: AlertMaking,
  made: {
    readonly severity: BurnSeverity;
    readonly value: string | undefined;
    readonly labels: Texts;
    readonly annotations: Texts;
  },
): { readonly labels: Texts; readonly annotations: Texts } {
  const { severity, value } = made;
  const known = { ...ofAll, ...made.labels };
  const fill = (texts: Texts): Texts => filled(texts, known, value);
  return {
    labels: { ...known, ...fill(ownLabels(alerting, severity)) },
    annotations: {
      ...made.annotations,
      ...fill(ownAnnotations(alerting, severity)),
      ...fill(linkAnnotations(alerting ?? {})),
    },
  };
}

/** Puts in the labels and the value where a template of Prometheus asks for just these; what asks for more stays as it is. */
function filled(texts: Texts, labels: Texts, value: string | undefined): Texts {
  const entries = Object.entries(texts).map(([name, text]) => {
    const withLabels = text.replace(
      LABEL,
      (_, label: string) => (Object.hasOwn(labels, label) ? labels[label] : "") ?? "",
    );
    return [name, value === undefined ? withLabels : withLabels.replace(VALUE, () => value)];
  });
  return Object.fromEntries(entries) as Texts;
}

const LABEL = /\{\{(?:- )? {0,9}(?:\$labels|\.Labels)\.([A-Za-z_]\w{0,99}) {0,9}(?: -)?\}\}/g;
const VALUE = /\{\{(?:- )? {0,9}(?:\$value|\.Value)(?: {0,9}\| {0,9}humanize)? {0,9}(?: -)?\}\}/g;

function pace(rate: number | undefined): string {
  return rate === undefined ? "unknown" : rate.toPrecision(3);
}

/** The SLO, and the service before its name. */
function labelsOf(id: string): Record<string, string> {
  const slash = id.indexOf("/");
  return { slo: id, ...(slash > 0 ? { service: id.slice(0, slash) } : {}) };
}
