/** A Chaos Toolkit experiment under the belt: its hypothesis is the steady state, its method strikes, its rollbacks undo. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { cut } from "../../core/cut.ts";
import { formatDuration } from "../../core/time/duration.ts";
import { ConfigurationError, invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { openDocument } from "../../core/parse.ts";
import type { CommandRunner } from "../../ports/command-runner.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";
import type { CallOptions } from "../../ports/store.ts";
import { ChaosExperiment, type ChaosExperimentOptions, type InjectionResult } from "../experiment.ts";
import type { ChaosTarget, ChaosInjection, Json } from "../model.ts";
import type { Probe } from "../probes.ts";

import { type ActivityPorts, perform } from "./activities.ts";
import { parseChaosToolkit, readActivities } from "./document.ts";
import { runActivities } from "./method.ts";
import { ignoredParts, type ToolkitActivity, type ToolkitDocument, type ToolkitProvider } from "./model.ts";
import { tolerates } from "./tolerance.ts";
import { configurationIn, readVariables, type ToolkitEnvironment, type Variables } from "./variables.ts";

/** What a {@link ToolkitExperiment} is told. Name and description are those of the document. */
export interface ToolkitExperimentOptions extends Omit<ChaosExperimentOptions, "name" | "description" | "strike"> {
  /** What `parseChaosToolkit` has read, or what it is to read. */
  readonly document: ToolkitDocument | string;
  /** Calls addresses, such as `globalThis.fetch`; needed if the document has a provider http. */
  readonly fetch?: HttpFetch;
  /** Runs programs, such as a `LocalCommandRunner`; needed if the document has a provider process. */
  readonly commands?: CommandRunner;
  /** Where `type: env` is looked up, such as `process.env`; nothing unless told. */
  readonly environment?: ToolkitEnvironment;
  /** Labels of its one target: what an `optIn` of the runner asks for. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

const OPTIONS: readonly (keyof ToolkitExperimentOptions)[] = [
  ...(["document", "fetch", "commands", "environment", "labels", "clock"] as const),
  ...(["duration", "services", "steadyState", "blastRadius", "timeout"] as const),
];

/**
 * Runs a Chaos Toolkit experiment. It has one target, itself: what its activities strike is known to nobody else, so the caps on the
 * blast radius cannot see it, and the guard, the steady state, the kill switch and the rollbacks are what is left of the belt.
 *
 * The method is done within `timeout`, and so are the rollbacks; then the fault stays for `duration` (the pause after the last activity, else a
 * minute, unless told) while the hypothesis is watched. The rollbacks are written to the journal, with the configuration that they name and without secrets: those are taken, after a crash
 * too, from what the experiment of the same title was given.
 *
 * @example
 * ```ts
 * import { ChaosRunner, MemoryStateStore, ToolkitExperiment } from "nines";
 *
 * const experiment = new ToolkitExperiment({
 *   document: `
 *     title: The shop without its cache
 *     description: It is slower, and there
 *     steady-state-hypothesis:
 *       title: the shop answers
 *       probes:
 *         - { type: probe, name: front page, tolerance: 200, provider: { type: http, url: "http://shop.example/" } }
 *     method:
 *       - { type: action, name: clear, provider: { type: http, method: DELETE, url: "http://shop.example/cache" } }
 *   `,
 *   fetch: async () => new Response("welcome"),
 *   duration: "30s",
 * });
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const report = await runner.run(experiment);
 * if (report.outcome !== "dry_run") throw new Error(report.outcome);
 * await runner.stop();
 * ```
 */
export class ToolkitExperiment extends ChaosExperiment {
  readonly kind: string;
  override readonly isUndone: boolean;
  override readonly takesAway: boolean = false;
  readonly document: ToolkitDocument;
  /** What of the document does nothing here: controls, extensions, runtime. */
  readonly ignored: readonly string[];
  readonly #ports: ActivityPorts;
  readonly #variables: Variables;
  readonly #labels: Readonly<Record<string, string>>;
  #asked = 0;

