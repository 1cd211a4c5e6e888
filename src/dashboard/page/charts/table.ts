/** The values of a chart as a table: there for screen readers at any time, in sight on demand. */
import { element, mark, tell } from "./element.ts";
import type { Table } from "./summary.ts";

export interface TableView {
  /** Shows the table to everybody, and hides it again. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  update(table: Table): void;
}

let count = 0;

export function tableView(): TableView {
  count += 1;
  const id = `chart-table-${count}`;
  const caption = element("caption");
  const head = element("tr");
  const body = element("tbody");
  const place = element(
    "div",
    { id, class: "chart-table" },
    element("table", {}, caption, element("thead", {}, head), body),
  );
  const button = element(
    "button",
    { type: "button", class: "chart-button chart-quiet", "aria-controls": id },
    "Show as table",
  );
  const show = (isOpen: boolean): void => {
    button.setAttribute("aria-pressed", String(isOpen));
    place.classList.toggle("is-open", isOpen);
    // What scrolls must be reached by keys; what nobody sees must not.
    if (isOpen) {
      place.setAttribute("tabindex", "0");
      place.setAttribute("role", "region");
      place.setAttribute("aria-label", caption.textContent);
    } else for (const name of ["tabindex", "role", "aria-label"]) place.removeAttribute(name);
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  show(false);

  return {
    button,
    element: place,
    update(table) {
      tell(caption, table.caption);
      if (place.hasAttribute("role")) mark(place, "aria-label", table.caption);
      fill(head, table.columns, (column) => element("th", { scope: "col" }, column));
      // Whoever reads in it stays where they are: cells are told anew, not made anew.
      while (body.rows.length > table.rows.length) body.deleteRow(-1);
      for (const [index, row] of table.rows.entries()) {
        const line = body.rows[index] ?? body.insertRow();
        fill(line, row, (text, column) =>
          column === 0 ? element("th", { scope: "row" }, text) : element("td", {}, text),
        );
      }
    },
  };
}

function fill(
  row: HTMLTableRowElement,
  texts: readonly string[],
  make: (text: string, column: number) => HTMLElement,
): void {
  while (row.cells.length > texts.length) row.deleteCell(-1);
  for (const [column, text] of texts.entries()) {
    const cell = row.cells[column];
    if (cell === undefined) row.append(make(text, column));
    else tell(cell, text);
  }
}
