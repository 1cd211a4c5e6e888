/** Lines and columns in a YAML text, worked out from its events when somebody asks. */
import type { Path, Place } from "../faults.ts";
import { anchorOf, EVENT, offsetOf, type YamlEvent, type YamlSource } from "./events.ts";
import { offsetInScalar } from "./scalar-places.ts";

/** The place of an offset, for a text whose lines end with LF, CRLF or CR. */
export function placesIn(text: string): (offset: number) => Place {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 13 && text.charCodeAt(index + 1) === 10) index += 1;
    if (code === 13 || code === 10) starts.push(index + 1);
  }
  return starts;
}

/**
 * The offset of the key or the value of `path` in the first document. Where a step is missing, the key of what it is
 * missing from: that is where it has to be added. For an item that is left empty, the offset of its list.
 */
export function offsetOfPath(source: YamlSource, path: Path, part: "key" | "value"): number {
  let found: Entry = { value: 1 };
  let wanted = part;
  let around = 0;
  for (const step of path) {
    around = offsetAt(source, found.value) ?? around;
    const next = childOf(source, behindAlias(source, found.value), step);
    if (next === undefined) {
      wanted = "key";
      break;
    }
    found = next;
  }
  const key = found.key === undefined ? undefined : offsetAt(source, found.key);
  const value = offsetAt(source, found.value);
  return (wanted === "key" ? (key ?? value) : (value ?? key)) ?? around;
}

/** The offset of what is at `offset` of the text value at `path` in the first document; undefined if no text is there. */
export function offsetInPath(source: YamlSource, path: Path, offset: number): number | undefined {
  let found = 1;
  for (const step of path) {
    const next = childOf(source, behindAlias(source, found), step);
    if (next === undefined) return undefined;
    found = next.value;
  }
  const event = source.events[behindAlias(source, found)];
  if (event?.type !== EVENT.scalar || (event.valueStart ?? -1) < 0) return undefined;
  return offsetInScalar(source.text, event, offset);
}

/** Indexes of the events of a value and of its key, which an item of a list has not. */
interface Entry {
  readonly key?: number;
  readonly value: number;
}

function childOf(source: YamlSource, container: number, step: string | number): Entry | undefined {
  const { events } = source;
  const type = events[container]?.type;
  if (type !== EVENT.mapping && type !== EVENT.sequence) return undefined;
  let index = container + 1;
  for (let item = 0; index < events.length && events[index]?.type !== EVENT.pop; item += 1) {
    if (type === EVENT.sequence) {
      if (item === step) return { value: index };
      index = after(events, index);
    } else {
      const [key, value] = [index, after(events, index)];
      const event = events[key];
      if (event?.type === EVENT.scalar && source.decode(event) === step) return { key, value };
      index = after(events, value);
    }
  }
  return undefined;
}

/** The index of the event that follows the whole node at `index`. */
function after(events: readonly YamlEvent[], index: number): number {
  let open = 0;
  let next = index;
  do {
    const type = events[next]?.type;
    if (type === EVENT.mapping || type === EVENT.sequence) open += 1;
    else if (type === EVENT.pop) open -= 1;
    next += 1;
  } while (open > 0 && next < events.length);
  return next;
}

function behindAlias(source: YamlSource, index: number): number {
  const event = source.events[index];
  if (event?.type !== EVENT.alias) return index;
  const name = anchorOf(source, event);
  for (let before = index - 1; before > 0; before -= 1) {
    const candidate = source.events[before];
    if (candidate !== undefined && candidate.type !== EVENT.alias && anchorOf(source, candidate) === name)
      return before;
  }
  return index;
}

function offsetAt(source: YamlSource, index: number): number | undefined {
  const event = source.events[index];
  return event === undefined ? undefined : offsetOf(event);
}
