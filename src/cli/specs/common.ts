/** Options that several commands have. */
import type { OptionGroup, OptionSpec } from "../spec.ts";

/** What every command has. */
export const COMMON: OptionGroup = {
  title: "Everywhere",
  options: [
    { name: "json", help: "one JSON object on stdout, errors too; what is not known is null" },
    {
      name: "colour",
      alias: "color",
      value: "WHEN",
      choices: ["auto", "always", "never"],
      help: "auto unless told: on a terminal, unless NO_COLOR is set; FORCE_COLOR is as always",
    },
    { name: "help", short: "h", help: "this text" },
  ],
};

/** How a Prometheus is reached. */
export const PROMETHEUS: OptionGroup = {
  title: "Prometheus",
  about:
    "Credentials are read from files or from the environment, and are no options: command lines are seen by everyone on the " +
    "machine who lists its processes, and are kept in the shell's history and in the logs of CI.",
  options: [
    {
      name: "prometheus",
      value: "URL",
      help: "its address, or that of Thanos, Mimir or VictoriaMetrics; NINES_PROMETHEUS_URL unless told",
    },
    {
      name: "token-file",
      value: "FILE",
      help: "the bearer token is in it; or it is in NINES_PROMETHEUS_TOKEN",
    },
    {
      name: "basic-auth-file",
      value: "FILE",
      help: "user:password is in it; or it is in NINES_PROMETHEUS_BASIC_AUTH",
    },
    {
      name: "header",
      value: '"NAME: VALUE"',
      repeatable: true,
      help: "sent with every request, such as the tenant in X-Scope-OrgID",
    },
    { name: "timeout", value: "TIME", help: "how long Prometheus may take to answer: 10s, 2m" },
    {
      name: "accept-partial",
      help: "takes answers that come with warnings, although a part of the data may be missing",
    },
  ],
};

/** What a Prometheus is asked for: what rules have recorded, or the metrics; both unless told. */
export const ASKED_FOR: readonly OptionSpec[] = [
  { name: "rules", help: "asks only for what the generated rules have recorded" },
  { name: "expressions", help: "asks only for the metrics themselves" },
];

/** How the rules were generated that a Prometheus is asked for. */
export const RECORDED: OptionGroup = {
  title: "Rules in Prometheus",
  about: "As they were given to `nines rules`.",
  options: [
    {
      name: "convention",
      value: "NAME",
      choices: ["nines", "sloth"],
      help: "names of what is recorded; nines unless told",
    },
    { name: "scrape-interval", value: "TIME", help: "how often targets are scraped; 30s unless told" },
    {
      name: "target",
      value: "MATCHERS",
      help: 'matchers of services that measure themselves with nines; job="{{ service }}" unless told',
    },
  ],
};

/** How rules are generated; `calendar` is what becomes of calendar windows unless told. */
export const generated = (calendar: "refuse" | "rolling"): OptionGroup => ({
  title: "Rules",
  options: [
    ...RECORDED.options,
    { name: "interval", value: "TIME", help: "how often rules are evaluated, a part of 5m; 1m unless told" },
    {
      name: "calendar-windows",
      value: "WHAT",
      choices: ["refuse", "rolling"],
      help: `rolling takes the last 30 days for a calendar month, 7 for a week, 90 for a quarter; ${calendar} unless told`,
    },
    {
      name: "minimum-failures",
      value: "COUNT",
      help: "fewer failures in an alert's long look-back are no alert; 5 unless told",
    },
    {
      name: "no-data",
      value: "WHO",
      choices: ["page", "ticket", "nobody"],
      help: "who is told of missing data; ticket unless told",
    },
    {
      name: "runbook-url",
      value: "URL",
      help: "for SLOs without one; {{ service }}, {{ name }} and {{ id }} are filled in",
    },
    { name: "dashboard-url", value: "URL", help: "the same for dashboards" },
    { name: "alert-label", value: "NAME=VALUE", repeatable: true, help: "a label of every alert" },
  ],
});
