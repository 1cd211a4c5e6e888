/** What stands in the cells that people fill in. */
import { show } from "../../core/errors.ts";

import {
  ACTION_ITEM_KINDS,
  ACTION_ITEM_PRIORITIES,
  ACTION_ITEM_STATUSES,
  type ActionItem,
  actionStatusOf,
  choiceOf,
  kindOf,
  numbered,
  type UnnumberedItem,
} from "../action-items.ts";
import { escapeMarkdown } from "../escape.ts";
import { listItems } from "./list-items.ts";
import { cellsOf, cellText, type Row, type RowFault, said } from "../tables.ts";

/** Lines whose content is data now, so that they need not be kept as text. */
interface Read {
  readonly read: readonly string[];
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
  found.push(...listItems(text, fault));
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
    kind: choice(said(cell("kind")), kindOf, ACTION_ITEM_KINDS, row, fault),
    priority: choice(said(cell("priority")), priorityOf, ACTION_ITEM_PRIORITIES, row, fault),
    owner: said(cell("owner")),
    due: said(cell("due")),
    status: statusOf(said(cell("status")), row, fault),
  };
}

function priorityOf(text: string): ActionItem["priority"] {
  return choiceOf(text, ACTION_ITEM_PRIORITIES);
}

function choice<Choice extends string>(
  text: string | undefined,
  read: (text: string) => Choice | undefined,
  allowed: readonly Choice[],
  row: Row,
  fault: RowFault,
): Choice | undefined {
  if (text === undefined) return undefined;
  const found = read(text);
  const what = (allowed as readonly string[]).includes("P1") ? "priority" : "kind";
  if (found === undefined)
    fault(row, `${what} ${show(text)} is none of an action item; allowed: ${allowed.join(", ")}`);
  return found;
}

function statusOf(text: string | undefined, row: Row, fault: RowFault): ActionItem["status"] {
  const found = actionStatusOf(text ?? "");
  if (found === undefined)
    fault(
      row,
      `status ${show(text)} is none of an action item, which is open until it is done; allowed: ${ACTION_ITEM_STATUSES.join(", ")}`,
    );
  return found ?? "open";
}
