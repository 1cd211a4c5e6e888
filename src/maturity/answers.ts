/** Answers as they are used: complete, and checked against the criteria. */
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";

import { checkId } from "./check-criteria.ts";
import {
  MATURITY_ANSWERS,
  type MaturityAnswer,
  type MaturityAnswers,
  type MaturityAnswerWord,
  type MaturityFinding,
} from "./model.ts";
import { shareText } from "./texts.ts";

/** An answer with who gave it and when. */
export interface SoundAnswer {
  readonly answer: MaturityAnswerWord;
  /** What it counts, from 0 to 1. */
  readonly share: number;
  readonly by: string;
  readonly at: number;
  readonly note: string | undefined;
}

/** What follows from figures, with who told them and when. */
export interface ToldFinding extends MaturityFinding {
  readonly by: string;
  readonly at: number;
}

const HALF = 0.5;
const MOST_HOURS = 1_000_000;
/** Google's bound: "Site Reliability Engineering", chapter 5. */
const MOST_TOIL = 0.5;

/** Answers by the id of their criterion. @throws {@link ConfigurationError} naming what cannot be meant */
export function checkAnswers(
  given: MaturityAnswers | undefined,
  known: ReadonlySet<string>,
): ReadonlyMap<string, SoundAnswer> {
  if (given === undefined) return new Map();
  checkOptions(given, "answers", ["by", "at", "answers", "toil"], ["answers"]);
  const root = ["answers", "answers"];
  checkPerson(["answers", "by"], given.by);
  checkInstant(["answers", "at"], given.at);
  if (given.toil !== undefined) checkToil(given.toil);
  if (typeof given.answers !== "object" || (given.answers as unknown) === null) {
    throw invalid(root, `${show(given.answers)} is no mapping of answers`);
  }
  return new Map(
    Object.entries(given.answers).map(([id, written]) => {
      checkId(id, known, [...root, id]);
      return [id, soundAnswer(typeof written === "string" ? { answer: written } : written, given, [...root, id])];
    }),
  );
}

/** What the hours of toil tell of the criteria about them. */
export function toilFigures(answers: MaturityAnswers | undefined): Readonly<Record<string, ToldFinding>> {
  if (answers?.toil === undefined) return {};
  const { by, at, toil } = answers;
  const share = toil.hours / toil.of;
  const text = `${String(toil.hours)} of ${String(toil.of)} hours went into toil (${shareText(share)})`;
  const bounded = share <= MOST_TOIL ? 1 : (1 - share) / (1 - MOST_TOIL);
  return {
    toil_measured: { share: 1, text, by, at },
    toil_bounded: { share: bounded, text: `${text}; half is Google's bound`, by, at },
  };
}

function soundAnswer(written: MaturityAnswer, given: MaturityAnswers, path: readonly (string | number)[]): SoundAnswer {
  checkOptions(written, "an answer", ["answer", "share", "by", "at", "note"], path);
  const { answer, share, by, at, note } = written;
  if (!MATURITY_ANSWERS.includes(answer)) {
    throw invalid(path, `${show(answer)} is no answer${choices(answer, MATURITY_ANSWERS)}`);
  }
  if (share !== undefined && (answer !== "partly" || !(typeof share === "number" && share > 0 && share < 1))) {
    throw invalid([...path, "share"], `${show(share)} is not possible; a share between 0 and 1 goes with partly`);
  }
  if (by !== undefined) checkPerson([...path, "by"], by);
  if (at !== undefined) checkInstant([...path, "at"], at);
  if (note !== undefined) {
    checkWords(note, 500, (message) => {
      throw invalid([...path, "note"], message);
    });
  }
  const counts = answer === "yes" ? 1 : answer === "partly" ? (share ?? HALF) : 0;
  return { answer, share: counts, by: by ?? given.by, at: at ?? given.at, note };
}

function checkToil(toil: { readonly hours: number; readonly of: number }): void {
  const path = ["answers", "toil"];
  checkOptions(toil, "toil", ["hours", "of"], path);
  const { hours, of } = toil;
  if (!(typeof of === "number" && of > 0 && of <= MOST_HOURS)) {
    throw invalid([...path, "of"], `${show(of)} is no number of hours; write more than 0`);
  }
  if (!(typeof hours === "number" && hours >= 0 && hours <= of)) {
    throw invalid([...path, "hours"], `${show(hours)} is out of range; write from 0 to ${String(of)} hours`);
  }
}

function checkPerson(path: readonly (string | number)[], by: unknown): void {
  checkWords(by, 200, (message) => {
    throw invalid(path, message);
  });
}

/** The range of a Date: whatever is taken can be written as a day. */
export function checkInstant(path: readonly (string | number)[], at: unknown): void {
  if (typeof at === "number" && Math.abs(at) <= 8e15) return;
  throw invalid(path, `${show(at)} is not a time in epoch milliseconds`);
}
