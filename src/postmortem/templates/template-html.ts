/** The page that nines writes unless told otherwise, as mustache templates. */
import { PAGE_STYLE } from "./style.ts";

/** Partials of the page, beside those of its sections. */
export type HtmlPartial =
  | "style"
  | "header"
  | "changes"
  | "impact"
  | "picture"
  | "detection"
  | "timeline"
  | "suggestions"
  | "action-items"
  | "suggested-actions"
  | "monitoring"
  | "appendix";

/** Nothing is fetched and nothing runs; the page could be opened anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The whole page. `{{{written.summary}}}` is what people wrote as HTML, or the machine's draft as long as nobody has. */
export const HTML_WHOLE: string = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Postmortem: {{title}} ({{id}})</title>
<style>
{{> style}}
</style>
</head>
<body>
<main>
{{> header}}
{{> changes}}
<section><h2>Summary</h2>
{{{written.summary}}}
</section>
<section><h2>Impact</h2>
{{> impact}}
{{> picture}}
{{{written.impact}}}
</section>
<section><h2>Root cause</h2>
{{{written.rootCause}}}
</section>
<section><h2>Trigger</h2>
{{{written.trigger}}}
</section>
<section><h2>Detection</h2>
{{> detection}}
{{{written.detection}}}
</section>
<section><h2>Resolution</h2>
{{{written.resolution}}}
</section>
<section><h2>Timeline</h2>
{{> timeline}}
{{{written.timeline}}}
</section>
<section><h2>Lessons learned</h2>
{{{written.lessons}}}
<h3>What went well</h3>
{{#suggestions.wentWell}}{{> suggestions}}{{/suggestions.wentWell}}
{{{written.wentWell}}}
<h3>What went wrong</h3>
{{#suggestions.wentWrong}}{{> suggestions}}{{/suggestions.wentWrong}}
{{{written.wentWrong}}}
<h3>Where we got lucky</h3>
{{#suggestions.lucky}}{{> suggestions}}{{/suggestions.lucky}}
{{{written.lucky}}}
</section>
<section><h2>Action items</h2>
{{> action-items}}
{{> suggested-actions}}
{{{written.actionItems}}}
</section>
<section><h2>Monitoring</h2>
{{> monitoring}}
{{{written.monitoring}}}
</section>
{{#extras}}
<section><h2>{{title}}</h2>
{{{html}}}
</section>
{{/extras}}
<section class="appendix"><h2>Appendix</h2>
{{> appendix}}
{{{written.appendix}}}
</section>
</main>
</body>
</html>
`;

const NAMED = '{{#url}}<a href="{{url}}" rel="noreferrer">{{name}}</a>{{/url}}{{^url}}{{name}}{{/url}}';

/** Each partial. */
export const HTML_PARTIALS: Readonly<Record<HtmlPartial, string>> = {
  style: PAGE_STYLE,
  header: `<header>
<p class="kind">Postmortem <span class="status">{{status}}</span></p>
<h1>{{title}}</h1>
<dl class="facts">
<div><dt>Incident</dt><dd>{{#incidentUrl}}<a href="{{incidentUrl}}" rel="noreferrer">{{id}}</a>{{/incidentUrl}}{{^incidentUrl}}{{id}}{{/incidentUrl}}</dd></div>
<div><dt>Severity</dt><dd><span class="severity {{severity}}">{{severity}}</span></dd></div>
<div><dt>Date</dt><dd>{{date}}</dd></div>
<div><dt>Duration</dt><dd>{{impact.duration}}</dd></div>
<div><dt>Authors</dt><dd>{{authors}}</dd></div>
{{#services}}
<div><dt>Services</dt><dd>{{services}}</dd></div>
{{/services}}
{{#roles}}
<div><dt>Roles</dt><dd>{{roles}}</dd></div>
{{/roles}}
{{#related}}
<div><dt>Related</dt><dd>{{related}}</dd></div>
{{/related}}
{{#runbook}}
<div><dt>Runbook</dt><dd><a href="{{runbook}}" rel="noreferrer">{{runbook}}</a></dd></div>
{{/runbook}}
{{#due}}
<div><dt>To be reviewed by</dt><dd>{{due}}</dd></div>
{{/due}}
</dl>
</header>`,
  changes: `{{#changes.0}}
<table class="changes"><thead><tr><th>When ({{zone}})</th><th>Who</th><th>Status</th></tr></thead><tbody>
{{#changes}}
<tr><td class="time">{{at}}</td><td>{{by}}</td><td>{{change}}</td></tr>
{{/changes}}
</tbody></table>
{{/changes.0}}`,
  impact: `<dl class="facts">
<div><dt>Duration</dt><dd>{{impact.duration}}</dd></div>
<div><dt>Users affected</dt><dd>{{impact.users}}</dd></div>
<div><dt>Revenue</dt><dd>{{impact.revenue}}</dd></div>
<div><dt>Services</dt><dd>{{impact.services}}</dd></div>
<div><dt>Charged to the budget</dt><dd>{{impact.charged}}</dd></div>
{{#impact.countedFrom}}
<div><dt>Counted from</dt><dd>{{impact.countedFrom}}</dd></div>
{{/impact.countedFrom}}
{{#impact.unmeasured}}
<div><dt>Error budgets</dt><dd>{{impact.unmeasured}}</dd></div>
{{/impact.unmeasured}}
</dl>
{{#impact.budgets.any}}
<div class="wide"><table><thead><tr><th>SLO</th><th>Objective</th><th>Budget</th><th>Charged</th><th>Measured</th><th>Left before</th><th>Left after</th></tr></thead><tbody>
{{#impact.budgets.items}}
<tr><td>{{slo}}</td><td>{{objective}}</td><td>{{allowed}}</td><td>{{charged}}</td><td>{{measured}}</td><td>{{before}}</td><td>{{after}}</td></tr>
{{/impact.budgets.items}}
</tbody></table></div>
{{/impact.budgets.any}}`,
  picture: `{{#pictures}}
<figure>{{{svg}}}</figure>
{{/pictures}}`,
  detection: `<div class="pair">
<table><thead><tr><th>What</th><th>When ({{zone}})</th></tr></thead><tbody>
{{#detection}}
<tr><td>{{what}}</td><td><span class="time">{{at}}</span>{{#note}} <span class="note">{{note}}</span>{{/note}}</td></tr>
{{/detection}}
</tbody></table>
<table><thead><tr><th>Between</th><th>Time</th></tr></thead><tbody>
{{#spans}}
<tr><td>{{what}}{{#figure}} <abbr title="a part of this mean over all incidents">{{figure}}</abbr>{{/figure}}<br><span class="note">{{of}}</span></td><td class="span">{{span}}</td></tr>
{{/spans}}
</tbody></table>
</div>`,
  timeline: `<table class="timeline"><thead><tr><th>When ({{zone}})</th><th>What</th><th>Source</th></tr></thead><tbody>
{{#timeline}}
<tr><td class="time">{{time}}</td><td>{{text}}{{#by}} <span class="note">{{by}}</span>{{/by}}</td><td class="source">{{#url}}<a href="{{url}}" rel="noreferrer">{{source}}</a>{{/url}}{{^url}}{{source}}{{/url}}</td></tr>
{{/timeline}}
</tbody></table>`,
  suggestions: `{{#any}}
<div class="draft"><p class="mark">Suggested by the facts</p><ul>
{{#items}}
<li>{{text}}</li>
{{/items}}
</ul></div>
{{/any}}`,
  "action-items": `{{#hasTableItems}}
<div class="wide"><table class="items"><thead><tr><th>Id</th><th>Action</th><th>Kind</th><th>Priority</th><th>Owner</th><th>Due</th><th>Status</th></tr></thead><tbody>
{{#actionItems}}
{{^isInText}}
<tr class="item-{{tone}}"><td>{{id}}</td><td>{{{action}}}</td><td>{{kind}}</td><td>{{priority}}</td><td>{{owner}}</td><td class="time">{{due}}</td><td>{{status}}</td></tr>
{{/isInText}}
{{/actionItems}}
</tbody></table></div>
{{/hasTableItems}}
{{^hasActionItems}}
<p class="missing">No action items yet.</p>
{{/hasActionItems}}`,
  "suggested-actions": `{{#suggestions.actions.any}}
<div class="draft"><p class="mark">Suggested by the facts</p><ul>
{{#suggestions.actions.items}}
<li>{{text}} <span class="note">{{kind}}</span></li>
{{/suggestions.actions.items}}
</ul></div>
{{/suggestions.actions.any}}`,
  monitoring: `{{#queries}}
<p class="name">${NAMED}</p>
{{{block}}}
{{/queries}}`,
  appendix: `{{#alerts}}
<h3>Alert ${NAMED}</h3>
<p class="note"><span class="time">{{from}}</span> to <span class="time">{{until}}</span></p>
<table class="labels"><tbody>
{{#texts}}
<tr><th>{{key}}</th><td>{{value}}</td></tr>
{{/texts}}
</tbody></table>
{{/alerts}}
{{#moreAlerts}}
<p class="note">{{moreAlerts}}.</p>
{{/moreAlerts}}
{{#runs}}
<h3>{{id}}: {{runbook}}</h3>
<p class="note">by {{by}} at <span class="time">{{begun}}</span>: {{outcome}}{{#reason}} ({{reason}}){{/reason}}</p>
<div class="wide"><table class="steps"><thead><tr><th>Step</th><th>Status</th><th>Time</th><th>Attempts</th><th>Exit code</th><th>Why</th></tr></thead><tbody>
{{#steps}}
<tr class="step-{{tone}}"><td>${NAMED}</td><td>{{status}}</td><td>{{duration}}</td><td>{{attempts}}</td><td>{{exitCode}}</td><td>{{reason}}</td></tr>
{{/steps}}
</tbody></table></div>
{{#moreSteps}}
<p class="note">{{moreSteps}}.</p>
{{/moreSteps}}
{{#outputs}}
<p class="name">{{name}}</p>
{{#command}}
<div class="command">{{{command}}}</div>
{{/command}}
{{#output}}
{{{output}}}
{{/output}}
{{/outputs}}
{{/runs}}`,
};