  constructor(options: ToolkitExperimentOptions) {
    checkOptions(options, "ToolkitExperiment", OPTIONS);
    const { document: given, fetch, commands, environment, labels = {}, clock = systemClock, ...rest } = options;
    const document = parseChaosToolkit(given);
    const { title, description } = document;
    const held = heldAtEnd(document);
    super({ ...(held === undefined ? {} : { duration: held }), ...rest, name: title, description });
    this.document = document;
    this.kind = `chaos-toolkit/${title}`;
    this.isUndone = (document.rollbacks ?? []).length > 0;
    this.ignored = ignoredParts(document);
    this.#labels = labels;
    this.#ports = { fetch, commands, clock };
    checkPorts(document, this.#ports);
    if (environment !== undefined && (typeof environment !== "object" || (environment as unknown) === null))
      throw invalid("environment", `${show(environment)} is no environment; write a mapping of names to texts`);
    this.#variables = readVariables(document, environment);
  }

  /** The probes of the hypothesis, and those that it was given beside. */
  override steadyState(): readonly Probe[] {
    const probes = this.document["steady-state-hypothesis"]?.probes ?? [];
    return [...probes.map((activity) => this.#probe(activity)), ...super.steadyState()];
  }

  targets(): readonly ChaosTarget[] {
    const { kind } = this;
    return [{ id: kind, group: kind, healthy: true, labels: this.#labels, details: {} }];
  }

  override prepare({ details }: ChaosTarget): ChaosInjection["details"] {
    const rollbacks = (this.document.rollbacks ?? []) as unknown as Json;
    return { ...details, rollbacks, configuration: configurationIn(rollbacks, this.#variables) };
  }

  async inject({ id }: ChaosInjection, { signal }: CallOptions): Promise<InjectionResult> {
    const seen = await runActivities(withoutHold(this.document.method), {
      ports: this.#ports,
      variables: this.#variables,
      signal: signal ?? new AbortController().signal,
      key: `${id}/method`,
      stopsAtFailure: true,
    });
    const ignored = this.ignored.length === 0 ? [] : [`ignored: ${this.ignored.join(", ")}`];
    const message = seen.length === 0 ? "there is nothing to do" : seen.join("; ");
    return { result: "done", message: cut([message, ...ignored].join("; "), MOST_CHARACTERS) };
  }

  async undo({ id, details }: ChaosInjection, { signal }: CallOptions): Promise<void> {
    const { document, faults } = openDocument({ rollbacks: details.rollbacks ?? [] });
    const { rollbacks } = document.value as { readonly rollbacks: unknown };
    const activities = readActivities(rollbacks, ["rollbacks"], faults);
    faults.throwIfAny(document);
    const noted = Object.entries((details.configuration ?? {}) as Record<string, Json>);
    await runActivities(activities, {
      ports: this.#ports,
      // As it was when it struck: a rollback of now might miss it.
      variables: { ...this.#variables, configuration: new Map(noted) },
      signal: signal ?? new AbortController().signal,
      key: `${id}/rollback`,
      stopsAtFailure: false,
    });
  }

  #probe(activity: ToolkitActivity): Probe {
    const { name, tolerance } = activity;
    return {
      name,
      check: async ({ signal = new AbortController().signal }) => {
        this.#asked += 1;
        const key = `${this.kind}/${name}/${String(this.#asked)}`;
        const context = { ports: this.#ports, variables: this.#variables, signal, key };
        const answer = await perform(activity, context);
        const { ok, message } = await tolerates(tolerance ?? true, answer, context);
        return { ok, message: `${name}: ${message}` };
      },
    };
  }
}

const MOST_CHARACTERS = 1_000;

/** The pause after the last activity: so long the fault is to stay. */
function heldAtEnd({ method }: ToolkitDocument): string | undefined {
  const last = method.at(-1);
  const after = last?.background === true ? undefined : last?.pauses?.after;
  return typeof after === "number" && after > 0 ? formatDuration(Math.ceil(after * 1_000)) : undefined;
}

/** The method without it: the runner waits, and watches meanwhile. */
function withoutHold(method: readonly ToolkitActivity[]): readonly ToolkitActivity[] {
  return method.map((activity, index) => {
    if (index < method.length - 1 || activity.background === true || activity.pauses === undefined) return activity;
    const { after, before } = activity.pauses;
    if (typeof after !== "number") return activity;
    return { ...activity, pauses: before === undefined ? {} : { before } };
  });
}

function checkPorts(document: ToolkitDocument, { fetch, commands }: ActivityPorts): void {
  if (fetch !== undefined && typeof fetch !== "function") throw invalid("fetch", `${show(fetch)} is not a function`);
  checkMethods(commands, "commands", ["run"]);
  const { method, rollbacks = [] } = document;
  const activities = [...(document["steady-state-hypothesis"]?.probes ?? []), ...method, ...rollbacks];
  const types = new Set(activities.flatMap(providersOf).map(({ type }) => type));
  const issues = [
    ...(types.has("http") && fetch === undefined ? [missing("fetch", "http", "globalThis.fetch")] : []),
    ...(types.has("process") && commands === undefined ? [missing("commands", "process", "a LocalCommandRunner")] : []),
  ];
  if (issues.length > 0) throw new ConfigurationError(issues);
}

function missing(option: string, provider: string, example: string): ConfigurationError["issues"][number] {
  return {
    path: [option],
    message: `is missing; the document has a provider ${provider}: give one, such as ${example}`,
  };
}

function providersOf({ provider, tolerance }: Pick<ToolkitActivity, "provider" | "tolerance">): ToolkitProvider[] {
  const isProbe = typeof tolerance === "object" && "type" in tolerance && tolerance.type === "probe";
  return [provider, ...(isProbe ? providersOf(tolerance) : [])];
}
