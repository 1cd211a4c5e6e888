/** How an execution ended, as the result of a command. */
import { show } from "../../core/errors.ts";
import type { CommandResult } from "../../ports/command-runner.ts";

import type { AbortAnswer, Execution } from "./answers.ts";

const MOST_NODES = 10;

/** Of an execution that is over. Exit codes of its steps are not known to Rundeck's API: it has 0 and 1. */
export function resultOf(execution: Execution): CommandResult {
  const { id, status, customStatus, url } = execution;
  const name = `execution ${id}`;
  switch (status) {
    case "succeeded":
      return { exitCode: 0, url };
    case "failed":
      return { exitCode: 1, reason: `${name} failed${onNodes(execution.failedNodes)}`, url };
    case "aborted":
      return { reason: `${name} was aborted`, url };
    case "timedout":
      return { reason: `${name} took longer than its job allows`, url };
    default:
      return { reason: `${name} ended as ${show(customStatus ?? status)}`, url };
  }
}

/** Of an execution that was to be aborted; undefined is no answer in time. */
export function abortedResult(execution: Execution | undefined, answer: AbortAnswer | undefined): CommandResult {
  if (execution === undefined) {
    return {
      reason: "the execution was being started when it was to be aborted; it is aborted as soon as it is known",
    };
  }
  const name = `execution ${execution.id}`;
  const reasons = {
    aborted: `${name} was aborted`,
    pending: `${name} was asked to stop; it is not known whether it has stopped yet`,
    failed: `${name} could not be aborted, and may go on`,
  };
  const unanswered = `${name} is being aborted; Rundeck has not answered yet, and it may go on`;
  return { reason: answer === undefined ? unanswered : reasons[answer], url: execution.url };
}

function onNodes(nodes: readonly string[]): string {
  if (nodes.length === 0) return "";
  const more = nodes.length > MOST_NODES ? ` and ${String(nodes.length - MOST_NODES)} more` : "";
  return ` on ${nodes.slice(0, MOST_NODES).map(show).join(", ")}${more}`;
}
