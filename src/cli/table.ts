/** Columns of text. */
import type { Colour, Paint } from "./paint.ts";

/** One field. Names and figures have no letters that are wider than others. */
export interface Cell {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

/** How a column is written. */
export interface Column {
  readonly title: string;
  /** Figures stand at the right. */
  readonly align?: "right";
}

const GAP = "  ";

/**
 * The lines of a table with its head: one for each row, in their order, each behind `indent`. Whoever has more to say of a row puts
 * that between.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { paint, indent = "" }: { readonly paint: Paint; readonly indent?: string },
): { readonly head: string; readonly lines: readonly string[] } {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const lineOf = (cells: readonly Cell[]): string => {
    const written = columns.map(({ align }, index) => {
      const { text = "", colour } = cells[index] ?? {};
      const gap = " ".repeat(Math.max(0, (widths[index] ?? 0) - text.length));
      const isLast = index === columns.length - 1;
      if (align === "right") return `${gap}${paint(colour, text)}`;
      return `${paint(colour, text)}${isLast ? "" : gap}`;
    });
    return `${indent}${written.join(GAP)}`.trimEnd();
  };
  return { head: lineOf(columns.map(({ title }) => ({ text: title, colour: "dim" }))), lines: rows.map(lineOf) };
}
