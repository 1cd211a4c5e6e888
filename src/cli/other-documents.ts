/** Documents beside SLOs that can be checked: runbooks, who is on call, routes of alerts, answers about maturity. */
import { openDocuments } from "../core/parse.ts";

/** What a document is, as people say it of several. */
export type OtherKind = "runbooks" | "on-call" | "alert routes" | "maturity answers";

/** A document without SLOs and policies. */
export interface OtherDocument {
  readonly file: string;
  readonly kind: OtherKind;
  /** Names of what it has: of runbooks, of schedules and escalation policies, of the questions that are answered; the places of routes. */
  readonly names: readonly string[];
}

/** Reads a text of one kind: its names. @throws {@link ConfigurationError} with all its faults */
type Reading = (text: string, file: string) => readonly string[];

const SLO_KEYS = ["service_level_objectives", "error_budget_policies"];
/** What only documents of a kind have at their top. */
const KEYS: readonly (readonly [OtherKind, readonly string[]])[] = [
  ["runbooks", ["runbooks", "runbook", "steps"]],
  ["on-call", ["on_call", "escalation"]],
  ["alert routes", ["alert_routes"]],
  ["maturity answers", ["maturity_answers"]],
];

/** What a text is by its keys; undefined if it has SLOs or policies, or nothing that tells. */
export function otherKindOf(text: string, file: string): OtherKind | undefined {
  const [first] = openDocuments(text, { file });
  const value: unknown = first?.document.value;
  if (typeof value !== "object" || value === null) return undefined;
  // A bare list is one of steps.
  if (Array.isArray(value)) return "runbooks";
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (SLO_KEYS.some(has)) return undefined;
  return KEYS.find(([, keys]) => keys.some(has))?.[0];
}

/** The reader of a kind: only what is asked for is loaded. */
export async function readingOf(kind: OtherKind): Promise<Reading> {
  switch (kind) {
    case "runbooks": {
      const { parseRunbooks } = await import("../runbook/definition/document.ts");
      return (text, file) => parseRunbooks(text, { file }).map(({ name }) => name);
    }
    case "on-call": {
      const { parseOnCallDocument } = await import("../response/on-call-document.ts");
      return (text, file) => {
        const { schedules, policies } = parseOnCallDocument(text, { file });
        return [...schedules, ...policies].map(({ name }) => name);
      };
    }
    case "alert routes": {
      const { parseAlertRoutes } = await import("../response/routing/document.ts");
      return (text, file) => parseAlertRoutes(text, { file }).map((_, place) => `route ${String(place + 1)}`);
    }
    case "maturity answers": {
      const { parseMaturityAnswers } = await import("../maturity/answers-document.ts");
      return (text, file) => Object.keys(parseMaturityAnswers(text, { file }).answers);
    }
  }
}
