/** The runbooks of an executor, by the alerts that they are for. */
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkWords } from "../../core/words.ts";

import { runbookOf } from "../definition/definition.ts";
import { checkSteps } from "./steps.ts";
import type { Runbook } from "../model.ts";
import type { StepSettings } from "../performing/settings.ts";

/** What can be registered. */
export type RegisteredRunbook = Parameters<typeof runbookOf>[1];

const MOST_RUNBOOKS = 10_000;

/** Finds runbooks by the names of alerts. */
export class RunbookRegistry {
  readonly #settings: StepSettings;
  readonly #named = new Map<string, Runbook>();
  /** Alerts that runbooks name as their triggers; the first one that did has them. */
  readonly #triggered = new Map<string, Runbook>();

  constructor(settings: StepSettings) {
    this.#settings = settings;
  }

  /** Names under which runbooks are registered. */
  names(): readonly string[] {
    return [...this.#named.keys()];
  }

  /** @throws {@link ConfigurationError} with all its faults, and what may not be run */
  add(alertName: string, definition: RegisteredRunbook): Runbook {
    checkWords(alertName, 200, (problem) => {
      throw invalid("alertName", problem);
    });
    const runbook = runbookOf(alertName, definition);
    checkSteps(runbook, this.#settings);
    if (this.#named.size >= MOST_RUNBOOKS && !this.#named.has(alertName)) {
      throw invalid("alertName", `there are ${String(MOST_RUNBOOKS)} runbooks already`);
    }
    this.#named.set(alertName, runbook);
    this.#triggered.clear();
    for (const one of this.#named.values()) {
      for (const { alert } of one.triggers) if (!this.#triggered.has(alert)) this.#triggered.set(alert, one);
    }
    return runbook;
  }

  /** The runbook of an alert: registered under its name, or triggered by it. */
  find(alertName: string): Runbook | undefined {
    return this.#named.get(alertName) ?? this.#triggered.get(alertName);
  }

  /** The same. @throws {@link ConfigurationError} if there is none */
  get(alertName: string): Runbook {
    const found = this.find(alertName);
    if (found !== undefined) return found;
    const names = this.names();
    const allowed = names.length === 0 ? "; none is registered" : choices(alertName, names);
    throw invalid("alertName", `there is no runbook for ${show(alertName)}${allowed}`);
  }
}
