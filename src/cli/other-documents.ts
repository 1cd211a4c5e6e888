/** Documents beside SLOs that can be checked: runbooks, who is on call, routes of alerts, answers about maturity. */
import { otherKindOf, type OtherKind } from "../slo/other-kinds.ts";

/** A document without SLOs and policies. */
export interface OtherDocument {
  readonly file: string;
  readonly kind: OtherKind;
  /** Names of what it has: of runbooks, of schedules and escalation policies, of the questions that are answered; the places of routes. */
  readonly names: readonly string[];
}

/** Reads a text of one kind: its names. @throws {@link ConfigurationError} with all its faults */
type Reading = (text: string, file: string) => readonly string[];

/** What a document is by its top; undefined if it has SLOs or policies, or nothing that tells. A bare list is one of steps. */
export function kindOf(top: unknown): OtherKind | undefined {
  return Array.isArray(top) ? "runbooks" : otherKindOf(top)?.kind;
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
