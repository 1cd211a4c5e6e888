/** Runbooks as code writes them. */
import type { ActionFunction } from "../action.ts";
import type { StepStatus } from "../run.ts";

/** `maxParallel` as `max_parallel`. */
export type SnakeCase<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : Text;

/** `Fields`, whose keys may be spelled as in documents as well. */
export type EitherSpelling<Fields> = Fields & {
  readonly [Key in keyof Fields as Key extends string ? SnakeCase<Key> : Key]?: Fields[Key];
};

/** Seconds, up to 3,600 of them, or a text such as `"30s"` or `"2h"`. */
export type SecondsText = number | string;
/** Minutes, or a text such as `"5 minutes"`. */
export type MinutesText = number | string;
/** One, or a list. */
export type OneOrMore<T> = T | readonly T[];

/** What must hold of a text; all that is said must hold. */
export type TextTestDefinition = EitherSpelling<{
  readonly equals?: string | number | boolean | undefined;
  readonly oneOf?: readonly (string | number | boolean)[] | undefined;
  readonly contains?: string | undefined;
  /** It is tried on the first 10,000 characters. */
  readonly matches?: string | RegExp | undefined;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}>;

/** When a step is for now. Of a list all must hold. */
export type ConditionDefinition =
  | EitherSpelling<{
      /** Name of an earlier step. */
      readonly step: string;
      readonly status?: OneOrMore<StepStatus> | undefined;
      readonly exitCode?: OneOrMore<number> | undefined;
      readonly output?: string | TextTestDefinition | undefined;
    }>
  | ({ /** Such as `labels.severity`. */ readonly value: string } & TextTestDefinition)
  | { readonly all: readonly ConditionDefinition[] }
  | { readonly any: readonly ConditionDefinition[] }
  | { readonly not: ConditionDefinition }
  | readonly ConditionDefinition[];

/** Whom to turn to. */
export type EscalationDefinition =
  string | { readonly to: string; readonly after?: MinutesText | undefined; readonly note?: string | undefined };

/** What can be said of a step. */
export interface StepFields {
  /** Unique: letters, digits, `_` and `-`. Made of the title unless told. */
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** How long people should give it. */
  readonly timeLimit?: MinutesText | undefined;
  /** What people do. */
  readonly actions?: OneOrMore<string> | undefined;
  readonly escalation?: OneOrMore<EscalationDefinition> | undefined;
  readonly potentialCauses?: OneOrMore<string> | undefined;
  readonly mitigation?: Readonly<Record<string, OneOrMore<string>>> | undefined;
  /** A line that is split into words, or the words; with `shell`, a script. */
  readonly command?: string | readonly (string | number | { readonly raw: string })[] | undefined;
  /** Whether the command is a script for `sh`. */
  readonly shell?: boolean | undefined;
  readonly runner?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly environment?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly okExitCodes?: OneOrMore<number> | undefined;
  /** An action that the executor knows by this name, or one that is here. */
  readonly action?: string | ActionFunction | undefined;
  /** The same as an action that is here. */
  readonly run?: ActionFunction | undefined;
  /** What the action is given: as JSON has it; texts in it are filled in. */
  readonly input?: unknown;
  readonly http?:
    | EitherSpelling<{
        readonly method?: string | undefined;
        readonly url: string;
        readonly headers?: Readonly<Record<string, string>> | undefined;
        readonly json?: unknown;
        readonly okStatuses?: OneOrMore<number> | undefined;
      }>
    | undefined;
  /** Steps side by side. */
  readonly parallel?: readonly (string | StepDefinition)[] | undefined;
  readonly maxParallel?: number | undefined;
  readonly failFast?: boolean | undefined;
  /** A minute unless told. */
  readonly timeout?: SecondsText | undefined;
  readonly continueOnFailure?: boolean | undefined;
  /** How often it is tried again, or how. */
  readonly retries?:
    | number
    | EitherSpelling<{
        /** How often it is tried in all. */
        readonly attempts: number;
        /** With its unit: `"500ms"`, `"2s"`. */
        readonly delay?: string | 0 | undefined;
        readonly factor?: number | undefined;
        /** With its unit: `"1m"`. */
        readonly maxDelay?: string | 0 | undefined;
      }>
    | undefined;
  readonly when?: ConditionDefinition | undefined;
  readonly approval?:
    | boolean
    | {
        readonly message?: string | undefined;
        /** With its unit: `"15m"`. */
        readonly timeout?: string | undefined;
      }
    | undefined;
  /** Whether it is only tried dry unless somebody says otherwise. */
  readonly destructive?: boolean | undefined;
  readonly onInterrupt?: "repeat" | "ask" | "fail" | undefined;
  /** What takes it back. */
  readonly rollback?: OneOrMore<StepDefinition> | undefined;
  readonly rollbackIf?: "done" | "started" | undefined;
  /** In characters for each stream. */
  readonly maxOutput?: number | undefined;
}

/** A step as code writes it; the spelling of documents is read as well. */
export type StepDefinition = EitherSpelling<StepFields>;

/** What can be said of a runbook. */
export interface RunbookFields {
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly severity?: string | number | undefined;
  readonly estimatedTime?: MinutesText | undefined;
  readonly triggers?:
    OneOrMore<string | { readonly alert: string; readonly threshold?: string | number | undefined }> | undefined;
  readonly steps: readonly (string | StepDefinition)[];
  readonly escalation?: OneOrMore<EscalationDefinition> | undefined;
  readonly potentialCauses?: OneOrMore<string> | undefined;
  readonly mitigation?: Readonly<Record<string, OneOrMore<string>>> | undefined;
  readonly rollbackProcedures?: OneOrMore<string> | undefined;
  readonly communication?:
    | { readonly internal?: OneOrMore<string> | undefined; readonly external?: OneOrMore<string> | undefined }
    | undefined;
  readonly lock?: string | undefined;
  readonly rollbackOnCancel?: boolean | undefined;
}

/** A runbook as code writes it; the spelling of documents is read as well. */
export type RunbookDefinition = EitherSpelling<RunbookFields>;
