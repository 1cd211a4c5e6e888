/** The Markdown that nines writes unless told otherwise, as mustache templates. */
import type { PartName } from "../parts.ts";
import { DRAFT_LABELS } from "../standing.ts";

/** The whole file. `{{> timeline}}` is a part, between its marks; `{{{written.summary}}}` is what people wrote. */
export const MARKDOWN_WHOLE: string = `# Postmortem: {{title}}

{{> header}}

{{> changes}}

## Summary

{{> summary}}

{{{written.summary}}}

## Impact

{{> impact}}

{{> picture}}

{{{written.impact}}}

## Root cause

{{> root-cause}}

{{{written.rootCause}}}

## Trigger

{{> trigger}}

{{{written.trigger}}}

## Detection

{{> detection}}

{{{written.detection}}}

## Resolution

{{> resolution}}

{{{written.resolution}}}

## Timeline

{{> timeline}}

{{{written.timeline}}}

## Lessons learned

{{{written.lessons}}}

### What went well

{{> went-well}}

{{{written.wentWell}}}

### What went wrong

{{> went-wrong}}

{{{written.wentWrong}}}

### Where we got lucky

{{> lucky}}

{{{written.lucky}}}

## Action items

{{> action-items}}

{{> suggested-actions}}

{{{written.actionItems}}}

## Monitoring

{{> monitoring}}

{{{written.monitoring}}}

## Appendix

{{> appendix}}

{{{written.appendix}}}
{{{extras}}}`;

function drafted(name: string, label: string): string {
  return `{{#drafts.${name}}}
_${label}:_

{{drafts.${name}}}
{{/drafts.${name}}}`;
}

function suggestion(list: string): string {
  return `{{#suggestions.${list}.any}}
_${DRAFT_LABELS.suggestions}:_

{{#suggestions.${list}.items}}
- {{text}}
{{/suggestions.${list}.items}}
{{/suggestions.${list}.any}}`;
}

/** Each part. */
export const MARKDOWN_PARTS: Readonly<Record<PartName, string>> = {
  header: `| Postmortem of | {{#incidentUrl}}[{{id}}]({{{incidentUrl}}}){{/incidentUrl}}{{^incidentUrl}}{{id}}{{/incidentUrl}} |
| --- | --- |
| Status | {{status}} |
| Authors | {{{authors}}} |
| Date | {{date}} |
| Severity | {{severity}} |
{{#services}}
| Services | {{services}} |
{{/services}}
{{#roles}}
| Roles | {{roles}} |
{{/roles}}
{{#related}}
| Related | {{related}} |
{{/related}}
{{#runbook}}
| Runbook | <{{{runbook}}}> |
{{/runbook}}
{{#due}}
| To be reviewed by | {{due}} |
{{/due}}`,
  changes: `{{#changes.0}}
| When ({{zone}}) | Who | Status |
| --- | --- | --- |
{{#changes}}
| {{at}} | {{by}} | {{change}} |
{{/changes}}
{{/changes.0}}`,
  summary: drafted("summary", DRAFT_LABELS.draft),
  impact: `| Impact | |
| --- | --- |
| Duration | {{impact.duration}} |
| Users affected | {{impact.users}} |
| Revenue | {{impact.revenue}} |
| Services | {{impact.services}} |
| Charged to the budget | {{impact.charged}} |
{{#impact.countedFrom}}
| Counted from | {{impact.countedFrom}} |
{{/impact.countedFrom}}
{{#impact.unmeasured}}
| Error budgets | {{impact.unmeasured}} |
{{/impact.unmeasured}}
{{#impact.budgets.any}}

| SLO | Objective | Budget | Charged | Measured | Left before | Left after |
| --- | --- | --- | --- | --- | --- | --- |
{{#impact.budgets.items}}
| {{slo}} | {{objective}} | {{allowed}} | {{charged}} | {{measured}} | {{before}} | {{after}} |
{{/impact.budgets.items}}
{{/impact.budgets.any}}`,
  "root-cause": drafted("rootCause", DRAFT_LABELS.told),
  trigger: drafted("trigger", DRAFT_LABELS.draft),
  detection: `| What | When ({{zone}}) | |
| --- | --- | --- |
{{#detection}}
| {{what}} | {{at}} | {{note}} |
{{/detection}}

| Between | | |
| --- | --- | --- |
{{#spans}}
| {{what}} | {{span}} | {{of}}{{#figure}} ({{figure}}){{/figure}} |
{{/spans}}`,
  resolution: drafted("resolution", DRAFT_LABELS.draft),
  timeline: `| When ({{zone}}) | What | Who | Source |
| --- | --- | --- | --- |
{{#timeline}}
| {{time}} | {{text}} | {{by}} | {{#url}}[{{source}}]({{{url}}}){{/url}}{{^url}}{{source}}{{/url}} |
{{/timeline}}`,
  "went-well": suggestion("wentWell"),
  "went-wrong": suggestion("wentWrong"),
  lucky: suggestion("lucky"),
  "action-items": `| Id | Action | Kind | Priority | Owner | Due | Status |
| --- | --- | --- | --- | --- | --- | --- |
{{#actionItems}}
{{^isInText}}
| {{id}} | {{{action}}} | {{kind}} | {{priority}} | {{owner}} | {{due}} | {{status}} |
{{/isInText}}
{{/actionItems}}`,
  "suggested-actions": `{{#suggestions.actions.any}}
_${DRAFT_LABELS.actions}:_

{{#suggestions.actions.items}}
- {{text}} ({{kind}})
{{/suggestions.actions.items}}
{{/suggestions.actions.any}}`,
  monitoring: `{{#queries}}
{{#url}}[{{name}}]({{{url}}}){{/url}}{{^url}}{{name}}{{/url}}:

{{{block}}}

{{/queries}}`,
  picture: `{{#pictures}}
![{{alt}}]({{{file}}})
{{/pictures}}`,
  appendix: `{{#alerts}}
### Alert {{#url}}[{{name}}]({{{url}}}){{/url}}{{^url}}{{name}}{{/url}}

{{from}} to {{until}}

| Label or annotation | Value |
| --- | --- |
{{#texts}}
| {{key}} | {{value}} |
{{/texts}}

{{/alerts}}
{{#moreAlerts}}
_{{moreAlerts}}._

{{/moreAlerts}}
{{#runs}}
### {{id}}: {{runbook}}

By {{by}} at {{begun}}: {{outcome}}{{#reason}} ({{reason}}){{/reason}}

| Step | Status | Time | Attempts | Exit code | Why |
| --- | --- | --- | --- | --- | --- |
{{#steps}}
| {{name}} | {{status}} | {{duration}} | {{attempts}} | {{exitCode}} | {{reason}} |
{{/steps}}

{{#moreSteps}}
_{{moreSteps}}._

{{/moreSteps}}
{{#outputs}}
{{name}}:

{{#command}}
{{{command}}}

{{/command}}
{{#output}}
{{{output}}}

{{/output}}
{{/outputs}}
{{/runs}}`,
};
