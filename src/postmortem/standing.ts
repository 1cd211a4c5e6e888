/** What of the machine's drafts and suggestions still stands beside what people wrote. */
import type { Postmortem, PostmortemSuggestions } from "./model.ts";
import { PART_NAMES, type PartName, piecesOf } from "./parts.ts";
import { isWritten, type SectionName } from "./sections.ts";

const DRAFT_PARTS: Readonly<Partial<Record<SectionName, PartName>>> = {
  summary: "summary",
  rootCause: "root-cause",
  trigger: "trigger",
  resolution: "resolution",
};
const SUGGESTION_PARTS: Readonly<Record<keyof PostmortemSuggestions, PartName>> = {
  wentWell: "went-well",
  wentWrong: "went-wrong",
  lucky: "lucky",
  actions: "suggested-actions",
};

/** The drafts of sections in which nobody has written, and which nobody has taken out of the file. */
export function standingDrafts({ drafts, sections, frame }: Postmortem): Postmortem["drafts"] {
  const left = partsLeft(frame);
  const names = Object.keys(drafts) as SectionName[];
  return Object.fromEntries(
    names
      .filter((name) => left.has(DRAFT_PARTS[name] ?? "appendix") && !isWritten(sections[name]))
      .map((name) => [name, drafts[name]]),
  );
}

/** Suggestions that nobody has taken out or made his own; none once it is reviewed: what nobody kept was not true. */
export function standingSuggestions({ suggestions, status, frame }: Postmortem): PostmortemSuggestions {
  const isReviewed = status === "reviewed" || status === "closed";
  const left = isReviewed ? new Set<PartName>() : partsLeft(frame);
  const names = Object.keys(SUGGESTION_PARTS) as (keyof PostmortemSuggestions)[];
  return {
    ...suggestions,
    ...Object.fromEntries(names.filter((name) => !left.has(SUGGESTION_PARTS[name])).map((name) => [name, []])),
  };
}

/** Parts that people have not taken out of the file, or made their own. */
function partsLeft(frame: string | undefined): ReadonlySet<PartName> {
  if (frame === undefined) return new Set(PART_NAMES);
  return new Set(piecesOf(frame).flatMap((piece) => (piece.kind === "part" ? [piece.name] : [])));
}

/** What the machine writes above its drafts and suggestions: no words of people's. */
export const DRAFT_LABELS = {
  draft: "Drafted from the facts",
  told: "As the incident has it",
  suggestions: "Suggested by the facts; keep what is true",
  actions: "Suggested by the facts; take into the table what is to be done",
} as const;

const LABEL = new RegExp(`^[_*](?:${Object.values(DRAFT_LABELS).join("|")}):[_*]\\s*$`);

/** Whether a line of the Markdown is one of {@link DRAFT_LABELS}. */
export function isLabel(line: string): boolean {
  return LABEL.test(line);
}
