/** What in-process faults are told: the routes and hosts that they may be put on. */
import type { Clock } from "../../core/time/clock.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import { checkWords } from "../../core/words.ts";

import { type HostMatch, hostMatch, type RouteMatch, routeMatch } from "./patterns.ts";

/** Requests to this process that faults can be put on. */
export interface InProcessRoute {
  /** A pattern of the whole path, mounts included: `GET /orders/:id`, `/orders/*`. */
  readonly route: string;
  /** Names it; the pattern as it is written unless told. */
  readonly id?: string;
  /** For `optIn` and `optOut`, beside `type: "route"`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Calls of this process that faults can be put on, where its `fetch` is a `faultyFetch`. */
export interface InProcessHost {
  /** `api.example.com`, `api.example.com:8443`, `*.example.com`. */
  readonly host: string;
  /** Names it; the host as it is written unless told. */
  readonly id?: string;
  /** For `optIn` and `optOut`, beside `type: "host"`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What `InProcessFaults` are made of. */
export interface InProcessFaultsOptions {
  /** Routes that may be struck, and those that stand in for them. Name all that count as what is left: shares are shares of these. */
  readonly routes?: readonly (string | InProcessRoute)[];
  /** Hosts that calls go to. */
  readonly hosts?: readonly (string | InProcessHost)[];
  /** Requests and calls that wait at a time, by latency or a cut, 1 to 100,000; beyond that they pass unharmed. 1,000 unless told. */
  readonly maxActive?: number;
  readonly clock?: Clock;
  /** Draws who meets a fault, and jitter. */
  readonly random?: Random;
}

/** A target as it was read. */
export interface ReadTarget {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of a route, without its method. */
  readonly pattern: string | undefined;
  readonly onRoute: RouteMatch | undefined;
  readonly onHost: HostMatch | undefined;
}

/** Reads the options. @throws {@link ConfigurationError} naming the one that is wrong */
export function readOptions(options: InProcessFaultsOptions): {
  readonly targets: ReadonlyMap<string, ReadTarget>;
  readonly maxActive: number;
} {
  checkOptions(options, "InProcessFaults", ["routes", "hosts", "maxActive", "clock", "random"]);
  checkMethods(options.clock, "clock", ["now", "monotonic", "schedule"]);
  checkMethods(options.random, "random", ["next"]);
  const { routes = [], hosts = [], maxActive = 1_000 } = options;
  if (!(Number.isInteger(maxActive) && maxActive >= 1 && maxActive <= MOST_ACTIVE)) {
    throw invalid("maxActive", `${show(maxActive)} is out of range; write a whole number from 1 to 100,000`);
  }
  const targets = new Map<string, ReadTarget>();
  for (const [kind, all] of [
    ["route", list("routes", routes)],
    ["host", list("hosts", hosts)],
  ] as const) {
    all.forEach((given, index) => {
      const target = readTarget(kind, given, [`${kind}s`, index]);
      if (targets.has(target.id)) throw invalid([`${kind}s`, index], `${show(target.id)} is there twice`);
      targets.set(target.id, target);
    });
  }
  if (targets.size === 0) throw invalid("routes", "are missing, and so are hosts: there is nothing to put faults on");
  if (targets.size > MOST_TARGETS) throw invalid("routes", `and hosts are ${String(targets.size)}; 1,000 is the most`);
  return { targets, maxActive };
}

const MOST_ACTIVE = 100_000;
const MOST_TARGETS = 1_000;
const MOST_CHARACTERS = 500;

function list(path: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw invalid(path, `${show(value)} is no list`);
}

function readTarget(kind: "route" | "host", given: unknown, path: readonly (string | number)[]): ReadTarget {
  const whole = typeof given === "string" ? { [kind]: given } : given;
  checkOptions(whole, `a ${kind}`, [kind, "id", "labels"], path);
  const fields = whole as Readonly<Record<string, unknown>>;
  const { [kind]: pattern, id = pattern, labels = {} } = fields;
  const at = [...path, kind];
  const onRoute = kind === "route" ? routeMatch(pattern, at) : undefined;
  const onHost = kind === "host" ? hostMatch(pattern, at) : undefined;
  checkWords(id, MOST_CHARACTERS, (message) => {
    throw invalid([...path, "id"], message);
  });
  const isLabels = typeof labels === "object" && labels !== null && !Array.isArray(labels);
  if (!isLabels || !Object.values(labels).every((value) => typeof value === "string")) {
    throw invalid([...path, "labels"], `${show(labels)} is no mapping of labels to values`);
  }
  return {
    id: id as string,
    labels: Object.freeze({ type: kind, ...labels }),
    pattern: kind === "route" ? String(pattern).replace(/^[A-Z]+ /, "") : undefined,
    onRoute,
    onHost,
  };
}
