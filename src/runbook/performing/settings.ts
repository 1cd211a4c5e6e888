/** What an executor was told, checked. */
import type { Clock } from "../../core/time/clock.ts";
import type { CommandRunner } from "../../ports/command-runner.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";
import type { Logger } from "../../ports/logger.ts";

import type { ActionFunction } from "../action.ts";
import type { Redactor } from "../redact/redactor.ts";

/** What steps are performed with. */
export interface StepSettings {
  /** By name; the first is for steps that name none. */
  readonly runners: ReadonlyMap<string, CommandRunner>;
  readonly actions: ReadonlyMap<string, ActionFunction>;
  readonly fetch: HttpFetch;
  /** Programs that may be run; undefined for those that runbooks name. */
  readonly programs: ReadonlySet<string> | undefined;
  readonly allowShell: boolean;
  /** Hosts, with their ports, that may be asked; undefined for those that runbooks name. */
  readonly hosts: ReadonlySet<string> | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string | undefined;
  readonly secrets: Readonly<Record<string, string>>;
  /** Takes the secrets out of texts. */
  readonly redactor: Redactor;
  /** How much is kept of each stream of a step's output, in characters. */
  readonly maxOutput: number;
  readonly clock: Clock;
  readonly logger: Logger;
}
