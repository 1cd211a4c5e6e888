/** Severities by the words that people use for them. */
import { show } from "../../core/errors.ts";
import type { Severity } from "../../incident/model.ts";

import { type Read, refuse } from "./fields.ts";

/** For runbooks as for alerts: a page is for people to get up for; whether it is more than that is for a rule or a person to say. */
const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  SEV1: ["sev1", "s1", "p1", "emergency", "disaster", "fatal"],
  SEV2: ["sev2", "s2", "p2", "page", "critical", "crit", "alert", "high"],
  SEV3: ["sev3", "s3", "p3", "ticket", "error", "major", "warning", "warn", "medium", "average"],
  SEV4: ["sev4", "s4", "p4", "p5", "info", "information", "notice", "minor", "low", "none", "debug"],
};
/** Which severity a word means, in lower case. */
export const SEVERITY_OF: ReadonlyMap<string, Severity> = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) => words.map((word) => [word, severity as Severity] as const)),
);

/** SEV1 to SEV4, or a word that means one of them. */
export const severity: Read<Severity> = (value, place) => {
  const word =
    typeof value === "string" || typeof value === "number"
      ? String(value)
          .toLowerCase()
          .trim()
          .replace(/(?<=[a-z])[\s_-]+/g, "")
      : "";
  // A number alone says it in a runbook; in a label it may be a level of anything.
  const meant = SEVERITY_OF.get(word) ?? SEVERITY_OF.get(`sev${word}`);
  if (meant !== undefined) return meant;
  return refuse(
    place,
    `${show(value)} is no severity; allowed: SEV1 to SEV4, P1 to P5, critical, high, medium, low and their like`,
  );
};
