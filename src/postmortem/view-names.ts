/** What templates can say: the names of the view, and what each of them is. */
import { POSTMORTEM_SECTION_NAMES } from "./sections.ts";

/**
 * What stands behind a name: a text that is escaped, one that is `ready` for its format, a number, a flag, a record of
 * further names, or a list of such records.
 */
export type Shape =
  | "text"
  | "ready"
  | "number"
  | "flag"
  | { readonly record: Readonly<Record<string, Shape>> }
  | { readonly list: Readonly<Record<string, Shape>> };

/** Shapes by their names. */
export type Shapes = Readonly<Record<string, Shape>>;

/** One name that a template may say. */
export interface ViewName {
  readonly shape: Shape;
  /** What it says, for people. */
  readonly says: string;
}

/** One text for each section. */
function sections(shape: "text" | "ready"): Shapes {
  return Object.fromEntries(POSTMORTEM_SECTION_NAMES.map((name) => [name, shape]));
}

/** Those that are no text wherever they stand in a list. */
const SHAPES: Shapes = { url: "ready", block: "ready", action: "ready", isInText: "flag", attempts: "number" };

function list(...names: readonly string[]): Shape {
  return { list: Object.fromEntries(names.map((name) => [name, SHAPES[name] ?? "text"])) };
}

/** A list with whether there is anything in it. */
function some(items: Shape): Shape {
  return { record: { any: "flag", items } };
}

const BOTH: Readonly<Record<string, ViewName>> = {
  title: { shape: "text", says: "the title" },
  id: { shape: "text", says: "id of the incident" },
  incidentUrl: { shape: "ready", says: "where the incident can be looked at" },
  severity: { shape: "text", says: "such as `SEV2`" },
  incidentStatus: { shape: "text", says: "where the incident stands" },
  date: { shape: "text", says: "the day on which it began" },
  zone: { shape: "text", says: "the zone of all times" },
  status: { shape: "text", says: "where the postmortem stands" },
  authors: { shape: "ready", says: "who wrote it" },
  due: { shape: "text", says: "the day of the review" },
  services: { shape: "text", says: "affected services" },
  roles: { shape: "text", says: "who held which role" },
  runbook: { shape: "ready", says: "the page of the runbook" },
  description: { shape: "text", says: "the incident's description" },
  related: { shape: "text", says: "links to other incidents" },
  changes: { shape: list("at", "by", "change"), says: "changes of the status" },
  drafts: {
    shape: { record: sections("text") },
    says: "what the machine would write in a section where nobody has written",
  },
  impact: {
    shape: {
      record: {
        ...{ duration: "text", users: "text", revenue: "text", services: "text", charged: "text" },
        ...{ countedFrom: "text", unmeasured: "text" },
        budgets: some(list("slo", "objective", "allowed", "charged", "measured", "before", "after")),
      },
    },
    says: "what it cost",
  },
  detection: { shape: list("what", "at", "note"), says: "when what was noticed" },
  spans: { shape: list("what", "figure", "span", "of"), says: "the times between" },
  timeline: { shape: list("time", "source", "text", "by", "url"), says: "what happened" },
  omitted: { shape: "number", says: "entries that are not in `timeline`" },
  suggestions: {
    shape: {
      record: {
        ...{ wentWell: some(list("text")), wentWrong: some(list("text")), lucky: some(list("text")) },
        actions: some(list("kind", "text")),
      },
    },
    says: "what the facts suggest; nothing once it is reviewed",
  },
  actionItems: {
    shape: list("id", "action", "kind", "priority", "owner", "due", "status", "isInText", "tone"),
    says: "what is to be done; `isInText` are those of people's lists",
  },
  hasActionItems: { shape: "flag", says: "whether there are any" },
  hasTableItems: { shape: "flag", says: "whether there are any that stand in no text" },
  queries: { shape: list("name", "block", "url"), says: "questions to the monitoring" },
  alerts: {
    shape: {
      list: { name: "text", from: "text", url: "ready", until: "text", texts: list("key", "value") },
    },
    says: "the alerts, for the appendix",
  },
  moreAlerts: { shape: "text", says: "how many are not in `alerts`, in words" },
  runs: {
    shape: {
      list: {
        ...{ id: "text", runbook: "text", by: "text", begun: "text", status: "text", duration: "text" },
        ...{ outcome: "text", reason: "text", moreSteps: "text" },
        steps: list("name", "status", "url", "attempts", "exitCode", "tone", "duration", "reason", "command"),
        outputs: { list: { name: "text", command: "ready", output: "ready" } },
      },
    },
    says: "runs of runbooks, for the appendix",
  },
  hasAppendix: { shape: "flag", says: "whether there are alerts or runs" },
};

/** All names of each format. */
export const VIEW_NAMES: Readonly<Record<"markdown" | "html", Readonly<Record<string, ViewName>>>> = {
  markdown: {
    ...BOTH,
    written: { shape: { record: sections("ready") }, says: "what people wrote, or the hint that asks them to" },
    extras: { shape: "ready", says: "sections that people added, with their headings" },
    pictures: { shape: { list: { alt: "text", file: "ready" } }, says: "the pictures" },
  },
  html: {
    ...BOTH,
    written: {
      shape: { record: sections("ready") },
      says: "what people wrote; the draft if they have not; else what is asked of them",
    },
    extras: { shape: { list: { title: "text", html: "ready" } }, says: "sections that people added" },
    pictures: { shape: { list: { svg: "ready" } }, says: "the pictures" },
  },
};
