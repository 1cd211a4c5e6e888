/** Small things that every view is made of. */
import type { SloVerdict } from "../../status/model.ts";
import type { DashboardSlo } from "../model.ts";

import { h, type Child, type ElementPart } from "./parts.ts";
import { isBehind } from "./past-age.ts";
import { exactText, momentText } from "./times.ts";
import { knownVerdict, ratioText, safeUrl, UNKNOWN, VERDICT_WORDS } from "./words.ts";

/** An outline that tells each verdict from the others without its colour, and a sign in it. */
const SHAPES: Readonly<Record<SloVerdict, readonly [string, string]>> = {
  critical: ["M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z", "M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"],
  warning: ["M8 .9 15.7 14.6H.3z", "M8 5.8v4M8 12v.2"],
  unknown: ["M8 .4 15.6 8 8 15.6.4 8z", "M5.9 6.1a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .7-1 1.4M8 12v.1"],
  healthy: ["M8 .8a7.2 7.2 0 1 1 0 14.4A7.2 7.2 0 0 1 8 .8", "M4.8 8.3l2.2 2.1 4.2-4.5"],
};

export function icon(verdict: SloVerdict): ElementPart {
  const [outline, sign] = SHAPES[knownVerdict(verdict)];
  return h(
    "svg.icon",
    { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", "data-tone": verdict },
    h("path.outline", { d: outline }),
    h("path.sign", { d: sign }),
  );
}

/** Shape and word. */
export function badge(
  verdict: SloVerdict,
  text: string = VERDICT_WORDS[knownVerdict(verdict)],
  title?: string,
): ElementPart {
  return h("span.badge", { "data-tone": verdict, title }, icon(verdict), h("span", {}, text));
}

/** How much of the budget is left; overspent is drawn from the other end. */
export function budgetBar(remainingRatio: number | undefined, verdict: SloVerdict): ElementPart {
  const share = Math.min(1, Math.abs(remainingRatio ?? 0));
  return h(
    "span.bar",
    { "aria-hidden": "true", "data-tone": verdict, class: (remainingRatio ?? 0) < 0 ? "overspent" : undefined },
    h("span", { style: { "--share": Number(share.toFixed(4)) } }),
  );
}

/** A share of a whole, where more is worse. */
export function loadBar(share: number, tone: SloVerdict): ElementPart {
  return h(
    "span.bar",
    { "aria-hidden": "true", "data-tone": tone },
    h("span", { style: { "--share": Number(Math.min(1, Math.max(0, share)).toFixed(4)) } }),
  );
}

const SPARK = { width: 88, height: 22 };

/** The pace of failing through the last part of the window; the line is where the budget lasts exactly. Undefined where there is too little, or too little of now. */
export function sparkline({ past = [], objectiveRatio }: DashboardSlo, at: number): ElementPart | undefined {
  const last = past.at(-1);
  if (last === undefined || last.bad.length < 2 || objectiveRatio >= 1 || isBehind(past, at)) return undefined;
  const paces = last.bad.map((bad, place) => {
    const total = last.total[place];
    if (bad === null || total === null || total === undefined) return undefined;
    return total === 0 ? 0 : bad / total / (1 - objectiveRatio);
  });
  const most = Math.max(2, ...paces.map((pace) => pace ?? 0));
  const yOf = (pace: number): string => (SPARK.height - 1 - (pace / most) * (SPARK.height - 3)).toFixed(1);
  const stepX = SPARK.width / (paces.length - 1);
  let pen = "M";
  let line = "";
  for (const [place, pace] of paces.entries()) {
    if (pace === undefined) pen = "M";
    else {
      line += `${pen}${(place * stepX).toFixed(1)} ${yOf(pace)}`;
      pen = "L";
    }
  }
  return h(
    "svg.spark",
    {
      viewBox: `0 0 ${String(SPARK.width)} ${String(SPARK.height)}`,
      "aria-hidden": "true",
      preserveAspectRatio: "none",
    },
    h("path.even", { d: `M0 ${yOf(1)}H${String(SPARK.width)}` }),
    h("path.course", { d: line }),
  );
}

/** A figure; one with a tone is to be noticed. */
export function figure(text: string, tone?: SloVerdict): ElementPart {
  return h("span.figure", { "data-tone": tone, class: tone === undefined ? undefined : "firing" }, text);
}

/** `14.2 %` with its bar. */
export function budgetLeft(remainingRatio: number | undefined, verdict: SloVerdict): Child {
  if (remainingRatio === undefined) return h("span.none", {}, UNKNOWN);
  return [budgetBar(remainingRatio, verdict), figure(ratioText(remainingRatio))];
}

/** An instant, short, and exactly for whoever asks. */
export function moment(at: number, text: string = momentText(at)): ElementPart {
  const iso = Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : "";
  return h("time", { datetime: iso, title: exactText(at) }, text);
}

/** A link out of the page, if it leads where links may lead; otherwise only its text. */
export function outward(url: string | undefined, ...text: readonly Child[]): ElementPart {
  const safe = safeUrl(url);
  if (safe === undefined) return h("span", {}, ...text);
  return h("a.outward", { href: safe, target: "_blank", rel: "noopener noreferrer" }, ...text);
}

/** A part of a view under its own heading; nothing where it holds nothing. */
export function section(key: string, title: string, ...content: readonly Child[]): ElementPart {
  const id = `section-${key}`;
  return h("section.card", { key, "aria-labelledby": id }, h("h3", { id }, title), ...content);
}

/** Sentences. */
export function sentences(texts: readonly string[], name: string = "sentences"): Child {
  return texts.length > 0 && h(`ul.${name}`, {}, ...texts.map((text) => h("li", {}, text)));
}

/** A term and what is told of it. */
export function term(name: string, ...told: readonly Child[]): ElementPart {
  return h("div", { key: name }, h("dt", {}, name), h("dd", {}, ...told));
}
