/** Which status a postmortem may come to from which, wherever somebody says so. */
import { type PostmortemChange, type PostmortemStatus } from "./model.ts";
import { spaced } from "./texts.ts";

/** Where each status leads. */
export const POSTMORTEM_EDGES: Readonly<Record<PostmortemStatus, readonly PostmortemStatus[]>> = {
  draft: ["in_review"],
  in_review: ["reviewed", "draft"],
  reviewed: ["closed", "in_review", "draft"],
  closed: ["in_review", "draft"],
};

/** What is wrong with going from `from` to `to`; undefined if that is possible, or nothing changes. */
export function edgeFault(from: PostmortemStatus, to: PostmortemStatus): string | undefined {
  if (from === to || POSTMORTEM_EDGES[from].includes(to)) return undefined;
  const possible = POSTMORTEM_EDGES[from].map(spaced).join(", ");
  return `status "${spaced(to)}" is not possible while ${spaced(from)}; possible: ${possible}`;
}

/** What is wrong with a history of changes, and the place of the change; undefined if each goes on where the one before ended. */
export function historyFault(
  changes: readonly PostmortemChange[],
): { readonly index: number; readonly message: string } | undefined {
  let status: PostmortemStatus = "draft";
  let last = -Infinity;
  for (const [index, { from, to, at }] of changes.entries()) {
    const message =
      from !== status
        ? `change ${String(index + 1)} begins at "${spaced(from)}", and it was "${spaced(status)}" then`
        : (edgeFault(from, to) ??
          (from === to ? `change ${String(index + 1)} changes nothing` : undefined) ??
          (at < last ? `change ${String(index + 1)} is earlier than the one before it` : undefined));
    if (message !== undefined) return { index, message };
    [status, last] = [to, at];
  }
  return undefined;
}
