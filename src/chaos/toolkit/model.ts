/** Chaos Toolkit experiments, in the shape and with the names of their format. */
import type { Json } from "../model.ts";

/** Calls an address. Texts may hold `${name}`. */
export interface ToolkitHttpProvider {
  readonly type: "http";
  readonly url: string;
  /** `GET` unless told. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, Json>>;
  /** The query of a GET or HEAD; the body of all others: JSON if `Content-Type` says so, else a form, or the text as it is. */
  readonly arguments?: Json;
  /** Seconds; or seconds to connect and to answer, which count together here. */
  readonly timeout?: number | string | readonly number[];
  /** Only `true`. */
  readonly verify_tls?: true;
  /** How often it is tried again where nobody answers; GET, HEAD, PUT and DELETE only. */
  readonly max_retries?: number;
  readonly secrets?: readonly string[];
}

/** Runs a program, without a shell. */
export interface ToolkitProcessProvider {
  readonly type: "process";
  readonly path: string;
  /** A list; a mapping, whose names and values are taken one after the other; or a text, which is split as a shell would split it. */
  readonly arguments?: Json;
  /** Seconds. */
  readonly timeout?: number | string;
  readonly secrets?: readonly string[];
}

/** What does an activity. */
export type ToolkitProvider = ToolkitHttpProvider | ToolkitProcessProvider;

/** When an answer is tolerated. A list is of statuses, or of values that are tolerated. */
export type ToolkitTolerance =
  | boolean
  | number
  | string
  | readonly (boolean | number | string)[]
  | { readonly type: "regex"; readonly pattern: string; readonly target: string }
  | { readonly type: "range"; readonly range: readonly [number, number]; readonly target: string }
  | {
      readonly type: "jsonpath";
      readonly path: string;
      readonly target?: string;
      /** So many are found. */
      readonly count?: number;
      /** Just this is found; a list: all of these. */
      readonly expect?: Json;
    }
  | {
      readonly type: "probe";
      readonly name: string;
      readonly provider: ToolkitProvider;
      readonly tolerance?: ToolkitTolerance;
    };

/** One step. */
export interface ToolkitActivity {
  readonly type: "probe" | "action";
  readonly name: string;
  readonly provider: ToolkitProvider;
  readonly tolerance?: ToolkitTolerance;
  /** The next one does not wait for it. */
  readonly background?: boolean;
  /** Seconds. */
  readonly pauses?: { readonly before?: number | string; readonly after?: number | string };
  /** Seconds; where the provider says none. */
  readonly timeout?: number;
  readonly secrets?: readonly string[];
  readonly controls?: Json;
}

/** An experiment as Chaos Toolkit writes it. What was a reference (`ref`) is the activity itself. */
export interface ToolkitDocument {
  readonly version?: string;
  readonly title: string;
  readonly description: string;
  readonly tags?: readonly string[];
  readonly contributions?: Readonly<Record<string, string>>;
  /** Values; or `{ type: env, key, default, env_var_type }`. */
  readonly configuration?: Readonly<Record<string, Json>>;
  /** As the configuration, in groups or not. */
  readonly secrets?: Readonly<Record<string, Json>>;
  readonly "steady-state-hypothesis"?: {
    readonly title: string;
    readonly probes?: readonly ToolkitActivity[];
    readonly controls?: Json;
  };
  readonly method: readonly ToolkitActivity[];
  readonly rollbacks?: readonly ToolkitActivity[];
  readonly controls?: Json;
  readonly extensions?: Json;
  readonly runtime?: Json;
}

/** What of an experiment is read, kept and written, but does nothing here. */
export function ignoredParts(document: ToolkitDocument): readonly string[] {
  const hypothesis = document["steady-state-hypothesis"];
  const whole = (["controls", "extensions", "runtime"] as const).filter((name) => document[name] !== undefined);
  const lists = {
    "steady-state-hypothesis.probes": hypothesis?.probes ?? [],
    method: document.method,
    rollbacks: document.rollbacks ?? [],
  };
  const parts = Object.entries(lists).flatMap(([list, activities]) =>
    activities.flatMap((activity, index) => {
      const names = list.startsWith("steady")
        ? (["controls", "pauses", "background"] as const)
        : (["controls"] as const);
      return names.filter((name) => activity[name] !== undefined).map((name) => `${list}[${String(index)}].${name}`);
    }),
  );
  return [...whole, ...(hypothesis?.controls === undefined ? [] : ["steady-state-hypothesis.controls"]), ...parts];
}
