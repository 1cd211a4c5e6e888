/**
 * A process that sends requests to both routes of a service, whether or not they are answered, and counts what it saw: nothing of that is
 * shared with what it judges, its time on the processor neither. `chaos-load-child.ts PORT OBJECTIVE`.
 */
import { Agent, get } from "node:http";

import { machineMs, type LoadAnswers, type LoadQuestion } from "./chaos-load-messages.ts";
import { quantileOf } from "./paired-ratio.ts";

const EVERY_MS = 4;
/** What latency adds is more. */
const STRUCK_MS = 30;

const [port = "", objective = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

let watched: { readonly windowMs: number; readonly maximum: number; crossedAt: number | undefined } | undefined;
let answers: { readonly at: number; readonly isGood: boolean }[] = [];
/** The first answer that is still in the window, and what failed from there on. */
let first = 0;
let failed = 0;
let measured:
  { readonly since: number; readonly safe: { readonly endedAt: number; readonly ms: number }[] } | undefined;
let struck = 0;
let safeFailures = 0;

/** How fast the budget burned over the window that ended at `at`. */
function rateAt(at: number, windowMs: number): number {
  const within = answers.filter((answer) => answer.at > at - windowMs && answer.at <= at);
  if (within.length === 0) return 0;
  return within.filter(({ isGood }) => !isGood).length / within.length / (1 - Number(objective));
}

function send(path: "/hit" | "/safe"): void {
  const sentAt = machineMs();
  let isOver = false;
  const end = (isGood: boolean): void => {
    if (isOver) return;
    isOver = true;
    const endedAt = machineMs();
    if (path === "/hit") struck += isGood && endedAt - sentAt < STRUCK_MS ? 0 : 1;
    else {
      safeFailures += isGood ? 0 : 1;
      if (measured !== undefined && sentAt >= measured.since) measured.safe.push({ endedAt, ms: endedAt - sentAt });
    }
    if (watched === undefined) return;
    answers.push({ at: endedAt, isGood });
    failed += isGood ? 0 : 1;
    for (; (answers[first]?.at ?? Infinity) <= endedAt - watched.windowMs; first += 1)
      failed -= answers[first]?.isGood === false ? 1 : 0;
    const rate = failed / (answers.length - first) / (1 - Number(objective));
    if (rate > watched.maximum) watched.crossedAt ??= endedAt;
  };
  get({ port, path, host: "127.0.0.1", agent }, (response) => {
    response.on("end", () => end(response.statusCode === 200));
    response.on("error", () => end(false));
    response.resume();
  }).on("error", () => end(false));
}

const asked: { readonly [Ask in keyof LoadAnswers]: (question: LoadQuestion) => LoadAnswers[Ask] } = {
  watch: ({ windowMs = 0, maximum = 0 }) => {
    answers = [];
    first = failed = 0;
    watched = { windowMs, maximum, crossedAt: undefined };
    return {};
  },
  judged: ({ at = 0 }) => {
    const { crossedAt, windowMs = 0 } = watched ?? {};
    const rate = rateAt(at, windowMs);
    watched = undefined;
    return { crossedAt, rate, safeFailures };
  },
  begin: () => {
    measured = { since: machineMs(), safe: [] };
    return {};
  },
  end: ({ at = Infinity }) => {
    const safeMs = (measured?.safe ?? []).flatMap(({ endedAt, ms }) => (endedAt <= at ? [ms] : []));
    measured = undefined;
    return { p99: quantileOf(safeMs, 0.99), count: safeMs.length, struck, safeFailures };
  },
};

process.on("message", (question: LoadQuestion) => {
  process.send?.({ id: question.id, answer: asked[question.ask](question) });
});
process.once("disconnect", () => process.exit());
setInterval(() => {
  send("/hit");
  send("/safe");
}, EVERY_MS);
process.send?.({ id: 0, answer: {} });
