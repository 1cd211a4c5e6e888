/** Of which incident the file is, where it stands, and who wrote it. */
import { show } from "../../core/errors.ts";

import { choiceOf } from "../action-items.ts";
import { edgeFault, historyFault } from "../life-edges.ts";
import { type PostmortemChange, POSTMORTEM_STATUSES, type PostmortemStatus } from "../model.ts";
import { readAbout } from "../records.ts";
import { cellsOf, cellText, type Row, type RowFault, said } from "../tables.ts";
import { spaced } from "../texts.ts";

/** What the header tells. */
export interface HeaderFound {
  /** Id of the incident; undefined if nothing tells. */
  readonly incident: string | undefined;
  /** Undefined if nothing tells. */
  readonly status: PostmortemStatus | undefined;
  readonly authors: readonly string[];
  readonly changes: readonly PostmortemChange[];
  /** Lines whose content is data now. */
  readonly read: readonly string[];
}

/**
 * Reads the rows that people edit, and the record below them; what no row tells is taken from the record.
 *
 * @param incident - the id that the file must be of
 */
export function readHeader(rows: readonly Row[], fault: RowFault, incident: string | undefined): HeaderFound {
  const record = readAbout(rows, fault);
  const { changes = [] } = record?.about ?? {};
  const broken = historyFault(changes);
  if (record !== undefined && broken !== undefined) fault(record.row, broken.message);
  const found: { of?: string; status?: PostmortemStatus; authors?: readonly string[] } = {};
  const read = record === undefined ? [] : [record.row.text];
  const check = (row: Row, id: string): void => {
    if (incident !== undefined && id !== incident)
      fault(row, `this is the postmortem of ${quiet(id)}, not of ${quiet(incident)}`);
  };
  for (const row of rows) {
    const [name = "", value = ""] = cellsOf(row.text) ?? [];
    switch (cellText(name).toLowerCase()) {
      case "postmortem of":
        found.of = linked(value);
        if (found.of !== "") check(row, found.of);
        break;
      case "status": {
        const status = choiceOf(
          cellText(value)
            .toLowerCase()
            .replace(/[\s-]+/g, "_"),
          POSTMORTEM_STATUSES,
        );
        const message = status === undefined ? unknownStatus(value) : edgeFault(changes.at(-1)?.to ?? "draft", status);
        if (message !== undefined && broken === undefined) fault(row, message);
        if (status !== undefined) found.status = status;
        read.push(row.text);
        break;
      }
      case "author":
      case "authors":
        found.authors = namesIn(value);
        read.push(row.text);
        break;
    }
  }
  if (record !== undefined && (found.of ?? "") === "") check(record.row, record.about.incident);
  return {
    incident: found.of ?? record?.about.incident,
    status: found.status ?? record?.about.status,
    authors: [...new Set(found.authors ?? record?.about.authors ?? [])],
    changes,
    read,
  };
}

function unknownStatus(cell: string): string {
  const allowed = POSTMORTEM_STATUSES.map(spaced).join(", ");
  return `status ${show(cellText(cell))} is none of a postmortem; allowed: ${allowed}`;
}

/** An id as it is, if that is safe to show. */
function quiet(id: string): string {
  return /^[\w.:-]{1,60}$/.test(id) ? id : show(id);
}

/** The text of a cell that may be a link. */
function linked(cell: string): string {
  return cellText(/^\[(.*)\]\([^()]*\)$/.exec(cell)?.[1] ?? cell);
}

/** `ann, Bob and carol`. A comma or an "and" within a name is written with a reference. */
function namesIn(cell: string): readonly string[] {
  return cell.split(/,|(?<!\s)\s+and\s+|^and\s+/i).flatMap((name) => said(name) ?? []);
}
