/** What nines reads beside SLOs, told by what only such documents have at their top. */

/** What a document is, as people say it of several. */
export type OtherKind = "runbooks" | "on-call" | "alert routes" | "maturity answers";

interface Told {
  readonly kind: OtherKind;
  readonly keys: readonly string[];
  /** Of one of them, in a sentence. */
  readonly what: string;
  /** The function that reads it. */
  readonly readBy: string;
}

const KINDS: readonly Told[] = [
  { kind: "runbooks", keys: ["steps", "runbook", "runbooks"], what: "a runbook", readBy: "parseRunbook" },
  { kind: "on-call", keys: ["on_call", "escalation"], what: "an on-call document", readBy: "parseOnCallDocument" },
  { kind: "alert routes", keys: ["alert_routes"], what: "routes of alerts", readBy: "parseAlertRoutes" },
  {
    ...{ kind: "maturity answers", keys: ["maturity_answers"], what: "answers about maturity" },
    readBy: "parseMaturityAnswers",
  },
];
/** A document with one of these is of SLOs and policies, whatever else is in it. */
const OWN = ["service_level_objectives", "error_budget_policies"];

/** What kind of other document `value` is, and the key that says so; undefined if none does. */
export function otherKindOf(value: unknown): (Omit<Told, "keys"> & { readonly key: string }) | undefined {
  if (typeof value !== "object" || value === null || OWN.some((key) => Object.hasOwn(value, key))) return undefined;
  for (const { keys, ...told } of KINDS) {
    const key = keys.find((one) => Object.hasOwn(value, one));
    if (key !== undefined) return { ...told, key };
  }
  return undefined;
}
