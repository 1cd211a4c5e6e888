/**
 * Frames of a log: lines of text that tell whether they are whole.
 *
 *     9ab3c2d1 152 0 PAYLOAD
 *     |        |   how many bytes before this frame the batch begins that it was written with
 *     |        bytes of the payload
 *     CRC-32 of all that follows it on the line, as eight hexadecimal digits
 *
 * All before a batch had been synced when the batch was written. So a frame that is damaged, and followed by one whose
 * batch begins behind it, was safe once: that is no torn write. A payload has no line feed.
 */
import { crc32 } from "node:zlib";

/** A frame that is whole. */
export interface Frame {
  /** Where the batch begins that it was written with. */
  readonly batchAt: number;
  /** Where its payload begins in the bytes that were looked at, and where it ends. */
  readonly start: number;
  readonly end: number;
  /** Whether a line feed ends it. If not, that one byte is damaged, and one knows all the same where the next line begins. */
  readonly isEnded: boolean;
}

/** Payloads are no larger. */
export const LARGEST_PAYLOAD: number = 64 * 1024 * 1024;
/** How many bytes a frame has besides its payload, at most. */
export const MOST_OVERHEAD = 40;

const SPACE = 32;
const LINE_FEED = 10;

/** A frame's line, to be written `back` bytes behind the beginning of its batch. */
export function encodeFrame(payload: Uint8Array, back: number): Buffer {
  const head = `${String(payload.length)} ${String(back)} `;
  const line = Buffer.allocUnsafe(10 + head.length + payload.length);
  line.write(head, 9, "latin1");
  line.set(payload, 9 + head.length);
  line[line.length - 1] = LINE_FEED;
  const sum = crc32(line.subarray(9, line.length - 1));
  line.write(`${sum.toString(16).padStart(8, "0")} `, 0, "latin1");
  return line;
}

/**
 * The frame that begins at `from` in `bytes`, whose first byte is the one at `origin` in the file.
 *
 * "damaged" if what is there is no frame, or not whole; "cut" if it may go on behind the last of `bytes`.
 */
export function readFrame(bytes: Buffer, from: number, origin: number): Frame | "damaged" | "cut" {
  let at = from + 8;
  if (bytes.length <= at) return "cut";
  if (bytes[at] !== SPACE) return "damaged";
  const summed = at + 1;
  const [length, afterLength] = digits(bytes, summed);
  if (length < 0) return afterLength === bytes.length ? "cut" : "damaged";
  const [back, start] = digits(bytes, afterLength);
  if (back < 0) return start === bytes.length ? "cut" : "damaged";
  if (length > LARGEST_PAYLOAD) return "damaged";
  at = start + length;
  if (at >= bytes.length) return "cut";
  if (crc32(bytes.subarray(summed, at)) !== hexadecimal(bytes, from)) return "damaged";
  return { batchAt: origin + from - back, start, end: at, isEnded: bytes[at] === LINE_FEED };
}

/** A whole number with a space behind it, and where it goes on there; -1 if there is none, and how far it was looked at. */
function digits(bytes: Buffer, from: number): readonly [number: number, next: number] {
  let value = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === SPACE) return at === from ? [-1, at] : [value, at + 1];
    if (byte < 48 || byte > 57 || at - from > 12) return [-1, at];
    value = value * 10 + byte - 48;
  }
  return [-1, bytes.length];
}

/** The eight digits at `from`; -1 if they are none. */
function hexadecimal(bytes: Buffer, from: number): number {
  let value = 0;
  for (let at = from; at < from + 8; at += 1) {
    const byte = bytes[at] as number;
    const digit = byte >= 48 && byte <= 57 ? byte - 48 : byte >= 97 && byte <= 102 ? byte - 87 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
