/** What a scraper asks for (RFC 9110, section 12.5). */
import type { ExpositionFormat } from "../signals/metric.ts";
import type { HeadersLike } from "../signals/response.ts";

const LONGEST_HEADER = 4_096;

interface Choice {
  readonly name: string;
  readonly quality: number;
}

/** The format that is accepted best; undefined where the scraper does not mind. */
export function formatAccepted(headers: HeadersLike): ExpositionFormat | undefined {
  const choices = choicesOf(headers.accept);
  const openmetrics = qualityOf(choices, "application/openmetrics-text");
  const prometheus = qualityOf(choices, "text/plain");
  if (openmetrics === 0 && prometheus === 0) return undefined;
  // Of two that are as good the plainer one: whoever wants exemplars says so.
  return openmetrics > prometheus ? "openmetrics" : "prometheus";
}

/** Whether the answer may be compressed. */
export function acceptsGzip(headers: HeadersLike): boolean {
  const choices = choicesOf(headers["accept-encoding"]);
  const chosen = choices.find(({ name }) => name === "gzip") ?? choices.find(({ name }) => name === "*");
  return chosen !== undefined && chosen.quality > 0;
}

/** The best quality under which one media type is named; wildcards say nothing about it. */
function qualityOf(choices: readonly Choice[], name: string): number {
  return choices.reduce((best, choice) => (choice.name === name ? Math.max(best, choice.quality) : best), 0);
}

function choicesOf(header: string | string[] | undefined): Choice[] {
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  if (text.length > LONGEST_HEADER) return [];
  return text.split(",").map((part) => {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    const value = quality === undefined ? 1 : Number(quality);
    return { name, quality: value >= 0 && value <= 1 ? value : 0 };
  });
}
