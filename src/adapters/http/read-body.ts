/** Answers of servers, as far as anyone wants to read them. */
import type { HttpReply } from "../../ports/http-fetch.ts";

/**
 * The body as text; undefined if it is longer than `most` bytes, and then the rest is not read. Rejects if it is to be
 * exact and is not UTF-8.
 */
export async function readBody(reply: HttpReply, most: number, isExact: boolean = false): Promise<string | undefined> {
  const reader = reply.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder("utf-8", { fatal: isExact });
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return text + decoder.decode();
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      return undefined;
    }
    try {
      text += decoder.decode(value, { stream: true });
    } catch (error) {
      await reader.cancel();
      throw error;
    }
  }
}
