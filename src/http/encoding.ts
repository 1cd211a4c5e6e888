/** Pieces of text as the body that is sent. */
import { gzipped } from "../core/gzip.ts";

/** Less than this is sent as quickly as it is packed. */
const WORTH_PACKING = 1_024;

/** All pieces, one after the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}

/** `body` by gzip; undefined where it is too small to gain, or this platform cannot. */
export async function compressed(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return body.length < WORTH_PACKING ? undefined : gzipped(body);
}
