/** Answers of servers, as far as anyone wants to read them. */
import { atOnce } from "../../core/thenable.ts";
import type { HttpReply } from "../../ports/http-fetch.ts";

/**
 * The body as text; undefined if it is longer than `most` bytes, and then the rest is not read. Rejects if it is to be
 * exact and is not UTF-8.
 */
export async function readBody(reply: HttpReply, most: number, isExact: boolean = false): Promise<string | undefined> {
  const reader = atOnce(reply.body?.getReader());
  if (reader === undefined) return "";
  const decoder = new TextDecoder("utf-8", { fatal: isExact });
  let text = "";
  let size = 0;
  for (;;) {
    const piece: unknown = await reader.read();
    const { done, value } = piece as Readonly<Record<"done" | "value", unknown>>;
    if (done === true || value === undefined) return text + decoder.decode();
    if (!isBytes(value)) throw new TypeError("a piece of the body is no bytes");
    // Empty pieces without end are an endless body, too.
    size += Math.max(1, value.byteLength);
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

/** Those of another realm are bytes as well. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value);
}
