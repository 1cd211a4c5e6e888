/** A runbook: one model for what machines do and for what people read. */
import type { TagTemplate } from "../core/template.ts";
import type { Severity } from "../incident/model.ts";

import type { ActionFunction } from "./action.ts";
import type { StepCondition } from "./conditions/conditions.ts";

/** An alert that the runbook is for. */
export interface RunbookTrigger {
  /** Name of the alert. */
  readonly alert: string;
  /** When it fires, for people: `"> 90 % for 5 m"`. */
  readonly threshold?: string | undefined;
}

/** Whom to turn to, and when. */
export interface RunbookEscalation {
  /** A person, a team, a channel. */
  readonly to: string;
  /** After how long, in milliseconds. */
  readonly afterMs?: number | undefined;
  /** When, or with what, for people. */
  readonly note?: string | undefined;
}

/** Texts to tell people with. */
export interface RunbookCommunication {
  readonly internal: readonly string[];
  readonly external: readonly string[];
}

/** A runbook, checked and complete. */
export interface Runbook {
  /** Its name; as a rule that of the alert. */
  readonly name: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly severity?: Severity | undefined;
  /** How long it takes, in milliseconds. */
  readonly estimatedMs?: number | undefined;
  readonly triggers: readonly RunbookTrigger[];
  readonly steps: readonly RunbookStep[];
  readonly escalation: readonly RunbookEscalation[];
  readonly potentialCauses: readonly string[];
  /** What to do, by cause. */
  readonly mitigation: Readonly<Record<string, readonly string[]>>;
  readonly rollbackProcedures: readonly string[];
  readonly communication: RunbookCommunication;
  /** Runs with the same lock exclude each other; the runbook's name unless told. */
  readonly lock: TagTemplate;
  /** Whether a run that is cancelled is rolled back as one that failed is. */
  readonly rollbackOnCancel: boolean;
}

/** How often a step is tried, and how long is waited in between. */
export interface RetryRule {
  /** How often it is tried at most; 1 is no retry. */
  readonly attempts: number;
  /** The first wait, in milliseconds. */
  readonly delayMs: number;
  /** By how much each wait is longer than the one before it. */
  readonly factor: number;
  /** The longest wait, in milliseconds. */
  readonly maxDelayMs: number;
}

/** Somebody must agree before a step begins. */
export interface ApprovalRule {
  /** What is asked, for people. */
  readonly message?: string | undefined;
  /** How long an answer is waited for; then it is no. In milliseconds. */
  readonly timeoutMs: number;
}

/** What becomes of a step that was under way when its process died: nobody knows whether it was done. */
export type OnInterrupt = "repeat" | "ask" | "fail";

/** What all steps have. */
export interface StepBase {
  /** Unique in its runbook. */
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** How long people should give it, in milliseconds. */
  readonly timeLimitMs?: number | undefined;
  /** What people do. */
  readonly actions: readonly string[];
  /** Whom people turn to if it does not help. */
  readonly escalation?: string | undefined;
  /** What people look for here. */
  readonly potentialCauses?: readonly string[] | undefined;
  /** What people do here, by cause. */
  readonly mitigation?: Readonly<Record<string, readonly string[]>> | undefined;
  /** One attempt may take so long, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether the run goes on if it fails. */
  readonly continueOnFailure: boolean;
  readonly retry: RetryRule;
  readonly when?: StepCondition | undefined;
  readonly approval?: ApprovalRule | undefined;
  /** Whether it is only tried dry unless somebody says otherwise. */
  readonly isDestructive: boolean;
  readonly onInterrupt: OnInterrupt;
  /** Takes back what the step did; done in reverse order when the run fails. */
  readonly rollback: readonly WorkStep[];
  /** Whether a step that began but was not done is rolled back as well. */
  readonly rollbackIf: "done" | "started";
  /** How much of its output is kept, in characters for each stream. */
  readonly maxOutput?: number | undefined;
}

/** A command as its author wrote it. */
export type CommandTemplate =
  | {
      readonly shell: false;
      readonly program: string;
      /** Each becomes one argument, whatever is filled in. */
      readonly args: readonly TagTemplate[];
    }
  | {
      readonly shell: true;
      /** For `sh -c`; each place to fill in is `"${1}"`, `"${2}"` ... already. */
      readonly script: string;
      /** What is handed to it as `$1`, `$2` ... */
      readonly values: readonly TagTemplate[];
      /** Which of them may begin with a dash, since no program would take that for an option. */
      readonly mayBeginWithDash?: readonly boolean[] | undefined;
      /** As it was written. */
      readonly text: string;
    };

/** Runs a command. */
export interface CommandStep extends StepBase {
  readonly kind: "command";
  readonly command: CommandTemplate;
  /** Name of the runner; the executor's first unless told. */
  readonly runner?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly environment: Readonly<Record<string, TagTemplate>>;
  /** Exit codes that are a success; 0 unless told. */
  readonly okExitCodes: readonly number[];
}

/** Runs a function of TypeScript: one that is there, or one that the executor knows by name. */
export interface ActionStep extends StepBase {
  readonly kind: "action";
  readonly action: string | ActionFunction;
  /** What it is given: values as JSON has them; texts in it are filled in. */
  readonly input: unknown;
}

/** Makes an HTTP request. */
export interface HttpStep extends StepBase {
  readonly kind: "http";
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Its scheme and host are written out; what is filled in is percent-encoded. */
  readonly url: TagTemplate;
  readonly headers: Readonly<Record<string, TagTemplate>>;
  /** Sent as JSON; texts in it are filled in. */
  readonly json?: unknown;
  /** Statuses that are a success; 200 to 299 unless told. */
  readonly okStatuses: readonly number[];
}

/** Something that people do. A run goes past it and says so. */
export interface ManualStep extends StepBase {
  readonly kind: "manual";
}

/** Steps side by side. */
export interface ParallelStep extends StepBase {
  readonly kind: "parallel";
  readonly steps: readonly WorkStep[];
  /** How many at once. */
  readonly maxParallel: number;
  /** Whether the others are ended when one fails. */
  readonly failFast: boolean;
}

/** A step that does one thing. */
export type WorkStep = CommandStep | ActionStep | HttpStep | ManualStep;
/** Any step. */
export type RunbookStep = WorkStep | ParallelStep;
