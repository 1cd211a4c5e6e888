/** How the page looks: one column of text and figures, light and dark, on paper and on a phone. */

const LIGHT = `--ground: #fcfcfa; --ink: #1d2125; --soft: #5a6169; --line: #e3e3de; --wash: #f3f3ef; --mark: #0d6b66; --known: #bcd9d5; --warm: #8a4b08; --bad: #a3262b;`;
const DARK = `--ground: #15181b; --ink: #e7e9eb; --soft: #a6adb5; --line: #2d3238; --wash: #1c2024; --mark: #63cbc1; --known: #2a5552; --warm: #e9b06b; --bad: #ff9a96;`;

/** The style of the page, as CSS. Its hash is in the page's policy: nothing else is applied. */
export const PAGE_STYLE: string = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 4rem; } main { padding-bottom: 2rem; }
h1, h2, h3, .level { font-family: Charter, "Iowan Old Style", Georgia, "DejaVu Serif", serif; font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { font-size: 1.25rem; font-weight: 400; color: var(--soft); margin: 0; }
h2 { font-size: 1.75rem; margin: 4rem 0 .5rem; } h3 { font-size: 1.2rem; margin: 2.75rem 0 .25rem; }
p { margin: .5rem 0; max-width: 42rem; } .soft { color: var(--soft); } small, .small { font-size: .9rem; }
.level { font-size: clamp(2.25rem, 6vw, 3.5rem); margin: .5rem 0 1rem; max-width: 46rem; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 3rem; margin: 1.5rem 0 1rem; padding: 0; }
.facts div { min-width: 8rem; } .facts dt { color: var(--soft); font-size: .9rem; } .facts dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.steps { list-style: none; display: grid; grid-template-columns: repeat(5, 1fr); gap: .75rem; margin: 2.5rem 0 0; padding: 0; }
.steps li { border-top: 4px solid var(--line); padding-top: .6rem; font-size: .9rem; line-height: 1.35; color: var(--soft); }
.steps li.reached { border-color: var(--mark); color: var(--ink); } .steps li[aria-current] { font-weight: 600; } .steps b { display: block; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .6rem 1.25rem .6rem 0; line-height: 1.45; border-bottom: 1px solid var(--line); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; } thead th { color: var(--soft); font-size: .85rem; padding-bottom: .35rem; }
.figure { text-align: right; white-space: nowrap; } .areas th[scope="row"] { width: 13rem; }
.bar { display: block; width: 100%; height: .6rem; margin-top: .5rem; } .track { fill: var(--line); } .of-known { fill: var(--known); } .of-score { fill: var(--mark); }
.question { width: 45%; } .id b { font-weight: 600; } .state { width: 8.5rem; white-space: nowrap; } .id { display: block; color: var(--soft); font-size: .82rem; margin-top: .15rem; }
.met { color: var(--mark); } .partly { color: var(--warm); } .not_met { color: var(--bad); } .unknown, .not_applicable { color: var(--soft); }
.missing { list-style: none; margin: 1.5rem 0 0; padding: 0; } .missing li { border-top: 1px solid var(--line); padding: 1.1rem 0; display: grid; grid-template-columns: 1fr 7rem; gap: 0 1.5rem; }
.missing p { margin: 0; } .missing .advice { font-size: 1.15rem; line-height: 1.45; } .missing .gain { grid-column: 2; grid-row: 1 / span 3; text-align: right; font-variant-numeric: tabular-nums; } .gain b { display: block; font-size: 1.35rem; font-weight: 400; }
.chart { display: block; width: 100%; height: auto; margin-top: 1.5rem; font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
.nines-grid { stroke: var(--line); } .nines-tick { fill: var(--soft); } .nines-line { fill: none; stroke: var(--mark); stroke-width: 2.5; stroke-linejoin: round; vector-effect: non-scaling-stroke; } .nines-point { fill: var(--mark); }
.nines-phase { stroke: var(--soft); stroke-dasharray: 2 4; } .nines-dot { fill: var(--soft); } .nines-label { fill: var(--ink); }
.remarks { padding-left: 1.25rem; } .remarks li { margin: .4rem 0; max-width: 46rem; }
details { margin-top: 1rem; } summary { cursor: pointer; color: var(--soft); } a { color: var(--mark); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 3px; }
footer { border-top: 1px solid var(--line); padding-top: 1.5rem; padding-bottom: 4rem; margin-top: 3rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 44rem) {
  header { padding-top: 2.5rem; } h2 { margin-top: 3rem; } .steps { grid-template-columns: 1fr; gap: 0; margin-top: 2rem; }
  .steps li { border-top: 0; border-left: 4px solid var(--line); padding: .35rem 0 .35rem .9rem; } .steps b { display: inline; margin-right: .5rem; }
  .missing li { grid-template-columns: 1fr; } .missing .gain { grid-column: 1; grid-row: auto; text-align: left; margin-top: .4rem; } .gain b { display: inline; font-size: 1rem; }
  .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacked tr { display: block; border-bottom: 1px solid var(--line); padding: .9rem 0; } .stacked th, .stacked td { display: block; width: auto; border: 0; padding: .1rem 0; }
  .stacked .figure { text-align: left; } .stacked .none { display: none; } .nines-tick { font-size: 22px; } .nines-label, .nines-phase, .nines-dot { display: none; } .wide { display: none; } .areas .figure:nth-child(3) { padding-right: 0; } .areas th[scope="row"] { width: auto; }
}
@media print {
  :root { ${LIGHT} } body { font-size: 10pt; background: none; } header { padding-top: 0; } header, main, footer { max-width: none; }
  h2 { margin-top: 2rem; } h2, h3 { break-after: avoid; } tr, .missing li, .chart { break-inside: avoid; } .bar rect, .steps li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
