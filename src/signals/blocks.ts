/** Text of very many samples, made without holding up the event loop. */
import { giveWay } from "../core/give-way.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { MetricValue, SampleRows } from "./metric.ts";

const LINES_PER_BLOCK = 600;
/** A millisecond of work on a slow machine. */
const LINES_PER_TURN = 8_000;

/** Writes an item's lines: all of them, or all but the last, which is had as a value too. */
export interface RowWriter<Item> {
  write(item: Item, writer: ByteWriter, whole: boolean): void;
  last(item: Item): MetricValue;
}

/** The items as rows of so many lines each. */
export function rowsOf<Item>(items: readonly Item[], linesEach: number, writer: RowWriter<Item>): SampleRows {
  return {
    count: items.length,
    linesEach,
    write: (index, to, whole) => {
      writer.write(items[index] as Item, to, whole);
    },
    last: (index) => writer.last(items[index] as Item),
  };
}

/** Values as rows of one line each. */
export function valueRows(values: readonly MetricValue[], lineOf: (value: MetricValue) => string): SampleRows {
  return rowsOf(values, 1, {
    write: (value, writer) => {
      writer.text(lineOf(value));
    },
    last: (value) => value,
  });
}

/** Many lines: the text of all but the last one, and that as a value. */
export interface TextBlock {
  readonly before: string;
  readonly last: MetricValue;
}

/** The rows as text, one block for some hundred lines. */
export async function inBlocks({ count, linesEach, write, last }: SampleRows): Promise<TextBlock[]> {
  const perBlock = Math.max(1, Math.floor(LINES_PER_BLOCK / linesEach));
  const writer = new ByteWriter();
  const blocks: TextBlock[] = [];
  let linesThisTurn = 0;
  for (let start = 0; start < count; start += perBlock) {
    const end = Math.min(start + perBlock, count) - 1;
    for (let index = start; index < end; index += 1) write(index, writer, true);
    write(end, writer, false);
    blocks.push({ before: writer.takeText(), last: last(end) });
    linesThisTurn += perBlock * linesEach;
    if (linesThisTurn < LINES_PER_TURN) continue;
    linesThisTurn = 0;
    await giveWay();
  }
  writer.release();
  return blocks;
}

/** Writes the rows, piece by piece, and gives way before it has taken too long. */
export function writeRows(rows: SampleRows, writer: ByteWriter, pieces: Uint8Array[]): Promise<void> | undefined {
  const { count, linesEach, write } = rows;
  if (count * linesEach > LINES_PER_TURN) return writeManyRows(rows, writer, pieces);
  for (let index = 0; index < count; index += 1) {
    write(index, writer, true);
    writer.cut(pieces);
  }
  return undefined;
}

async function writeManyRows(rows: SampleRows, writer: ByteWriter, pieces: Uint8Array[]): Promise<void> {
  const { count, linesEach, write } = rows;
  let linesThisTurn = 0;
  for (let index = 0; index < count; index += 1) {
    write(index, writer, true);
    linesThisTurn += linesEach;
    if (!writer.cut(pieces) || linesThisTurn < LINES_PER_TURN) continue;
    linesThisTurn = 0;
    await giveWay();
  }
}
