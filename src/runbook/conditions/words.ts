/** Conditions in words, for people. */
import { show } from "../../core/errors.ts";

import type { StepCondition, TextTest } from "./conditions.ts";

/** Such as `check_pods failed and labels.severity is "critical"`. */
export function describeCondition(condition: StepCondition): string {
  return inWords(condition, false);
}

function inWords(condition: StepCondition, isInside: boolean): string {
  switch (condition.kind) {
    case "step": {
      const { step, status, exitCode, output } = condition;
      const said = [
        ...(status === undefined ? [] : [`${step} ${either(status.map(past))}`]),
        ...(exitCode === undefined ? [] : [`the exit code of ${step} is ${either(exitCode.map(String))}`]),
        ...(output === undefined ? [] : [testInWords(`the output of ${step}`, output)]),
      ];
      return said.join(" and ");
    }
    case "value":
      return testInWords(condition.path.join("."), condition.test);
    case "not":
      return `not (${inWords(condition.of, false)})`;
    default: {
      const said = condition.of.map((inner) => inWords(inner, true)).join(condition.kind === "all" ? " and " : " or ");
      return isInside && condition.of.length > 1 ? `(${said})` : said;
    }
  }
}

/** A status as what became of a step: `was refused`. */
export function past(status: string): string {
  const words: Readonly<Record<string, string>> = {
    timed_out: "timed out",
    cancelled: "was cancelled",
    skipped: "was skipped",
    dry: "was only tried dry",
    manual: "was left to people",
    refused: "was refused",
  };
  return words[status] ?? status;
}

function testInWords(what: string, { equals, oneOf, contains, matches, above, below }: TextTest): string {
  const said = [
    ...(equals === undefined ? [] : [`is ${show(equals)}`]),
    ...(oneOf === undefined ? [] : [`is ${either(oneOf.map(show))}`]),
    ...(contains === undefined ? [] : [`contains ${show(contains)}`]),
    ...(matches === undefined ? [] : [`matches ${String(matches)}`]),
    ...(above === undefined ? [] : [`is above ${String(above)}`]),
    ...(below === undefined ? [] : [`is below ${String(below)}`]),
  ];
  return `${what} ${said.join(" and ")}`;
}

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${String(words.at(-1))}`;
}
