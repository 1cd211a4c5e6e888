/** What can be filled in while a run goes on. */
import { frozen } from "../../core/frozen.ts";

import type { RunState } from "../fold.ts";
import { REDACTED } from "../redact/redactor.ts";
import type { RunStep } from "../run.ts";
import type { RunValues, StepValues } from "../values.ts";

/** What a call handed over, with the secrets that may be in it. */
export type GivenValues = Pick<RunValues, "labels" | "annotations" | "parameters">;

/** What was kept of it. What a secret was taken out of is missing: a command must not get something else in its place. */
function kept({ labels, annotations, parameters }: GivenValues): GivenValues {
  return { labels: whole(labels), annotations: whole(annotations), parameters: whole(parameters) };
}

function whole<T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const entries = Object.entries(values).filter(([, value]) => typeof value !== "string" || !value.includes(REDACTED));
  return Object.fromEntries(entries);
}

/** Remembers what finished steps came to; of a thousand steps only the new ones are worked out. */
export class RunValuesOf {
  readonly #secrets: Readonly<Record<string, string>>;
  readonly #given: GivenValues | undefined;
  readonly #steps: Record<string, StepValues> = Object.create(null) as Record<string, StepValues>;

  /** @param given - what the call handed over; a run that is resumed has only what was kept of it */
  constructor(secrets: Readonly<Record<string, string>>, given: GivenValues | undefined) {
    this.#secrets = secrets;
    this.#given = given;
  }

  /** The values of `state`. */
  of(state: RunState): RunValues {
    for (const step of state.steps) {
      if (step.endedAt !== undefined && this.#steps[step.name] === undefined) this.#steps[step.name] = stepValues(step);
    }
    const { id = "", title = "", severity = "" } = state.about ?? {};
    const { labels, annotations, parameters } = this.#given ?? kept(state.started);
    return {
      labels,
      annotations,
      parameters,
      alert: { name: state.alert },
      incident: { id, title, severity },
      run: { id: state.id, by: state.by },
      secrets: this.#secrets,
      steps: this.#steps,
    };
  }
}

function stepValues({ status, attempts }: RunStep): StepValues {
  const last = attempts.at(-1);
  const output = withoutLastLines(last?.stdout?.text ?? "");
  let json: unknown;
  let isRead = false;
  const { exitCode } = last ?? {};
  return Object.freeze({
    status,
    ...(exitCode === undefined ? {} : { exit_code: exitCode }),
    output,
    stderr: withoutLastLines(last?.stderr?.text ?? ""),
    isCut: last?.stdout?.isCut ?? false,
    // Most outputs are never asked for as JSON.
    get json(): unknown {
      if (!isRead) json = frozen(parsed(output));
      isRead = true;
      return json;
    },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** As a shell takes output: without the line ends behind it. */
function withoutLastLines(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= text[end - 2] === "\r" ? 2 : 1;
  return text.slice(0, end);
}
