/** What people write into a checklist. */
import { cut } from "../../core/cut.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkWords } from "../../core/words.ts";

// Terminals and pages are not to be steered by a note.
const CONTROL = /(?![\n\r\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u;
const LONGEST_NAME = 200;
const LONGEST_REMARK = 2_000;

/** Refuses what is no instant in epoch milliseconds. */
export function checkInstant(at: unknown, path: string): void {
  if (typeof at === "number" && Number.isSafeInteger(at) && Math.abs(at) <= 8.64e15) return;
  throw invalid(path, `${show(at)} is no instant; write epoch milliseconds`);
}

/** Refuses what is no name of a person or a run. */
export function checkPerson(by: unknown, path: string): void {
  checkText(by, path, LONGEST_NAME);
}

/** Refuses what is no remark. */
export function checkRemark(note: unknown, path: string): void {
  checkText(note, path, LONGEST_REMARK);
}

/** A remark from elsewhere, made fit: without control characters, and not longer than one may be. */
export function soundRemark(note: string): string {
  return cut(note.replaceAll(new RegExp(CONTROL, "gu"), " "), LONGEST_REMARK);
}

function checkText(value: unknown, path: string, most: number): void {
  const refuse = (message: string): never => {
    throw invalid(path, message);
  };
  checkWords(value, most, refuse);
  if (CONTROL.test(String(value))) refuse(`${show(value)} has a control character in it; remove it`);
}
