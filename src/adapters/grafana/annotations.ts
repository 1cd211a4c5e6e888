/** What is drawn of an incident already. */
import type { HttpCaller } from "../http/caller.ts";
import { inPath } from "../http/settings.ts";

/** One annotation. */
export interface Annotation {
  readonly id: number;
  /** In epoch milliseconds. */
  readonly time: number;
  /** In epoch milliseconds; 0 or `time` for a mark, depending on Grafana's version. */
  readonly timeEnd: number;
  readonly text: string;
  /** Whether it is, or is to become, the region of an incident. */
  readonly isRegion: boolean;
}

const MOST = 200;
const MOST_BYTES = 2_097_152;

/** Those that have the tag `id`. */
export async function listAnnotations(
  caller: HttpCaller,
  id: string,
  signal: AbortSignal | undefined,
): Promise<readonly Annotation[]> {
  const operation = "list annotations";
  const path = `?type=annotation&limit=${String(MOST)}&tags=${inPath(id)}`;
  const listed = await caller.json({ operation, method: "GET", path, maxBytes: MOST_BYTES, signal });
  if (!Array.isArray(listed)) throw caller.failure(operation, "it was answered with no list", true);
  return listed.flatMap(annotationOf);
}

/** The latest region that has not ended. */
export function openRegion(drawn: readonly Annotation[]): Annotation | undefined {
  return drawn
    .filter(({ isRegion, time, timeEnd }) => isRegion && timeEnd <= time)
    .reduce<Annotation | undefined>(
      (latest, one) => (latest === undefined || one.time > latest.time ? one : latest),
      undefined,
    );
}

function annotationOf(item: unknown): readonly Annotation[] {
  if (typeof item !== "object" || item === null) return [];
  const { id, time, timeEnd, text, tags } = item as Record<string, unknown>;
  if (typeof id !== "number" || typeof time !== "number") return [];
  return [
    {
      id,
      time,
      timeEnd: typeof timeEnd === "number" ? timeEnd : 0,
      text: typeof text === "string" ? text : "",
      isRegion: Array.isArray(tags) && tags.includes("incident"),
    },
  ];
}
