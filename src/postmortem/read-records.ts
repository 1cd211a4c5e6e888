/** What stands in the cells that people fill in. */
import { show } from "../core/errors.ts";

import {
  ACTION_KINDS,
  ACTION_PRIORITIES,
  ACTION_STATUSES,
  type ActionItem,
  actionStatusOf,
  choiceOf,
  numbered,
  type UnnumberedItem,
} from "./action-items.ts";
import { escapeMarkdown } from "./escape.ts";
import { type PostmortemChange, POSTMORTEM_STATUSES, type PostmortemStatus } from "./model.ts";
import { cellsOf, cellText } from "./tables.ts";
import { spaced } from "./texts.ts";

/** A line of the file. */
export interface Row {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Takes a fault of a line. */
export type RowFault = (row: Row, message: string) => void;

/** Lines whose content is data now, so that they need not be kept as text. */
interface Read {
  readonly read: readonly string[];
}

/** Where nothing is said. */
const NOTHING = /^(?:[—–-]?|unknown|nobody yet)$/i;

function said(cell: string | undefined): string | undefined {
  const text = cellText(cell);
  return NOTHING.test(text) ? undefined : text;
}

/** Status and authors. */
export function readHeader(
  rows: readonly Row[],
  fault: RowFault,
): Read & { readonly status: PostmortemStatus | undefined; readonly authors: readonly string[] } {
  let status: PostmortemStatus | undefined;
  let authors: readonly string[] = [];
  const read: string[] = [];
  for (const row of rows) {
    const cells = cellsOf(row.text);
    const name = cellText(cells?.[0]).toLowerCase();
    if (name === "status") {
      const text = cellText(cells?.[1]);
      status = choiceOf(text.toLowerCase().replace(/[\s-]+/g, "_"), POSTMORTEM_STATUSES);
      if (status === undefined) {
        const allowed = POSTMORTEM_STATUSES.map(spaced).join(", ");
        fault(row, `status ${show(text)} is none of a postmortem; allowed: ${allowed}`);
      }
      read.push(row.text);
    }
    if (name === "authors" || name === "author") {
      // A comma within a name is written as a reference.
      authors = (cells?.[1] ?? "").split(",").flatMap((cell) => said(cell) ?? []);
      read.push(row.text);
    }
  }
  return { status, authors: [...new Set(authors)], read };
}

/** Changes of the status. */
export function readChanges(rows: readonly Row[]): Read & { readonly changes: readonly PostmortemChange[] } {
  const changes: PostmortemChange[] = [];
  const read: string[] = [];
  for (const row of rows) {
    const [when = "", by = "", change = ""] = cellsOf(row.text) ?? [];
    const [from, to] = cellText(change)
      .split("→")
      .map((word) => choiceOf(word.trim().replaceAll(" ", "_"), POSTMORTEM_STATUSES));
    const at = Date.parse(cellText(when));
    if (from === undefined || to === undefined || Number.isNaN(at)) continue;
    changes.push({ from, to, by: cellText(by), at });
    read.push(row.text);
  }
  return { changes, read };
}

/** What only people know of the impact. */
export function readImpact(
  rows: readonly Row[],
): Read & { readonly usersAffected: string | undefined; readonly revenue: string | undefined } {
  const read: string[] = [];
  const found: Partial<Record<"users affected" | "revenue", string | undefined>> = {};
  for (const row of rows) {
    const cells = cellsOf(row.text);
    const name = cellText(cells?.[0]).toLowerCase();
    if (name !== "users affected" && name !== "revenue") continue;
    found[name] = said(cells?.[1]);
    read.push(row.text);
  }
  return { usersAffected: found["users affected"], revenue: found.revenue, read };
}

const COLUMNS = ["id", "action", "kind", "priority", "owner", "due", "status"] as const;
type Column = (typeof COLUMNS)[number];

/** The action items of the table, and those of lists below it. */
export function readActionItems(
  table: readonly Row[],
  text: readonly Row[],
  fault: RowFault,
): Read & { readonly items: readonly ActionItem[] } {
  let columns: readonly string[] = COLUMNS;
  const found: UnnumberedItem[] = [];
  const read: string[] = [];
  for (const row of table) {
    const cells = cellsOf(row.text);
    if (cells === undefined) continue;
    read.push(row.text);
    const words = cells.map((cell) => cellText(cell).toLowerCase());
    if (words.includes("action") && words.includes("owner")) {
      columns = words;
      continue;
    }
    if (cells.length > columns.length) {
      fault(
        row,
        `has ${String(cells.length)} cells, and the table ${String(columns.length)} columns; write \\| for a bar within a cell`,
      );
      continue;
    }
    const item = itemOf((column) => cells[columns.indexOf(column)] ?? "", row, fault);
    if (item !== undefined) found.push(item);
  }
  found.push(...text.flatMap(listItem));
  // A row that was copied has the id of another one: it gets its own.
  const seen = new Set<string>();
  const unique = found.map((item) => {
    const { id = "" } = item;
    if (!seen.has(id)) {
      seen.add(id);
      return item;
    }
    return { ...item, id: undefined };
  });
  return { items: numbered(unique), read };
}

function itemOf(cell: (column: Column) => string, row: Row, fault: RowFault): UnnumberedItem | undefined {
  const written = cell("action");
  const text = cellText(written);
  if (written === "" || written === "—") {
    const others = COLUMNS.filter((column) => column !== "status" && said(cell(column)) !== undefined);
    if (others.length > 0) fault(row, `an action item without its action; write what is to be done`);
    return undefined;
  }
  return {
    id: said(cell("id")),
    text,
    ...(written === escapeMarkdown(text) ? {} : { markdown: written }),
    kind: choice(said(cell("kind")), ACTION_KINDS, "kind", row, fault),
    priority: choice(said(cell("priority")), ACTION_PRIORITIES, "priority", row, fault),
    owner: said(cell("owner")),
    due: said(cell("due")),
    status: statusOf(said(cell("status")), row, fault),
  };
}

function choice<Choice extends string>(
  text: string | undefined,
  allowed: readonly Choice[],
  what: string,
  row: Row,
  fault: RowFault,
): Choice | undefined {
  if (text === undefined) return undefined;
  const found = choiceOf(text, allowed);
  if (found === undefined)
    fault(row, `${what} ${show(text)} is none of an action item; allowed: ${allowed.join(", ")}`);
  return found;
}

function statusOf(text: string | undefined, row: Row, fault: RowFault): ActionItem["status"] {
  const found = actionStatusOf(text ?? "");
  if (found === undefined)
    fault(row, `status ${show(text)} is none of an action item; allowed: ${ACTION_STATUSES.join(", ")}`);
  return found ?? "open";
}

const LIST_ITEM = /^\s*[-*+] \[([ xX])\] (.+?)\s*$/;
const DETAILS = /\s*\(([^()]*)\)$/;

/** `- [ ] Cap the cache at 2 GB (owner: ann, due: 2026-12-01, P1, prevent)`. */
function listItem(row: Row): UnnumberedItem[] {
  const match = LIST_ITEM.exec(row.text);
  if (match === null) return [];
  const [, mark = " ", written = ""] = match;
  const details = DETAILS.exec(written)?.[1];
  const found: Partial<Record<Exclude<Column, "id" | "action" | "status">, string>> = {};
  let isAll = details !== undefined;
  for (const part of details?.split(",") ?? []) {
    const [, name = "", value = ""] = /^\s*(?:(owner|due)\s*:)?\s*(.*?)\s*$/i.exec(part) ?? [];
    if (name !== "") found[name.toLowerCase() as "owner" | "due"] = value;
    else if (choiceOf(value, ACTION_KINDS) !== undefined) found.kind = value;
    else if (choiceOf(value, ACTION_PRIORITIES) !== undefined) found.priority = value;
    else isAll = false;
  }
  // Brackets of another meaning belong to the text.
  const markdown = isAll ? written.replace(DETAILS, "") : written;
  return [
    {
      text: cellText(markdown),
      markdown,
      kind: choiceOf(found.kind ?? "", ACTION_KINDS),
      priority: choiceOf(found.priority ?? "", ACTION_PRIORITIES),
      owner: found.owner,
      due: found.due,
      status: mark === " " ? "open" : "done",
      isInText: true,
    },
  ];
}
