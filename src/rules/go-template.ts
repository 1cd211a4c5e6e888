/** Texts of alerts, which Prometheus reads as templates of Go. */
import type { SloAlerting } from "../slo/alerting.ts";

// What a template may safely hold: a value that Prometheus has, through functions that it knows. Anything else between
// braces could be a fault for which Prometheus refuses the whole file.
const NUMBER = String.raw`(?:\$value|\.Value)`;
const TEXT = String.raw`(?:(?:\$(?:labels|externalLabels)|\.(?:Labels|ExternalLabels))\.[A-Za-z_]\w*|\$externalURL|\.ExternalURL)`;
const FORMAT = String.raw`printf "%(?:\.\d{1,2})?[efgv]"`;
const OF_NUMBERS = String.raw`humanize(?:1024|Duration|Percentage|Timestamp)?`;
const OF_TEXTS = "title|toUpper|toLower|stripPort|stripDomain";
// A function that cannot take what it is given puts an error of Go in the text.
const FORMATTED = String.raw`(?:${FORMAT} ${NUMBER}|${NUMBER} *\| *${FORMAT})(?: *\| *${OF_NUMBERS})?`;
const MADE = String.raw`(?:${FORMATTED}|${OF_NUMBERS} ${NUMBER}|${NUMBER} *\| *${OF_NUMBERS})`;
const NUMBERS = String.raw`(?:${MADE}(?: *\| *(?:${OF_TEXTS}))*|${NUMBER})`;
const TEXTS = String.raw`${TEXT}(?: *\| *(?:${OF_TEXTS}))*`;
const ACTION = new RegExp(String.raw`\{\{(?:- +| *)(?:${NUMBERS}|${TEXTS})(?: +-| *)\}\}`, "y");

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
  const isKnown = isTemplate(text);
  return isKnown ? { text, isLiteral: false } : { text: literal(text), isLiteral: true };
}

/** Whether each two braces, from the left as Go reads them, begin an action that is known. */
function isTemplate(text: string): boolean {
  for (let at = text.indexOf("{{"); at >= 0; at = text.indexOf("{{", at)) {
    ACTION.lastIndex = at;
    const action = ACTION.exec(text)?.[0];
    if (action === undefined) return false;
    at += action.length;
  }
  return true;
}

/** A string of Go that stands for exactly this text; in backquotes where that is possible. */
export function goString(text: string): string {
  return text.includes("`") || text.includes("\r") ? JSON.stringify(text) : `\`${text}\``;
}

/** Remarks on texts that are no template that can be trusted, and on labels that change at each evaluation. */
export function literalTexts(alerting: SloAlerting): string[] {
  const all = [alerting, ...[alerting.page, alerting.ticket].filter((own) => own !== undefined && own !== false)];
  const labels = all.flatMap((own) => Object.entries(own.labels ?? {}));
  const annotations = all.flatMap((own) => Object.entries(own.annotations ?? {}));
  const severities = labels.filter(([name]) => name === "severity").map(([, text]) => text);
  return [
    ...severities
      .filter((text) => text !== "page" && text !== "ticket")
      .map((text) => `its alerts have the severity ${text}, for which alertmanagerRouting has no route; write one`),
    ...[...labels, ...annotations]
      .filter(([, text]) => templateOf(text).isLiteral)
      .map(([name]) => `the text of ${name} has braces that are no template which nines knows, and is taken literally`),
    ...labels
      .filter(([, text]) => !templateOf(text).isLiteral && /\{\{[^}]*(?:\$value|\.Value)/.test(text))
      .map(
        ([name]) => `the label ${name} has the value in it, so each evaluation makes a new alert; use an annotation`,
      ),
  ];
}
