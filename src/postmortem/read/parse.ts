/** Postmortems out of JSON. */
import { invalid } from "../../core/errors.ts";
import { parseDocument } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";
import { SEVERITIES } from "../../incident/model.ts";

import { ACTION_ITEM_KINDS, ACTION_ITEM_PRIORITIES, ACTION_ITEM_STATUSES } from "../action-items.ts";
import { plain } from "../draft.ts";
import { edgeFault, historyFault } from "../life-edges.ts";
import { safeUrl } from "../links.ts";
import { type Postmortem, POSTMORTEM_STATUSES } from "../model.ts";
import { piecesOf } from "../parts.ts";
import { LONGEST_FILE } from "./read.ts";
import { checkSections, POSTMORTEM_SECTION_NAMES } from "../sections.ts";

const text = z.string().max(LONGEST_FILE);
const said = text.optional();
const url = text.refine((value) => safeUrl(value) !== undefined, "is no address of http, https or mailto").optional();
const time = z.number().min(-8.64e15).max(8.64e15);
const when = time.optional();
const number = z.number();
const figure = z.number().optional();
const status = z.enum(POSTMORTEM_STATUSES);
const list = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item).max(20_000);
const pair = z.strictObject({ name: text, value: text });

const budgetFigure = z.strictObject({
  ...{ at: time, state: z.enum(["measured", "no_traffic", "too_little_traffic", "no_data"]), reason: said },
  ...{ consumedRatio: figure, sliRatio: figure, remainingMinutes: figure },
});

const budget = z.strictObject({
  ...{ slo: text, objective: said, window: said, allowedMinutes: figure, chargedRatio: figure },
  measured: z.strictObject({ good: number, total: number, consumedRatio: figure }).optional(),
  unmeasured: said,
  before: budgetFigure.optional(),
  after: budgetFigure.optional(),
});

const step = z.strictObject({
  ...{ name: text, status: text, isRollback: z.boolean(), command: said, attempts: number, durationMs: figure },
  ...{ exitCode: figure, reason: said, output: said, url },
});

const schema = z.strictObject({
  format: z.literal(1),
  incident: z.strictObject({
    ...{
      id: text.min(1),
      title: text,
      severity: z.enum(SEVERITIES),
      status: text,
      services: list(text),
      slos: list(text),
    },
    roles: list(z.strictObject({ role: text, person: text })),
    links: list(z.strictObject({ kind: text, incident: text })),
    ...{ reopened: number, description: said, url, runbook: url },
  }),
  ...{ title: text, authors: list(text), status, dueAt: when, asOf: time, zone: text },
  changes: list(z.strictObject({ from: status, to: status, by: text, at: time })),
  drafts: z.partialRecord(z.enum(POSTMORTEM_SECTION_NAMES), text),
  sections: z.partialRecord(z.enum(POSTMORTEM_SECTION_NAMES), text),
  extraSections: list(z.strictObject({ title: text, text })),
  impact: z.strictObject({
    durationMs: number,
    usersAffected: said,
    revenue: said,
    chargedMinutes: number,
    countedFromAlert: said,
    budgets: list(budget),
    unmeasured: said,
  }),
  detection: z.strictObject({
    ...{ startedAt: time, firstAlertAt: when, firstReportAt: when, detectedAt: time, declaredAt: time, pagedAt: when },
    ...{ acknowledgedAt: when, escalatedAt: when, mitigatedAt: when, resolvedAt: when },
    ...{ toDetectMs: figure, toDeclareMs: figure, toAcknowledgeMs: figure, toMitigateMs: figure, toRestoreMs: figure },
    ...{ detectedBy: said, acknowledgedBy: said },
  }),
  timeline: z.strictObject({
    entries: list(z.strictObject({ at: time, source: text, text, by: said, url })),
    ...{ omitted: number, omittedAfter: number },
  }),
  entries: list(z.strictObject({ at: time, source: text, text, by: said, url })).optional(),
  suggestions: z.strictObject({
    ...{ wentWell: list(text), wentWrong: list(text), lucky: list(text) },
    actions: list(z.strictObject({ kind: z.enum(ACTION_ITEM_KINDS), text })),
  }),
  actionItems: list(
    z.strictObject({
      ...{ id: text, text, markdown: said, kind: z.enum(ACTION_ITEM_KINDS).optional(), owner: said, due: said },
      ...{
        priority: z.enum(ACTION_ITEM_PRIORITIES).optional(),
        status: z.enum(ACTION_ITEM_STATUSES),
        isInText: z.boolean().optional(),
      },
    }),
  ),
  queries: list(z.strictObject({ name: text, expression: text, url })),
  alerts: list(
    z.strictObject({ name: text, startsAt: time, endsAt: when, labels: list(pair), annotations: list(pair), url }),
  ),
  omittedAlerts: number,
  runs: list(
    z.strictObject({
      ...{ id: text, runbook: text, title: text, by: text, status: text, isDry: z.boolean(), startedAt: time },
      ...{ durationMs: figure, reason: said, steps: list(step), omittedSteps: number },
    }),
  ),
  charts: list(
    z.strictObject({
      ...{ slo: text, objectiveRatio: figure, from: time, until: time },
      points: list(z.strictObject({ at: time, good: number, total: number })),
      budget: list(z.strictObject({ at: time, remainingRatio: number })),
    }),
  ),
  frame: said,
});

/**
 * A postmortem out of JSON, text or data, checked.
 *
 * @throws {@link ConfigurationError} with all faults, each with its place
 *
 * @example
 * ```ts
 * import { IncidentManager, parsePostmortem, PostmortemGenerator } from "nines";
 *
 * const incidents = new IncidentManager();
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * const generator = new PostmortemGenerator({ incidents });
 * const postmortem = await generator.generate(id);
 * const again = parsePostmortem(generator.render(postmortem, "json"));
 * if (again.title !== postmortem.title) throw new Error(again.title);
 * ```
 */
export function parsePostmortem(input: string | object): Postmortem {
  const postmortem: Postmortem = parseDocument(input, schema);
  const { changes, status: now } = postmortem;
  const fault = historyFault(changes);
  if (fault !== undefined) throw invalid(["changes", fault.index], fault.message);
  const broken = edgeFault(changes.at(-1)?.to ?? "draft", now);
  if (broken !== undefined) throw invalid("status", broken);
  checkSections(postmortem.sections);
  if (postmortem.frame !== undefined) piecesOf(postmortem.frame);
  return plain(postmortem);
}
