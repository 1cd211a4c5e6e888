/** Text as the bytes that are sent. */
import { giveWay } from "../core/give-way.ts";

const PIECES_PER_TURN = 10;
/** Less than this is sent as quickly as it is packed. */
const WORTH_PACKING = 1_024;

/** All pieces in UTF-8, one after the other; the event loop has its turn in between. */
export async function encoded(pieces: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const [index, piece] of pieces.entries()) {
    parts.push(encoder.encode(piece));
    if (index % PIECES_PER_TURN === PIECES_PER_TURN - 1) await giveWay();
  }
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** `body` by gzip; undefined where it is too small to gain, or this platform cannot. */
export async function compressed(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (body.length < WORTH_PACKING || typeof CompressionStream === "undefined") return undefined;
  const packed = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
