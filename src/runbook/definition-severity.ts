/** Severities by the words that people use for them. */
import { show } from "../core/errors.ts";
import type { Severity } from "../incident/model.ts";

import { type Read, refuse } from "./definition-fields.ts";

/** As for alerts: a page is for people to get up for; whether it is more than that is for a person to say. */
const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  SEV1: ["sev1", "s1", "p1", "1", "emergency", "disaster", "fatal"],
  SEV2: ["sev2", "s2", "p2", "2", "page", "critical", "crit", "alert", "high"],
  SEV3: ["sev3", "s3", "p3", "3", "ticket", "error", "major", "warning", "warn", "medium", "average"],
  SEV4: ["sev4", "s4", "p4", "p5", "4", "info", "information", "notice", "minor", "low", "none", "debug"],
};
const MEANT = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) => words.map((word) => [word, severity as Severity] as const)),
);

/** SEV1 to SEV4, or a word that means one of them. */
export const severity: Read<Severity> = (value, place) => {
  const word =
    typeof value === "string" || typeof value === "number"
      ? String(value)
          .toLowerCase()
          .replace(/[\s_-]/g, "")
      : "";
  const meant = MEANT.get(word);
  if (meant !== undefined) return meant;
  return refuse(
    place,
    `${show(value)} is no severity; allowed: SEV1 to SEV4, P1 to P5, critical, high, medium, low and their like`,
  );
};
