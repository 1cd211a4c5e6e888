/** How one criterion stands: what was seen comes before what was said, and what nobody knows is unknown. */
import { durationText } from "../core/time/duration-text.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { dateIn } from "../core/time/time-text.ts";

import type { SoundAnswer, ToldFinding } from "./answers.ts";
import type {
  CriterionStanding,
  MaturityAnswerWord,
  MaturityCriterion,
  MaturityFinding,
  MaturityState,
} from "./model.ts";

/** What is known of a criterion. */
export interface Known {
  readonly criterion: MaturityCriterion;
  /** What was seen. */
  readonly finding: MaturityFinding | undefined;
  /** What follows from figures that somebody has told. */
  readonly told: ToldFinding | undefined;
  readonly answer: SoundAnswer | undefined;
  readonly at: number;
}

/** How it stands, and what a reader should know of it. */
export type Judged = Pick<CriterionStanding, "state" | "value" | "source" | "text"> & {
  readonly remarks: readonly string[];
};

/** Older answers are told. */
const OLD_MS = MILLISECONDS.y;

const SAID: Readonly<Record<MaturityAnswerWord, MaturityState>> = {
  yes: "met",
  partly: "partly",
  no: "not_met",
  not_applicable: "not_applicable",
};

/** The standing of a criterion. Pure. */
export function judge({ criterion, finding, told, answer, at }: Known): Judged {
  const seen = [
    { finding, source: "evidence" as const },
    { finding: told, source: "answer" as const },
  ].find((one) => one.finding?.share !== undefined);
  if (seen?.finding?.share !== undefined) {
    const { share, text } = seen.finding;
    const state = stateOf(share, criterion.metFrom ?? 1);
    const contradicts = answer !== undefined && SAID[answer.answer] !== state;
    return {
      state,
      value: state === "met" ? 1 : share,
      source: seen.source,
      text,
      remarks: [
        ...(contradicts ? [`answered ${wordOf(answer)} by ${answer.by}, and ${text}`] : []),
        ...(seen.source === "answer" && told !== undefined ? ageRemarks(told, at) : []),
      ],
    };
  }
  const unseen = finding?.text;
  if (answer === undefined) {
    const text = unseen ?? "nobody has answered, and nothing shows it";
    return { state: "unknown", value: 0, source: "none", text, remarks: [] };
  }
  const note = answer.note === undefined ? "" : `: ${answer.note}`;
  const said = `answered ${wordOf(answer)} by ${answer.by} on ${dateIn("UTC", answer.at)}${note}`;
  return {
    state: SAID[answer.answer],
    value: answer.share,
    source: "answer",
    text: unseen === undefined ? said : `${said} (not seen: ${unseen})`,
    remarks: ageRemarks(answer, at),
  };
}

function ageRemarks(answer: Pick<SoundAnswer, "by" | "at">, at: number): readonly string[] {
  const ageMs = at - answer.at;
  return ageMs > OLD_MS ? [`the answer of ${answer.by} is ${durationText(ageMs)} old; ask again`] : [];
}

function stateOf(share: number, metFrom: number): MaturityState {
  if (share >= metFrom) return "met";
  return share > 0 ? "partly" : "not_met";
}

function wordOf({ answer }: SoundAnswer): string {
  return answer.replace("_", " ");
}
