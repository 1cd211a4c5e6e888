/** Texts of alerts, which Prometheus reads as templates of Go. */
import type { SloAlerting } from "../slo/alerting.ts";

// What a template may safely hold: a value that Prometheus has, through functions that it knows. Anything else between
// braces could be a fault for which Prometheus refuses the whole file.
const VALUE = String.raw`(?:\$value|\.Value|\$(?:labels|externalLabels)\.[A-Za-z_]\w*|\.(?:Labels|ExternalLabels)\.[A-Za-z_]\w*|\$externalURL|\.ExternalURL)`;
const FUNCTION = String.raw`(?:humanize|humanize1024|humanizeDuration|humanizePercentage|humanizeTimestamp|title|toUpper|toLower|stripPort|stripDomain|printf "%\.?\d*[a-z]")`;
const ACTION = new RegExp(
  String.raw`\{\{-? *(?:${VALUE}|printf "%\.?\d*[a-z]" ${VALUE})(?: *\| *${FUNCTION})* *-?\}\}`,
  "g",
);

/** A text in which nothing is a template. */
export function literal(text: string): string {
  return text.replaceAll("{{", '{{ "{{" }}');
}

/**
 * A text that may hold actions such as `{{ $labels.pod }}` or `{{ $value | humanize }}`. Where there is any other, all of
 * it is taken literally.
 */
export function templateOf(text: string): { readonly text: string; readonly isLiteral: boolean } {
  if (!text.includes("{{")) return { text, isLiteral: false };
  const isKnown = !text.replace(ACTION, "").includes("{{");
  return isKnown ? { text, isLiteral: false } : { text: literal(text), isLiteral: true };
}

/** A string of Go that stands for exactly this text; in backquotes where that is possible. */
export function goString(text: string): string {
  return text.includes("`") || text.includes("\r") ? JSON.stringify(text) : `\`${text}\``;
}

/** Remarks on texts that look like templates and are none that can be trusted. */
export function literalTexts(alerting: SloAlerting): string[] {
  const all = [
    alerting.labels,
    alerting.annotations,
    ...[alerting.page, alerting.ticket].flatMap((own) => (own ? [own.labels, own.annotations] : [])),
  ].flatMap((texts) => Object.entries(texts ?? {}));
  return all
    .filter(([, text]) => templateOf(text).isLiteral)
    .map(([name]) => `the text of ${name} has braces that are no template which nines knows, and is taken literally`);
}
