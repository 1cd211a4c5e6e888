/** How the page looks: on screens, in the dark, on paper. */
export const PAGE_STYLE: string = `:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #1c2024; --soft: #60646c; --line: #d9dce1; --tint: #f5f6f8;
  --accent: #1f5fbf; --good: #18794e; --bad: #c62a2f; --warn: #9a5b00; --draft: #fff8e6; --draft-line: #e2c16a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15181c; --ink: #e6e8eb; --soft: #a3a9b2; --line: #343a42; --tint: #1d2126;
    --accent: #7db1ff; --good: #5fc992; --bad: #ff8589; --warn: #f0b95c; --draft: #272216; --draft-line: #7a6530;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
}
main { max-width: 58rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 1.2rem; white-space: pre-line; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .8rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); white-space: pre-line; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
p, ul, ol, blockquote { margin: .6rem 0; }
a { color: var(--accent); }
.kind { margin: 0; color: var(--soft); font-size: .85rem; letter-spacing: .04em; text-transform: uppercase; }
.status, .severity { display: inline-block; padding: 0 .55em; border-radius: 1em; border: 1px solid currentColor; font-size: .85em; }
.SEV1, .SEV2 { color: var(--bad); font-weight: 600; }
.SEV3 { color: var(--warn); font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .9rem 1.4rem; margin: 0 0 1rem; }
.facts dt { color: var(--soft); font-size: .8rem; }
.facts dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; font-size: .82rem; }
td { white-space: pre-line; }
.wide { overflow-x: auto; }
.wide table { min-width: 36rem; overflow-wrap: normal; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 2.5rem; align-items: start; }
.pair td:first-child { min-width: 8rem; overflow-wrap: normal; }
.time, .span { font-variant-numeric: tabular-nums; }
.time, .span, .timeline .source { white-space: nowrap; }
.note { color: var(--soft); font-size: .88em; }
.timeline td:first-child { width: 11.5rem; }
.timeline .source { width: 7rem; color: var(--soft); }
.labels th { width: 11rem; }
.labels td { white-space: pre-wrap; }
.items td:nth-child(2) { min-width: 14rem; }
.item-done td, .item-dropped td { color: var(--soft); }
.step-failed td:nth-child(2), .step-timed_out td:nth-child(2), .step-refused td:nth-child(2) { color: var(--bad); }
.step-succeeded td:nth-child(2) { color: var(--good); }
pre {
  background: var(--tint); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; margin: .4rem 0 1rem;
  white-space: pre-wrap; font-size: .84rem; line-height: 1.45;
}
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
p code, li code, td code { background: var(--tint); padding: .1em .3em; border-radius: 4px; font-size: .88em; }
.command pre { margin-bottom: .4rem; border-left: 3px solid var(--accent); }
.name { margin: 1rem 0 0; font-weight: 500; font-size: .92rem; }
.draft { background: var(--draft); border-left: 3px solid var(--draft-line); padding: .5rem .9rem; margin: .7rem 0; border-radius: 0 6px 6px 0; white-space: pre-line; }
.draft ul { margin: .2rem 0; padding-left: 1.2rem; white-space: normal; }
.draft .mark { margin: 0; color: var(--soft); font-size: .78rem; }
.draft p { margin: .1rem 0; }
.missing { color: var(--soft); font-style: italic; }
blockquote { border-left: 3px solid var(--line); margin-left: 0; padding-left: 1rem; color: var(--soft); }
figure { margin: 1.2rem 0; }
figure svg { display: block; width: 100%; height: auto; }
@media (max-width: 40rem) {
  main { padding: 1.25rem .9rem 2.5rem; }
  h1 { font-size: 1.5rem; }
  .timeline, .timeline tbody, .timeline tr, .timeline td { display: block; width: auto; }
  .timeline thead { display: none; }
  .timeline tr { border-bottom: 1px solid var(--line); padding: .45rem 0; }
  .timeline td { border: 0; padding: 0; }
  .timeline td:first-child, .timeline .source { width: auto; color: var(--soft); font-size: .85em; }
  .labels th { width: 7.5rem; }
  figure { overflow-x: auto; }
  figure svg { min-width: 34rem; }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --ink: #000000; --soft: #44484f; --line: #c4c7cc; --tint: #f6f6f6;
    --accent: #1b4f9c; --good: #18794e; --bad: #b3262b; --warn: #7a4800; --draft: #fbfaf5; --draft-line: #b9a15a;
  }
  @page { margin: 18mm 16mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2, h3, .name { break-after: avoid; }
  tr, figure, .draft, .facts div { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
  .wide table { min-width: 0; }
  .appendix { break-before: page; }
}`;
