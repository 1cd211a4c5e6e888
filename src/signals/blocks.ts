/** Text of very many samples, made without holding up the event loop. */
import { giveWay } from "../core/give-way.ts";
import type { MetricValue, TextBlock } from "./metric.ts";

/** Up to here a registry puts the text together as it is sent, which takes it a few milliseconds at most. */
const FEW_LINES = 20_000;
const LINES_PER_BLOCK = 1_000;
/** A millisecond or two of work on a slow machine. */
const LINES_PER_TURN = 5_000;

/** Writes an item's lines: those `before` its last one, the `last` one as a value, or the `whole`. */
export interface BlockWriter<Item> {
  before(item: Item): string;
  last(item: Item): MetricValue;
  whole(item: Item): string;
}

/** The items as text: whole if it is short, else one block for each thousand lines or so. */
export async function inBlocks<Item>(
  items: readonly Item[],
  linesPerItem: number,
  writer: BlockWriter<Item>,
): Promise<TextBlock[]> {
  if (items.length === 0) return [];
  if (items.length * linesPerItem <= FEW_LINES) return [blockOf(items, 0, items.length, writer)];
  const perBlock = Math.max(1, Math.floor(LINES_PER_BLOCK / linesPerItem));
  const blocks: TextBlock[] = [];
  let linesThisTurn = 0;
  for (let start = 0; start < items.length; start += perBlock) {
    const block = blockOf(items, start, Math.min(start + perBlock, items.length), writer);
    // Text that was only added to is put together where it is read first. Here it is done block by block.
    block.before.charCodeAt(0);
    blocks.push(block);
    linesThisTurn += perBlock * linesPerItem;
    if (linesThisTurn < LINES_PER_TURN) continue;
    linesThisTurn = 0;
    await giveWay();
  }
  return blocks;
}

function blockOf<Item>(items: readonly Item[], start: number, end: number, writer: BlockWriter<Item>): TextBlock {
  let before = "";
  for (let index = start; index < end - 1; index += 1) before += writer.whole(items[index] as Item);
  const item = items[end - 1] as Item;
  return { before: before + writer.before(item), last: writer.last(item) };
}
