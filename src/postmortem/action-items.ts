/** What is to be done so that it does not happen again, is noticed sooner, or hurts less. */
import { show } from "../core/errors.ts";

/** What an action item is good for. */
export const ACTION_ITEM_KINDS = ["prevent", "detect", "mitigate"] as const;
/** One of {@link ACTION_ITEM_KINDS}. */
export type ActionKind = (typeof ACTION_ITEM_KINDS)[number];

/** How urgent an action item is, the most urgent first. */
export const ACTION_ITEM_PRIORITIES = ["P0", "P1", "P2", "P3"] as const;
/** One of {@link ACTION_ITEM_PRIORITIES}. */
export type ActionPriority = (typeof ACTION_ITEM_PRIORITIES)[number];

/** Where the work on an action item stands. */
export const ACTION_ITEM_STATUSES = ["open", "done", "dropped"] as const;
/** One of {@link ACTION_ITEM_STATUSES}. */
export type ActionStatus = (typeof ACTION_ITEM_STATUSES)[number];

/** Something to be done. */
export interface ActionItem {
  /** That of the incident's task, such as `T1`, or `A1`, `A2` ... */
  readonly id: string;
  readonly text: string;
  /** As people wrote it, where that is more than plain text. */
  readonly markdown?: string | undefined;
  readonly kind?: ActionKind | undefined;
  readonly priority?: ActionPriority | undefined;
  readonly owner?: string | undefined;
  /** A date, such as `2026-12-01`; kept as it was written if it is none. */
  readonly due?: string | undefined;
  readonly status: ActionStatus;
  /** Whether it stands in the text that people wrote, rather than in the table. */
  readonly isInText?: boolean | undefined;
}

/** An action item as it is handed in; what is left out is not said yet. */
export interface NewActionItem extends Omit<ActionItem, "id" | "status" | "markdown" | "isInText"> {
  readonly id?: string | undefined;
  readonly status?: ActionStatus | undefined;
}

/** What the facts suggest to do. */
export interface SuggestedAction {
  readonly kind: ActionKind;
  readonly text: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What can be put off for ever, or that nobody can tell to be done. */
const VAGUE: readonly RegExp[] = [
  /^(?:please )?(?:be|being) (?:more |extra )?(?:careful|cautious|aware|mindful)\b/,
  /^(?:take|pay|use) (?:more |better |extra )?(?:care|attention|caution)\b/,
  /^(?:investigate|look into|look at|look closer|think about|consider|discuss|explore|revisit|be sure|make sure|remember|try)\b/,
  /^(?:improve|increase|better|more|enhance|strengthen) (?:the )?(?:monitoring|alerting|alerts|testing|tests|communication|reliability|stability|documentation|docs|awareness|performance|logging)$/,
  /^(?:add|write|do|have) (?:more |better |some )?(?:monitoring|alerting|alerts|tests|testing|logging|logs|documentation|docs)$/,
  /^(?:fix|solve|resolve|address) (?:it|this|that|the (?:bug|issue|problem|cause|root cause))$/,
  /^(?:raise|increase|improve) (?:the )?awareness\b/,
  /\b(?:human error|be more careful|pay more attention|to be decided|tbd)\b/,
];

/** What is wrong with an action item, as sentences; none if it is specific, owned and dated. */
export function actionItemFaults(item: Pick<ActionItem, "text" | "owner" | "due" | "kind">): readonly string[] {
  const faults: string[] = [];
  const words = item.text
    .trim()
    .split(/\s+/)
    .filter((word) => /[\p{Letter}\p{Number}]/u.test(word));
  const plainText = words
    .join(" ")
    .toLowerCase()
    .replace(/(?<![.!])[.!]+$/, "");
  if (words.length < 3) {
    faults.push(`${show(item.text)} is too short to be done by somebody else; say what is changed where`);
  } else if (VAGUE.some((pattern) => pattern.test(plainText))) {
    faults.push(`${show(item.text)} has no end that anybody could see; say what will be different once it is done`);
  }
  if (item.owner === undefined || item.owner.trim() === "") faults.push("nobody owns it; name one person or team");
  if (item.due === undefined) faults.push("it has no date; write one such as 2026-12-01");
  else if (!isDate(item.due)) faults.push(`${show(item.due)} is not a date; write one such as 2026-12-01`);
  if (item.kind === undefined) faults.push(`it has no kind; write one of ${ACTION_ITEM_KINDS.join(", ")}`);
  return faults;
}

/** Whether `text` is a day that there is. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}

/** `text` as one of `allowed`, however it is spelled; undefined if it is none of them. */
export function choiceOf<Choice extends string>(text: string, allowed: readonly Choice[]): Choice | undefined {
  const asked = text.trim().toLowerCase();
  return allowed.find((choice) => choice.toLowerCase() === asked);
}

/** Other words for the same. */
const KIND_WORDS: ReadonlyMap<string, ActionKind> = new Map([
  ...["prevents", "prevention", "preventive"].map((word) => [word, "prevent"] as const),
  ...["detects", "detection", "detective"].map((word) => [word, "detect"] as const),
  ...["mitigates", "mitigation", "mitigating"].map((word) => [word, "mitigate"] as const),
]);

/** A kind as people write it; undefined if it is none. */
export function kindOf(text: string): ActionKind | undefined {
  return choiceOf(text, ACTION_ITEM_KINDS) ?? KIND_WORDS.get(text.trim().toLowerCase());
}

/** Words that other trackers have for the same. What is in progress is not the same as what is open. */
const STATUS_WORDS: ReadonlyMap<string, ActionStatus> = new Map([
  ...["", "todo", "to do"].map((word) => [word, "open"] as const),
  ...["closed", "completed", "fixed"].map((word) => [word, "done"] as const),
  ...["won't do", "cancelled"].map((word) => [word, "dropped"] as const),
]);

/** A status as people write it; undefined if nobody can tell. */
export function actionStatusOf(text: string): ActionStatus | undefined {
  const word = text.trim().toLowerCase();
  return choiceOf(word, ACTION_ITEM_STATUSES) ?? STATUS_WORDS.get(word);
}

/** An action item that may have no id yet. */
export type UnnumberedItem = Omit<ActionItem, "id" | "status"> & Pick<NewActionItem, "id" | "status">;

/** `items` with the ids that those without one get: `A1`, `A2` ... */
export function numbered(items: readonly UnnumberedItem[]): readonly ActionItem[] {
  const taken = new Set(items.map(({ id }) => id ?? ""));
  let next = 1;
  return items.map((item) => {
    let { id = "" } = item;
    if (id === "") {
      while (taken.has(`A${String(next)}`)) next += 1;
      id = `A${String(next)}`;
      taken.add(id);
    }
    return { ...item, id, status: item.status ?? "open" };
  });
}
