/** A snapshot on its way into a page: by gzip, a ninth of its size, and with no character that means anything to HTML. */
import { gzipped } from "../core/gzip.ts";

import type { DashboardSnapshot } from "./model.ts";

/** Bytes at a time: more arguments than that no engine takes. */
const AT_A_TIME = 0x8000;

/** Its JSON, by gzip as Base64; as Base64 alone where this platform cannot pack. `page/unpack.ts` reads both. */
export async function packed(snapshot: DashboardSnapshot): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(snapshot));
  return base64((await gzipped(bytes)) ?? bytes);
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let place = 0; place < bytes.length; place += AT_A_TIME) {
    binary += String.fromCharCode(...bytes.subarray(place, place + AT_A_TIME));
  }
  return btoa(binary);
}
