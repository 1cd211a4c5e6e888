/** Action items that stand in lists: `- [ ] Cap the cache at 2 GB (owner: ann, due: 2026-12-01, P1, prevent)`. */
import { show } from "../../core/errors.ts";
import { suggestion } from "../../core/nearest.ts";

import {
  ACTION_ITEM_KINDS,
  ACTION_ITEM_PRIORITIES,
  type ActionKind,
  type ActionPriority,
  choiceOf,
  isDate,
  kindOf,
  type UnnumberedItem,
} from "../action-items.ts";
import { cellText, type Row, type RowFault, said } from "../tables.ts";

const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\[([ xX])\]\s+(\S.*)$/;
const OTHER_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** The last bracket, which may have one more in it, such as `(owner: Bob (SRE))`. */
const DETAILS = /\s*\(((?:[^()]|\([^()]*\))*)\)([.!]?)$/;
const NAMED = /^(owner|due|kind|priority)\s*[:=]\s*(.*)$/i;
/** Details that did not come to stand in a bracket at the end. */
const STRAY = /\(\s*(?:[^()]*[,;]\s*)?(?:owner|due)\s*[:=]/i;

/** In characters from the end of an item. */
const LONGEST_DETAILS = 2_000;

/** What a bracket says of an item. */
interface Details {
  owner?: string;
  due?: string;
  kind?: ActionKind;
  priority?: ActionPriority;
}

/** The items of the lists in `rows`, their further lines included. What a bracket has must all be understood, or nothing. */
export function listItems(rows: readonly Row[], fault: RowFault): readonly UnnumberedItem[] {
  const shown = seen(rows);
  return shown.flatMap((row, index): UnnumberedItem[] => {
    const match = ITEM.exec(row.text.trimEnd());
    if (match === null) return [];
    const [, mark = " ", first = ""] = match;
    const written = [first, ...further(shown.slice(index + 1))].join(" ");
    const from = Math.max(0, written.length - LONGEST_DETAILS);
    const bracket = DETAILS.exec(written.slice(from));
    const details = bracket === null ? undefined : detailsIn(bracket[1] ?? "", row, fault);
    // Brackets of another meaning belong to the text.
    const markdown =
      details === undefined ? written : `${written.slice(0, from + (bracket?.index ?? 0))}${bracket?.[2] ?? ""}`;
    if (STRAY.test(markdown.slice(-LONGEST_DETAILS))) {
      fault(
        row,
        `the bracket with details in ${show(markdown)} cannot be read; close it, and put it at the end of the line`,
      );
    }
    const status = mark === " " ? "open" : "done";
    return [{ text: cellText(markdown), markdown, ...details, status, isInText: true }];
  });
}

/** Rows that are shown: what stands in code or in a comment is no item. */
function seen(rows: readonly Row[]): readonly Row[] {
  let fence: string | undefined;
  let isComment = false;
  return rows.map((row) => {
    const text = row.text.trim();
    const mark = FENCE.exec(row.text)?.[1];
    const isHidden = fence !== undefined || mark !== undefined || isComment || text.startsWith("<!--");
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && text === mark) fence = undefined;
    } else if (mark !== undefined) fence = mark;
    else if (isComment || text.startsWith("<!--")) isComment = !text.includes("-->");
    return isHidden ? { ...row, text: "" } : row;
  });
}

/** The lines that go on with an item: set in, and no item of their own. */
function further(rows: readonly Row[]): readonly string[] {
  const end = rows.findIndex(({ text }) => !/^(?: {2}|\t)\s*\S/.test(text) || OTHER_ITEM.test(text));
  return rows.slice(0, end === -1 ? rows.length : end).map(({ text }) => text.trim());
}

/** All that a bracket says; undefined if it says nothing of these. */
function detailsIn(text: string, row: Row, fault: RowFault): Details | undefined {
  const parts = split(text);
  const found: Details = {};
  const unread: string[] = [];
  let isAny = false;
  for (const part of parts) {
    const detail = detailOf(part, parts.length > 1);
    if (detail === undefined) {
      unread.push(part);
      continue;
    }
    isAny = true;
    const [name, value] = detail;
    if (Object.hasOwn(found, name)) fault(row, `says ${name} twice, ${show(text)}; say it once`);
    else if (value !== undefined) Object.assign(found, { [name]: value });
  }
  if (!isAny) return undefined;
  for (const part of unread) fault(row, unreadText(part));
  return found;
}

function unreadText(part: string): string {
  const last = NAMED.exec(part)?.[2] ?? part;
  const meant = suggestion(last, [...ACTION_ITEM_KINDS, ...ACTION_ITEM_PRIORITIES]);
  return `${show(part)} in the bracket is no detail of an action item${meant === "" ? ";" : meant} write owner: NAME, due: 2026-12-01, one of ${ACTION_ITEM_PRIORITIES.join(", ")}, or one of ${ACTION_ITEM_KINDS.join(", ")}, and all else before the bracket`;
}

function detailOf(part: string, isOneOfMany: boolean): readonly [keyof Details, string | undefined] | undefined {
  const [, name = "", value = ""] = NAMED.exec(part) ?? [];
  switch (name.toLowerCase()) {
    case "owner":
      return ["owner", said(value)];
    case "due":
      return ["due", said(value)];
    case "kind":
      return valued("kind", said(value) === undefined ? "" : kindOf(value));
    case "priority":
      return valued("priority", said(value) === undefined ? "" : choiceOf(value, ACTION_ITEM_PRIORITIES));
  }
  const kind = kindOf(part);
  if (kind !== undefined) return ["kind", kind];
  const priority = choiceOf(part, ACTION_ITEM_PRIORITIES);
  if (priority !== undefined) return ["priority", priority];
  // Alone, "(2026-12-01)", "(owner of the cache)" or "(due to load)" may be something else.
  if (isDate(part) && isOneOfMany) return ["due", part];
  const [, word = "", rest = ""] = /^(owner|due)\s+(.+)$/i.exec(part) ?? [];
  if (word.toLowerCase() === "owner" && (isOneOfMany || !/\s/.test(rest))) return ["owner", said(rest)];
  if (word.toLowerCase() === "due" && isDate(rest)) return ["due", rest];
  return undefined;
}

/** An empty value says nothing, and one that there is not is no detail. */
function valued<Name extends keyof Details>(
  name: Name,
  value: string | undefined,
): readonly [Name, string | undefined] | undefined {
  return value === undefined ? undefined : [name, value === "" ? undefined : value];
}

/** At commas and semicolons that stand in no bracket of their own. */
function split(text: string): readonly string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (depth === 0 && (letter === "," || letter === ";")) parts.push("");
    else parts[parts.length - 1] = `${parts.at(-1) ?? ""}${letter}`;
  }
  return parts.map((part) => cellText(part)).filter((part) => part !== "");
}
