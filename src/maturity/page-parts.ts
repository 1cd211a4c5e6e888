/** The parts of the page. Every text goes through `escapeHtml`, wherever it comes from. */
import { fix } from "../core/picture/axis.ts";
import { escapeHtml } from "../core/escape.ts";
import { dateIn } from "../core/time/time-text.ts";

import { MATURITY_LEVELS } from "./levels.ts";
import type { AreaStanding, CriterionStanding, MaturityReport, MaturityState } from "./model.ts";
import { effectText, nextText, shareText, standingText, STATE_TEXTS, trendText } from "./texts.ts";

/** Shapes that tell states apart without colour; what they mean is written beside them. */
const MARKS: Readonly<Record<MaturityState, string>> = {
  met: "●",
  partly: "◐",
  not_met: "○",
  unknown: "?",
  not_applicable: "–",
};

// Roles in words: a phone shows rows as blocks, and what is no table to the eye must stay one to the ear.
const COLUMNS = ["Criterion", "State", "What is known", "Effect"]
  .map((name) => `<th scope="col" role="columnheader"${name === "Effect" ? ` class="figure"` : ""}>${name}</th>`)
  .join("");

/** The level, the score, the trend, and the five steps. */
export function headHtml(report: MaturityReport, title: string): string {
  const { level, title: name, whole } = report;
  const trend = trendText(report);
  const facts = [
    fact("Level", `${String(level)} of 4`),
    fact("Score", whole.score === undefined ? "nothing applies" : `${String(whole.score)} of 100`),
    fact("Known", whole.known === undefined ? "nothing applies" : `${shareText(whole.known)} of the weight`),
  ];
  const steps = MATURITY_LEVELS.map((step, index) => {
    const reached = index <= level ? ` class="reached"` : "";
    const state = index === level ? "reached, current" : index < level ? "reached" : "not reached";
    const current = index === level ? ` aria-current="step"` : "";
    return `<li${reached}${current}><b>${String(index)}</b> ${escapeHtml(step)}<br><small>${state}</small></li>`;
  });
  return [
    "<header>",
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="level">${escapeHtml(capital(name))}</p>`,
    `<dl class="facts">${facts.join("")}</dl>`,
    ...(trend === undefined ? [] : [`<p class="soft">${escapeHtml(capital(trend))}.</p>`]),
    `<ol class="steps" aria-label="Levels">${steps.join("")}</ol>`,
    "</header>",
  ].join("\n");
}

/** What the next level lacks. */
export function nextHtml(report: MaturityReport): string {
  const { next } = report;
  if (next === undefined) {
    return section("next", "The highest level", [
      "<p>There is no level above it. What is not met below is what is left.</p>",
    ]);
  }
  const items = next.missing.map((one) => {
    return [
      `<li><p class="advice">${escapeHtml(one.advice)}</p>`,
      `<p>${stateHtml(one.state)}: <span class="soft">${escapeHtml(one.text)}</span></p>`,
      `<p class="small soft">${aboutHtml(one)}</p>`,
      `<p class="gain"><b>+${escapeHtml(fix(one.effect.whole))}</b> <small class="soft">points</small></p></li>`,
    ].join("");
  });
  const list = items.length === 0 ? [] : [`<ol class="missing">${items.join("\n")}</ol>`];
  return section("next", `To level ${String(next.level)}`, [
    `<p class="soft">${escapeHtml(nextText(report) ?? "")}</p>`,
    ...list,
  ]);
}

/** A row for each area, with a bar. */
export function areasHtml(areas: readonly AreaStanding[]): string {
  const rows = areas.map((one) => {
    const score = one.score === undefined ? "–" : String(one.score);
    const known = one.known === undefined ? "nothing applies" : shareText(one.known);
    return `<tr><th scope="row">${escapeHtml(one.title)}</th><td class="figure">${score}</td><td class="figure">${known}</td><td class="wide">${barSvg(one)}</td></tr>`;
  });
  return section("areas", "Areas", [
    `<p class="soft">Points out of 100 by weight.<span class="wide"> The pale part of a bar is known and not met; the rest, nobody knows.</span></p>`,
    `<table class="areas"><thead><tr><th scope="col">Area</th><th scope="col" class="figure">Score</th><th scope="col" class="figure">Known</th><td class="wide"></td></tr></thead>`,
    `<tbody>${rows.join("\n")}</tbody></table>`,
  ]);
}

/** A table for each level. */
export function criteriaHtml({ levels, criteria }: MaturityReport, zone: string): string {
  const tables = levels.flatMap((standing) => {
    const { level, title, metShare } = standing;
    const rows = criteria.filter((one) => one.level === level).map((one) => criterionHtml(one, zone));
    if (rows.length === 0) return [];
    const id = `level-${String(level)}`;
    const met = metShare === undefined ? "" : `, ${shareText(metShare)} of the weight met`;
    return [
      `<h3 id="${id}">Level ${String(level)}: ${escapeHtml(title)}</h3>`,
      `<p class="soft small">${escapeHtml(capital(standingText(standing)))}${met}.</p>`,
      `<table class="stacked" role="table" aria-labelledby="${id}"><thead role="rowgroup"><tr role="row">${COLUMNS}</tr></thead>`,
      `<tbody role="rowgroup">${rows.join("\n")}</tbody></table>`,
    ];
  });
  return section("criteria", "Criteria", tables);
}

/** What contradicts, and what is old. */
export function remarksHtml({ remarks }: MaturityReport): string {
  if (remarks.length === 0) return "";
  const items = remarks.map(({ criterion, message }) => {
    const about = criterion === undefined ? "" : `<b>${escapeHtml(criterion)}</b>: `;
    return `<li>${about}${escapeHtml(message)}</li>`;
  });
  return section("remarks", "Remarks", [`<ul class="remarks">${items.join("\n")}</ul>`]);
}

/** A part of the page with its heading. */
export function section(id: string, title: string, parts: readonly string[]): string {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${escapeHtml(title)}</h2>\n${parts.join("\n")}\n</section>`;
}

function criterionHtml(one: CriterionStanding, zone: string): string {
  const since = one.since === undefined ? "" : `; so since ${dateIn(zone, one.since)}`;
  const source = one.source === "none" ? "" : `<small class="id">${escapeHtml(one.source)}${since}</small>`;
  const gains = one.effect.whole > 0;
  return [
    `<tr role="row"><th scope="row" role="rowheader" class="question">${escapeHtml(one.question)}<span class="id">${aboutHtml(one)}</span></th>`,
    `<td role="cell" class="state">${stateHtml(one.state)}</td>`,
    `<td role="cell">${escapeHtml(capital(one.text))}${source}</td>`,
    `<td role="cell" class="figure${gains ? "" : " none"}">${gains ? effectText(one) : "–"}</td></tr>`,
  ].join("");
}

function stateHtml(state: MaturityState): string {
  return `<span class="${state}"><span aria-hidden="true">${MARKS[state]}</span> ${STATE_TEXTS[state]}</span>`;
}

function aboutHtml({ id, area, required, docs }: CriterionStanding): string {
  return `${escapeHtml(`${id}, ${area}`)}${required ? ", <b>required</b>" : ""}${docsHtml(docs)}`;
}

/** An address is a link; a page of the docs is named. */
function docsHtml(docs: string | undefined): string {
  if (docs === undefined) return "";
  const text = escapeHtml(docs);
  return /^https?:\/\/[^\s]+$/i.test(docs) ? `, <a href="${text}" rel="noreferrer">${text}</a>` : `, ${text}`;
}

function barSvg({ score = 0, known = 0 }: AreaStanding): string {
  const rect = (kind: string, width: number): string =>
    `<rect class="${kind}" width="${fix(Math.min(100, width))}" height="6"/>`;
  return `<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${rect("track", 100)}${rect("of-known", known * 100)}${rect("of-score", score)}</svg>`;
}

function fact(term: string, text: string): string {
  return `<div><dt>${escapeHtml(term)}</dt><dd>${escapeHtml(text)}</dd></div>`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
