/** The `alerting` of an SLO that was made by hand. */
import { invalid, show } from "../core/errors.ts";
import { labelNameProblem } from "./label-name.ts";
import { named, oneOf, type Read, shaped } from "./shape.ts";

/** Text that is not blank. */
export const text: Read = (value, path) => {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw invalid(path, `${show(value)} is not text; write some`);
};

/** A number above 0, up to `most`, such as `example`. */
export function above0(example: string, most: number = Number.MAX_VALUE): Read {
  return (value, path) => {
    if (typeof value === "number" && value > 0 && value <= most) return value;
    throw invalid(path, `${show(value)} is out of range; write a number above 0, such as ${example}`);
  };
}

/** A whole number from 1. */
export const count: Read = (value, path) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw invalid(path, `${show(value)} is not a count; write a whole number from 1`);
};

/** Labels as Prometheus takes them. */
export const labels: Read = named("labels by their names", labelNameProblem, text);

const lookBack: Read = (value, path) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1_000 && value % 1_000 === 0) return value;
  throw invalid(path, `${show(value)} is no look-back; write milliseconds, of whole seconds, such as 3600000`);
};

const settings = shaped({
  what: "a tier",
  fields: {
    severity: oneOf(["page", "ticket"]),
    budgetShare: above0("0.02, which is 2%", 1),
    factor: above0("14.4"),
    longMs: lookBack,
    shortMs: lookBack,
  },
  words: { budget: "budgetShare", share: "budgetShare", long: "longMs", short: "shortMs" },
});

const tier: Read = (value, path) => {
  const read = settings(value, path) as { readonly budgetShare?: number; readonly factor?: number };
  if (read.budgetShare === undefined || read.factor === undefined) return read;
  throw invalid(path, "has both budgetShare and factor; write one of them");
};

const TEXTS = { labels, annotations: labels };

/** How its alerts differ from the usual ones. */
export const alerting: Read = shaped({
  what: "the alerting of an Slo",
  fields: {
    ...TEXTS,
    name: text,
    runbookUrl: text,
    dashboardUrl: text,
    minimumFailures: count,
    noData: oneOf(["page", "ticket", false]),
    page: orFalse(shaped({ what: "what pages have of their own", fields: TEXTS })),
    ticket: orFalse(shaped({ what: "what tickets have of their own", fields: TEXTS })),
    tiers: named("tiers by their names", tierProblem, orFalse(tier)),
  },
  words: {
    runbook: "runbookUrl",
    dashboard: "dashboardUrl",
    minimum_failures: "minimumFailures",
    no_data: "noData",
  },
});

function orFalse(read: Read): Read {
  return (value, path) => (value === false ? false : read(value, path));
}

function tierProblem(name: string): string | undefined {
  if (/^[a-z][a-z0-9_-]{0,49}$/.test(name)) return undefined;
  return `${show(name)} is no name of a tier; use small letters, digits, _ and -, such as page_fast`;
}
