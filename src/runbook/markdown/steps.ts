/** Steps of a runbook as Markdown. */
import { limitText } from "../../core/time/duration-text.ts";

import { describeCondition } from "../conditions/words.ts";
import { commandText } from "./commands.ts";
import { approvalNote, code, fence, inline, lines, sentence } from "./text.ts";
import type { RetryRule, RunbookStep, WorkStep } from "../model.ts";

/** A step under its heading, as blocks. */
export function stepBlocks(step: RunbookStep, number: string, heading: string): readonly string[] {
  const { title, name, description, actions, escalation, potentialCauses = [], mitigation = {}, rollback } = step;
  return [
    `${heading} ${number}. ${inline(title ?? name)}`,
    ...(title === undefined ? [] : [code(name)]),
    ...sentence(notes(step)),
    ...(description === undefined ? [] : [lines(description)]),
    ...bullets(actions),
    ...workBlocks(step, number, heading),
    ...section("Potential causes:", bullets(potentialCauses)),
    ...byCause(mitigation),
    ...section(
      "To take it back:",
      rollback.flatMap((back) => rollbackBlocks(back)),
    ),
    ...(escalation === undefined ? [] : [`**If it does not help:** ${lines(escalation)}`]),
  ];
}

/** A list; nothing if there is nothing in it. */
export function bullets(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [texts.map((text) => `- ${lines(text, "  ")}`).join("\n")];
}

/** What to do, by cause. */
export function byCause(mitigation: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.entries(mitigation).flatMap(([cause, texts]) => section(`If it is ${code(cause)}:`, bullets(texts)));
}

function section(title: string, blocks: readonly string[]): readonly string[] {
  return blocks.length === 0 ? [] : [`**${title}**`, ...blocks];
}

function workBlocks(step: RunbookStep, number: string, heading: string): readonly string[] {
  if (step.kind !== "parallel") return blockOf(step);
  const { steps, maxParallel, failFast } = step;
  const most = maxParallel < steps.length ? `, ${String(maxParallel)} at a time` : "";
  const end = failFast ? "; when one fails, the others are ended" : "";
  const parts = steps.flatMap((part, index) => stepBlocks(part, `${number}.${String(index + 1)}`, `${heading}#`));
  return [`Side by side${most}${end}:`, ...parts];
}

function blockOf(step: WorkStep): readonly string[] {
  const text = commandText(step);
  return text === undefined ? [] : [fence(text.code, text.language)];
}

function rollbackBlocks(step: WorkStep): readonly string[] {
  const { title, actions } = step;
  return [
    ...(title === undefined ? [] : [inline(title)]),
    ...sentence(notes(step)),
    ...bullets(actions),
    ...blockOf(step),
  ];
}

function notes(step: RunbookStep): readonly string[] {
  const { timeLimitMs, when, approval, isDestructive, continueOnFailure, retry, kind, timeoutMs } = step;
  return [
    ...(when === undefined ? [] : [`only if ${inline(describeCondition(when))}`]),
    ...(timeLimitMs === undefined ? [] : [`at most ${limitText(timeLimitMs)}`]),
    ...(kind === "manual" || kind === "parallel" ? [] : [`times out after ${limitText(timeoutMs)}`]),
    ...retryNote(retry),
    ...(step.kind === "command" && step.runner !== undefined ? [`run by ${code(step.runner)}`] : []),
    ...(isDestructive ? ["**destructive**: only tried dry unless somebody says otherwise"] : []),
    ...(approval === undefined ? [] : [approvalNote(approval.message)]),
    ...(continueOnFailure ? ["the run goes on if it fails"] : []),
  ];
}

function retryNote({ attempts, delayMs }: RetryRule): readonly string[] {
  return attempts === 1 ? [] : [`tried up to ${String(attempts)} times, again after ${limitText(delayMs)}`];
}
