import { ConfigurationError } from "../../src/core/errors.ts";
import { parseTags } from "../../src/core/template.ts";
import { shellTemplate } from "../../src/runbook/shell/shell.ts";

/** Why a script is refused; an empty text if it is not. */
export function refusalOf(script: string): string {
  try {
    shellTemplate(parseTags(script));
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "";
}

/** Of each value whether it may begin with a dash; of a script that is refused the reason. */
export function dashesOf(script: string): string {
  const reason = refusalOf(script);
  if (reason !== "") return reason;
  const { mayBeginWithDash = [] } = shellTemplate(parseTags(script));
  return mayBeginWithDash.map((may) => (may ? "may" : "may not")).join(", ");
}

/** What a script says that hands over what stands where no value can. */
export const misplaced = (where: string): string =>
  `{{ labels.x }} is ${where}, where it would not be one word; write it outside of them: it is quoted already, as in echo "pod: "{{ labels.x }}`;
export const NAMES_PROGRAM = "what is filled in would name the program to run; write the program out";
export const asCode = (program: string): string =>
  `"${program}" reads this as code, and what is filled in with it; give it the value as an argument of its own, or write shell: true`;
export const namesProgramOf = (program: string): string =>
  `what is filled in would name the program that ${program} runs; write the program out`;
