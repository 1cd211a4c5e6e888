/** How rules are to be generated, from the options of a command. */
import type { RuleOptions } from "../rules/options.ts";
import { ruleSettings } from "../rules/options.ts";

import type { Given } from "./given.ts";
import { countOf, fromOptions, pairsOf } from "./options.ts";

/** By which calendar windows are taken for rolling ones. */
export const CALENDAR_OPTION = "--calendar-windows rolling";

const OPTION_OF: Readonly<Record<string, string>> = {
  convention: "convention",
  scrapeInterval: "scrape-interval",
  interval: "interval",
  target: "target",
  calendarWindows: "calendar-windows",
  minimumFailures: "minimum-failures",
  noData: "no-data",
  runbookUrl: "runbook-url",
  dashboardUrl: "dashboard-url",
  labels: "alert-label",
};
const TEXTS = ["convention", "scrapeInterval", "interval", "target", "calendarWindows", "runbookUrl", "dashboardUrl"];

/** @throws {@link UsageError} naming the option that cannot be used */
export function ruleOptionsOf(given: Given): RuleOptions {
  const texts = TEXTS.map((name) => [name, given.text(OPTION_OF[name] ?? name)]);
  const noData = given.text("no-data");
  const all = [
    ...texts,
    ["minimumFailures", countOf(given, "minimum-failures")],
    ["noData", noData === "nobody" ? false : noData],
    ["labels", pairsOf(given, "alert-label")],
  ] as const;
  const options = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as RuleOptions;
  // Later, what is wrong with an option could not be told from what is wrong with a document.
  fromOptions(given, OPTION_OF, () => ruleSettings(options));
  return options;
}
