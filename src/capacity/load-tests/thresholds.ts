/** What the SLOs of a service have in common when a load test is to hold them. */
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { type Slo, SLO_KINDS } from "../../slo/model.ts";

/** An SLO that a load testing tool cannot check as it is meant, and why. */
export interface SloLeft {
  /** The SLO's id. */
  readonly slo: string;
  readonly reason: string;
}

/** Refuses what is no list of SLOs; those of {@link parseSloDocument} are fine. */
export function checkSlos(slos: readonly Slo[], what: string): void {
  if (!Array.isArray(slos)) throw invalid("slos", `${what} takes a list of SLOs, not ${show(slos)}`);
  slos.forEach((slo: unknown, index) => {
    const kind: unknown = typeof slo === "object" && slo !== null ? Reflect.get(slo, "kind") : undefined;
    if (SLO_KINDS.some((known) => known === kind)) return;
    throw invalid(["slos", index, "kind"], `${show(kind)} is not a kind of SLO${choices(kind, SLO_KINDS)}`);
  });
}

/** The digits of a number without an exponent, which neither tool's grammar is sure to read. */
export function plainNumber(value: number, path: string): string {
  const text = String(value);
  if (/^\d+(?:\.\d+)?$/.test(text)) return text;
  if (/^\d(?:\.\d+)?e-\d$/.test(text)) return value.toFixed(20).replace(/0+$/, "");
  throw invalid(path, `${show(value)} cannot be written as a threshold; allowed are numbers from 0 to 1e21`);
}

/** The objective without its percent sign, such as `99.95`. */
export function percentDigits({ objective }: Slo): string {
  return objective.percentText.slice(0, -1);
}
