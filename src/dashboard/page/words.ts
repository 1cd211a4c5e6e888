/** Figures and states in words: pure. */
import { durationText } from "../../core/time/duration-text.ts";
import { minutesText, percentText, plain } from "../../core/figures.ts";
import type { SloVerdict } from "../../status/model.ts";
import type { DashboardBurn, DashboardGate, DashboardPolicy, DashboardSlo } from "../model.ts";

/** What is not known. */
export const UNKNOWN = "–";

export const VERDICT_WORDS: Readonly<Record<SloVerdict, string>> = {
  critical: "Critical",
  warning: "Warning",
  unknown: "Unknown",
  healthy: "Healthy",
};

/** A page may be older than what tells it: a verdict of which it does not know is one. */
export function knownVerdict(verdict: SloVerdict): SloVerdict {
  return Object.hasOwn(VERDICT_WORDS, verdict) ? verdict : "unknown";
}

export const DECISION_WORDS: Readonly<Record<DashboardPolicy["decision"], string>> = {
  allow: "Releases allowed",
  warn: "Releases with care",
  unknown: "Releases: cannot be told",
  halt: "Releases halted",
};

export const GATE_WORDS: Readonly<Record<DashboardGate["verdict"], string>> = {
  pass: "Gate open",
  warn: "Gate open, with a warning",
  unknown: "Gate: cannot be told",
  block: "Gate closed",
};

/** By how much each attracts the eye: as a verdict of an SLO would. */
export const TONES: Readonly<Record<DashboardPolicy["decision"] | DashboardGate["verdict"], SloVerdict>> = {
  ...{ allow: "healthy", pass: "healthy", warn: "warning", unknown: "unknown", halt: "critical", block: "critical" },
};

export const KIND_WORDS: Readonly<Record<string, string>> = {
  error_rate: "error rate",
};

export function kindWord(kind: string): string {
  return KIND_WORDS[kind] ?? kind.replaceAll("_", " ");
}

export function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? UNKNOWN : signed(percentText(ratio));
}

/** `14.4x`, of a burn rate. */
export function paceText(rate: number | undefined): string {
  return rate === undefined ? UNKNOWN : `${plain(rate, rate < 10 ? 2 : rate < 100 ? 1 : 0)}x`;
}

export function countText(count: number | undefined): string {
  return count === undefined ? UNKNOWN : signed(plain(count, Number.isInteger(count) ? 0 : 1));
}

/** `6.1 min`, `2 h 40 min`. */
export function minutesLeft(minutes: number | undefined): string {
  if (minutes === undefined) return UNKNOWN;
  const size = Math.abs(minutes);
  const text = size < 120 ? `${minutesText(size)} min` : durationText(size * 60_000);
  return minutes < 0 ? `−${text}` : text;
}

export function latencyText(latencyMs: number | undefined): string {
  if (latencyMs === undefined) return UNKNOWN;
  return latencyMs < 1_000 ? `${plain(latencyMs, latencyMs < 10 ? 1 : 0)} ms` : `${plain(latencyMs / 1_000, 2)} s`;
}

export function perSecondText(rate: number | undefined): string {
  return rate === undefined ? UNKNOWN : `${plain(rate, rate < 10 ? 2 : rate < 100 ? 1 : 0)} / s`;
}

/** The alert's pair that looks back least far: its long look-back is what "now" means. */
export function presentBurn(burns: readonly DashboardBurn[]): DashboardBurn | undefined {
  return burns.reduce<DashboardBurn | undefined>(
    (least, burn) => (least === undefined || burn.longMs < least.longMs ? burn : least),
    undefined,
  );
}

/** The burn rate of now, and what it is over: the one that `exhaustion` is told from. */
export function presentPace({
  pace,
  burns,
}: Pick<DashboardSlo, "pace" | "burns">): { readonly rate: number | undefined; readonly windowMs: number } | undefined {
  const burn = presentBurn(burns);
  return pace ?? (burn === undefined ? undefined : { rate: burn.longRate, windowMs: burn.longMs });
}

/** That of the gravest alert that holds. */
export function firingTone(burns: readonly DashboardBurn[]): SloVerdict | undefined {
  const firing = burns.filter(({ burning }) => burning);
  if (firing.length === 0) return undefined;
  return firing.some(({ severity }) => severity === "page") ? "critical" : "warning";
}

/** The verdict stands beside it already. */
export function lineText({ text, verdict }: { readonly text: string; readonly verdict: SloVerdict }): string {
  if (text === verdict) return "";
  return text.startsWith(`${verdict}, `) ? text.slice(verdict.length + 2) : text;
}

/** `in 6 h 10 min`: how long the budget lasts at the present pace. */
export function exhaustionText({ exhaustion }: Pick<DashboardSlo, "exhaustion">, at: number): string {
  switch (exhaustion?.kind) {
    case "exhausted":
      return "used up";
    case "never":
      return "lasts";
    case "in":
      if (exhaustion.at === undefined) return UNKNOWN;
      return exhaustion.at <= at ? "now" : `in ${durationText(exhaustion.at - at)}`;
    default:
      return UNKNOWN;
  }
}

const NOTHING: Readonly<Record<Exclude<DashboardSlo["state"], "measured">, string>> = {
  no_traffic: "No request has come yet",
  too_little_traffic: "Too few requests to judge",
  no_data: "Not measured yet",
};

const TO_DO: Readonly<Record<Exclude<DashboardSlo["state"], "measured">, string>> = {
  no_traffic: "The service is watched, and idle. Figures appear with the first requests that count for this SLO.",
  too_little_traffic: "Figures appear once there are as many requests as the SLO asks for.",
  no_data:
    "Nobody has counted requests in this window. Check that the service runs with its middleware, or that the source of its figures can be reached.",
};

/** Why there are no figures, in few words; undefined where there are some. */
export function nothingText(state: DashboardSlo["state"]): string | undefined {
  return state === "measured" ? undefined : NOTHING[state];
}

/** What can be done about it. */
export function toDoText(state: DashboardSlo["state"]): string | undefined {
  return state === "measured" ? undefined : TO_DO[state];
}

export function count(many: number, one: string, more: string = `${one}s`): string {
  return `${plain(many, 0)} ${many === 1 ? one : more}`;
}

/** Only these are followed. */
export function safeUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  try {
    const { protocol, href } = new URL(url);
    return protocol === "https:" || protocol === "http:" ? href : undefined;
  } catch {
    return undefined;
  }
}

/** With a minus that is as wide as a plus. */
function signed(text: string): string {
  return text.replace(/^-/, "−");
}
