/** Which incident an alert asks for: how grave, whose, about what. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { choices } from "../../core/nearest.ts";
import { endlessness, finds, TRIED_CHARACTERS } from "../../core/pattern/expression.ts";
import { checkWords } from "../../core/words.ts";
import { SEVERITIES, type Severity } from "../../incident/model.ts";

import { labelOf } from "../alerts/alerts.ts";
import { type Commander, soundCommander } from "../commander.ts";
import type { RoutableAlert, RoutedAlert } from "./asked.ts";
import { wellKnown } from "./defaults.ts";

/** What a label must be: this text, one of these, or what the expression finds. A label that is missing is empty. */
export type LabelMatch = string | RegExp | readonly string[];

/** One rule: what the alerts that it matches ask for. What it leaves out is taken from well-known labels. */
export interface AlertRoute {
  /** All of these labels must match; every alert does without it. */
  readonly match?: Readonly<Record<string, LabelMatch>>;
  readonly severity?: Severity;
  /** Who becomes commander, if nobody is: a person, or whoever is on call, such as `{ onCall: "primary" }`. */
  readonly commander?: Commander;
  /** Affected services. */
  readonly services?: readonly string[];
  /** Ids of the SLOs that it touches. */
  readonly slos?: readonly string[];
  /** Page of the runbook. */
  readonly runbook?: string;
  /** Title of the incident; `{name}` is the value of the label or the annotation. */
  readonly title?: string;
  /** Labels of the incident, beside those that its alerts share. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether later rules may add what this one leaves out; the first rule that matches is the last one otherwise. */
  readonly continue?: boolean;
}

const FIELDS = ["match", "severity", "commander", "services", "slos", "runbook", "title", "labels", "continue"];
const MOST_ROUTES = 1_000;
const LONGEST_NAME = 200;
const LONGEST_TITLE = 300;

/**
 * Rules in their order. The first one that matches an alert says what it asks for; with `continue`, later ones add what it
 * left out. What no rule says comes from well-known labels and annotations.
 *
 * @example
 * ```ts
 * import { AlertRoutes } from "nines";
 *
 * const routes = new AlertRoutes([
 *   { match: { service: ["checkout", "cart"] }, commander: "ann", continue: true },
 *   { match: { severity: "page", env: /^prod/ }, severity: "SEV1" },
 * ]);
 * const alert = { labels: { service: "cart", severity: "page", env: "prod-eu" }, annotations: { summary: "carts fail" } };
 * const { severity, commander, title } = routes.route(alert);
 * if (severity !== "SEV1" || commander !== "ann" || title !== "carts fail") throw new Error(title);
 * ```
 */
export class AlertRoutes {
  readonly #routes: readonly AlertRoute[];

  /** @throws {@link ConfigurationError} naming the rule and its field */
  constructor(routes: readonly AlertRoute[] = []) {
    if (!Array.isArray(routes) || routes.length > MOST_ROUTES) {
      throw invalid("routes", `${show(routes)} is not a list of at most ${String(MOST_ROUTES)} rules`);
    }
    this.#routes = (routes as readonly AlertRoute[]).map((route, index) => sound(route, ["routes", index]));
  }

  /** Whom the rules name as commanders, with where they do. */
  *commanders(): Generator<readonly [commander: Commander, path: readonly (string | number)[]]> {
    for (const [index, { commander }] of this.#routes.entries()) {
      if (commander !== undefined) yield [commander, ["routes", index, "commander"]];
    }
  }

  /** What `alert` asks for. */
  route(alert: RoutableAlert): RoutedAlert {
    let asked: AlertRoute = {};
    for (const route of this.#routes) {
      if (!matches(route, alert)) continue;
      asked = { ...route, ...asked, labels: { ...route.labels, ...asked.labels } };
      if (route.continue !== true) break;
    }
    const known = wellKnown(alert);
    return {
      severity: asked.severity ?? known.severity,
      commander: asked.commander,
      services: asked.services ?? known.services,
      slos: asked.slos ?? known.slos,
      runbook: asked.runbook ?? known.runbook,
      title: (asked.title === undefined ? "" : filled(asked.title, alert)) || known.title,
      labels: asked.labels ?? {},
    };
  }
}

/** The gravest of `severities`; undefined if there are none. */
export function gravest(severities: Iterable<Severity>): Severity | undefined {
  const found = new Set(severities);
  return SEVERITIES.find((severity) => found.has(severity));
}

/** Whether `a` is graver than `b`; anything is graver than nothing. */
export function isGraver(a: Severity, b: Severity | undefined): boolean {
  return b === undefined || SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

function matches({ match = {} }: AlertRoute, { labels }: RoutableAlert): boolean {
  return Object.entries(match).every(([name, wanted]) => {
    const value = labelOf(labels, name) ?? "";
    if (typeof wanted === "string") return value === wanted;
    // Nobody writes an expression for more than that, and on less it comes to an end soon.
    return wanted instanceof RegExp ? value.length <= TRIED_CHARACTERS && finds(wanted, value) : wanted.includes(value);
  });
}

function filled(title: string, { labels, annotations }: RoutableAlert): string {
  return title
    .replace(/\{([^{}]{1,200})\}/g, (_, name: string) => {
      return labelOf(labels, name) ?? labelOf(annotations, name) ?? "";
    })
    .trim();
}

function sound(route: AlertRoute, path: readonly (string | number)[]): AlertRoute {
  checkOptions(route, `a route (routes[${String(path.at(-1))}])`, FIELDS);
  const { match = {}, severity, services, slos, labels = {} } = route;
  const words = (name: keyof AlertRoute, value: unknown, most: number): void => {
    checkWords(value, most, (problem) => {
      throw invalid([...path, name], problem);
    });
  };
  if (severity !== undefined && !SEVERITIES.includes(severity)) {
    throw invalid([...path, "severity"], `${show(severity)} is not possible${choices(severity, SEVERITIES)}`);
  }
  if (route.commander !== undefined) soundCommander(route.commander, [...path, "commander"]);
  if (route.runbook !== undefined) words("runbook", route.runbook, 2_000);
  if (route.title !== undefined) words("title", route.title, LONGEST_TITLE);
  for (const [name, list] of Object.entries({ services, slos })) {
    if (list !== undefined && !Array.isArray(list)) throw invalid([...path, name], `${show(list)} is not a list`);
    for (const one of list ?? []) words(name as keyof AlertRoute, one, LONGEST_NAME);
  }
  for (const [name, value] of Object.entries(labels)) {
    if (typeof value !== "string") throw invalid([...path, "labels", name], `${show(value)} is not text`);
  }
  const said = Object.entries(route).filter(([, value]) => value !== undefined);
  const wantedLabels = Object.entries(match).map(([name, wanted]) => soundMatch(name, wanted));
  return { ...(Object.fromEntries(said) as AlertRoute), match: Object.fromEntries(wantedLabels) };

  function soundMatch(name: string, wanted: unknown): [string, LabelMatch] {
    if (wanted instanceof RegExp) {
      // Those with a memory would match every other alert.
      const expression = new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, ""));
      const problem = endlessness(expression);
      if (problem !== undefined) throw invalid([...path, "match", name], problem);
      return [name, expression];
    }
    const isList = Array.isArray(wanted) && wanted.every((one) => typeof one === "string");
    if (typeof wanted === "string" || isList) return [name, wanted];
    throw invalid([...path, "match", name], `${show(wanted)} is neither text, nor a list of texts, nor an expression`);
  }
}
