/** Who tells of what happens: the part of each that is asked. */
import type { BudgetEvents } from "../budget/alerting.ts";
import type { RecordedEvent } from "../incident/events.ts";
import type { Incident } from "../incident/model.ts";
import type { PolicyEvents } from "../policy/events.ts";
import type { RunbookEvents } from "../runbook/executor/events.ts";

import type { ChaosScheduleTold, ChaosTold, KillSwitchTold } from "./chaos-lines.ts";
import type { GateTold } from "./gate-lines.ts";
import type { ExampleTeller } from "./traces.ts";

/** Tells of events by their names. */
export interface EventTeller<Payloads extends object> {
  /** Listens; returns how to stop. */
  on<Name extends keyof Payloads>(name: Name, listener: (payload: Payloads[Name]) => unknown): () => void;
}

/** A kill switch. */
export interface KillSwitchLike {
  /** Told when it is pulled. */
  onPull(listener: (pulled: KillSwitchTold["pulled"]) => void): () => void;
  /** Told when it is released. */
  onRelease(listener: () => void): () => void;
}

/** What {@link logEvents} listens to: whatever of it there is. */
export interface EventSources {
  /** Budgets and decisions: a `Reliability`. Its collector has the traces of bad requests. */
  readonly reliability?: (EventTeller<BudgetEvents & PolicyEvents> & { readonly signals?: ExampleTeller }) | undefined;
  /** An `ErrorBudgetManager` of its own. */
  readonly budget?: EventTeller<BudgetEvents> | undefined;
  /** A `PolicyEngine` of its own. */
  readonly policies?: EventTeller<PolicyEvents> | undefined;
  /** A `GoldenSignalsCollector` of its own: tells nothing, but has the traces of bad requests. */
  readonly signals?: ExampleTeller | undefined;
  /** An `IncidentManager`: also all that alerts, escalations, messages and runbooks did to its incidents. */
  readonly incidents?:
    | {
        /** Returns how to stop. */
        on(
          name: "changed",
          listener: (told: { readonly incident: Incident; readonly event: RecordedEvent }) => unknown,
        ): () => void;
      }
    | undefined;
  /** A `RunbookExecutor`. */
  readonly runbooks?: EventTeller<RunbookEvents> | undefined;
  /** A `ReleaseGate`. */
  readonly gate?: EventTeller<GateTold> | undefined;
  /** A `ChaosRunner`; its kill switch is listened to as well, and what was undone when it was opened is told at once. */
  readonly chaos?:
    | (EventTeller<ChaosTold> & {
        readonly killSwitch?: KillSwitchLike;
        readonly recovered?: readonly ChaosTold["recovered"][];
      })
    | undefined;
  /** A `ChaosScheduler`. */
  readonly scheduler?: EventTeller<ChaosScheduleTold> | undefined;
  /** A `KillSwitch` without a runner. */
  readonly killSwitch?: KillSwitchLike | undefined;
}

/** What each source has to have. */
export const SOURCE_METHODS: Readonly<Record<keyof EventSources, readonly string[]>> = {
  reliability: ["on"],
  budget: ["on"],
  policies: ["on"],
  signals: ["examples"],
  incidents: ["on"],
  runbooks: ["on"],
  gate: ["on"],
  chaos: ["on"],
  scheduler: ["on"],
  killSwitch: ["onPull", "onRelease"],
};
