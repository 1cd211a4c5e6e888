/** What an assessment is made of, and what it says: plain data, so that it can be kept and shown in any form. */

/** A level that has criteria; level 0 is where everybody begins. */
export type MaturityStep = 1 | 2 | 3 | 4;

/** From 0 (manual, reactive) to 4 (predictive scaling, full automation). */
export type MaturityLevel = 0 | MaturityStep;

/** What can be asked about a criterion. */
export const MATURITY_ANSWERS = ["yes", "partly", "no", "not_applicable"] as const;

/** One of {@link MATURITY_ANSWERS}. */
export type MaturityAnswerWord = (typeof MATURITY_ANSWERS)[number];

/** How a criterion stands; `unknown` counts as not met, and is told apart from it. */
export const MATURITY_STATES = ["met", "partly", "not_met", "unknown", "not_applicable"] as const;

/** One of {@link MATURITY_STATES}. */
export type MaturityState = (typeof MATURITY_STATES)[number];

/** One thing that a level asks for. */
export interface MaturityCriterion {
  /** Such as `runbook_coverage`; lower-case letters, digits and `_`, unique. */
  readonly id: string;
  /** One of `MATURITY_AREAS`, or a name of your own. */
  readonly area: string;
  /** The level that it belongs to. */
  readonly level: MaturityStep;
  /** Whether its level cannot be reached without it; false unless told. */
  readonly required?: boolean;
  /** How much it counts within its area and its level: a whole number from 1 to 100. */
  readonly weight: number;
  /** To be answered by yes, partly, no or not applicable. */
  readonly question: string;
  /** What to do about it. */
  readonly advice: string;
  /** Where to read on: a page of the docs, such as `docs/slo.md`, or an address. */
  readonly docs?: string;
  /** The share from which evidence meets it, such as 0.9 of all alerts; 1 unless told. */
  readonly metFrom?: number;
}

/** What was seen of a criterion: which share of it is fulfilled, from 0 to 1; undefined if that cannot be told. */
export interface MaturityFinding {
  readonly share: number | undefined;
  /** What was seen, with figures; or why it cannot be told. */
  readonly text: string;
}

/** What was seen, by the id of the criterion. */
export type MaturityEvidence = Readonly<Record<string, MaturityFinding>>;

/** What somebody says of a criterion. */
export interface MaturityAnswer {
  readonly answer: MaturityAnswerWord;
  /** Of `partly`: how much of it, between 0 and 1; half unless told. */
  readonly share?: number | undefined;
  /** Who says so, and when (epoch milliseconds), if not who answered the others. */
  readonly by?: string | undefined;
  readonly at?: number | undefined;
  readonly note?: string | undefined;
}

/** What somebody has answered, and when. */
export interface MaturityAnswers {
  readonly by: string;
  /** In epoch milliseconds. */
  readonly at: number;
  /** By the id of the criterion. */
  readonly answers: Readonly<Record<string, MaturityAnswerWord | MaturityAnswer>>;
  /** How many of how many hours of work went into toil. */
  readonly toil?: { readonly hours: number; readonly of: number } | undefined;
}

/** How a criterion stands, and why. */
export interface CriterionStanding {
  readonly id: string;
  readonly area: string;
  readonly level: MaturityStep;
  readonly required: boolean;
  readonly weight: number;
  readonly question: string;
  readonly advice: string;
  readonly docs: string | undefined;
  readonly state: MaturityState;
  /** What it counts, from 0 to 1: 1 if it is met, 0 if nobody knows. */
  readonly value: number;
  readonly source: "evidence" | "answer" | "none";
  /** What was seen or said, with figures. */
  readonly text: string;
  /** Since when it is recorded to stand so, in epoch milliseconds; undefined if that is new. */
  readonly since: number | undefined;
  /** How many points its area and the whole would gain by it. */
  readonly effect: { readonly area: number; readonly whole: number };
}

/** Points out of 100, and which share of the weight anything is known about; undefined where nothing applies. */
export interface MaturityScore {
  readonly score: number | undefined;
  readonly known: number | undefined;
}

/** How an area stands. */
export interface AreaStanding extends MaturityScore {
  readonly area: string;
  /** For people. */
  readonly title: string;
}

/** How a level stands. */
export interface LevelStanding {
  readonly level: MaturityStep;
  /** For people. */
  readonly title: string;
  /** Whether this level and all below are reached. */
  readonly reached: boolean;
  /** Which share of the weight of its criteria is met; undefined where nothing applies. */
  readonly metShare: number | undefined;
  /** How many of the criteria that it requires are met. */
  readonly required: { readonly met: number; readonly of: number };
}

/** Something that a reader should know. */
export interface MaturityRemark {
  /** The criterion that it is about, if it is about one. */
  readonly criterion: string | undefined;
  readonly message: string;
}

/** What an assessment says. Plain JSON, but for what is undefined. */
export interface MaturityReport {
  /** The form of this data. */
  readonly format: 1;
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  readonly level: MaturityLevel;
  /** For people. */
  readonly title: string;
  /** Of all criteria. */
  readonly whole: MaturityScore;
  readonly areas: readonly AreaStanding[];
  readonly levels: readonly LevelStanding[];
  /** By level, area and id. */
  readonly criteria: readonly CriterionStanding[];
  /** What the next level lacks: what it requires first, then by effect. Undefined at level 4. */
  readonly next: { readonly level: MaturityStep; readonly missing: readonly CriterionStanding[] } | undefined;
  /** Against the last time that was recorded before `at`; undefined if there is none. */
  readonly trend: MaturityTrend | undefined;
  readonly remarks: readonly MaturityRemark[];
}

/** What has changed since the last time. */
export interface MaturityTrend {
  /** When that was, in epoch milliseconds. */
  readonly since: number;
  /** Levels gained, or lost. */
  readonly level: number;
  /** Points gained, or lost; undefined where there is no score to compare. */
  readonly score: number | undefined;
}

/** An assessment as it is remembered. */
export interface MaturityRecord {
  /** In epoch milliseconds. */
  readonly at: number;
  readonly level: MaturityLevel;
  readonly score: number | undefined;
  /** Scores by area. */
  readonly areas: Readonly<Record<string, number>>;
}

/** What is remembered of assessments. */
export interface MaturityHistory {
  /** Oldest first. */
  readonly records: readonly MaturityRecord[];
  /** By the id of the criterion: how it stood last, and since when. */
  readonly states: Readonly<Record<string, { readonly state: MaturityState; readonly since: number }>>;
}
