/** Reads the snapshot that a page carries. */
import type { DashboardSnapshot } from "../model.ts";

/** What begins so is packed by gzip. */
const GZIP = [0x1f, 0x8b];

/** The snapshot of its JSON by gzip, or as it is, as Base64. */
export async function unpacked(text: string): Promise<DashboardSnapshot> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const isPacked = GZIP.every((byte, place) => bytes[place] === byte);
  if (isPacked && typeof DecompressionStream === "undefined") {
    throw new Error("its figures are packed, and this browser cannot unpack them; a newer one can");
  }
  const plain = new Blob([bytes]).stream();
  const stream = isPacked ? plain.pipeThrough(new DecompressionStream("gzip")) : plain;
  return (await new Response(stream).json()) as DashboardSnapshot;
}
