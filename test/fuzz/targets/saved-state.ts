/** What is read back from a store after a disk, a hand or another version has been at it: refused with its place, or whole. */
import type { Random } from "../../../src/core/random.ts";
import { brokenText } from "../../support/broken-text.ts";
import { drawn } from "../support/drawn.ts";
import { bytesOf, mutatedText, type Words } from "../support/mutated.ts";
import { AT } from "../support/saved.ts";
import type { FuzzTarget } from "../types.ts";
import { HISTORY, INCIDENTS, JOURNAL, type Kept, LOG, READERS, RUNS, STATE } from "../support/saved-readers.ts";

const WORDS: Words = {
  names: [
    ...[
      "version",
      "elapsed",
      "gaps",
      "slos",
      "history",
      "tiers",
      "counts",
      "slices",
      "since",
      "good",
      "total",
      "last",
      "stepMs",
    ],
    ...[
      "exclusions",
      "burning",
      "exhausted",
      "services",
      "pending",
      "override",
      "writer",
      "open",
      "details",
      "records",
      "states",
    ],
    ...[
      "type",
      "by",
      "at",
      "recordedAt",
      "alerts",
      "data",
      "steps",
      "step",
      "attempt",
      "planned",
      "message",
      "id",
      "end",
      "count",
    ],
  ],
  values: [
    ...[
      -1,
      1,
      2,
      AT,
      -AT,
      1e13,
      1e13 + 1,
      8.64e15,
      2 ** 53 - 1,
      172_800_000,
      0.1,
      "firing",
      "resolved",
      "running",
      "succeeded",
    ],
    ...[
      "step_started",
      "ended",
      "told",
      "linked",
      "task_changed",
      "merged",
      "shop/availability",
      { $: "NaN" },
      { a: { b: [] } },
    ],
  ],
};

function anyKept(random: Random): Kept {
  const what = random.pick(Object.keys(READERS) as (keyof typeof READERS)[]);
  const changed = (sample: string): string => (random.next() < 0.1 ? sample : mutatedText(sample, random, WORDS));
  if (what === "events of an incident" || what === "events of a run") {
    const { events: lists, summaries } = what === "events of a run" ? RUNS : INCIDENTS;
    const index = random.integer(0, lists.length - 1);
    return {
      what,
      text: bytesOf(random.next() < 0.7 ? (summaries[index] ?? "") : changed(summaries[index] ?? ""), random),
      events: anyEvents(lists[index] ?? [], random),
    };
  }
  if (what === "log of incidents" || what === "log kept aside") return { what, text: anyLog(random), events: [] };
  const sample = {
    "state of a service": STATE,
    "counts of SLIs": signalsOf(STATE),
    "chaos journal": JOURNAL,
    "maturity history": HISTORY,
    "file of a document": STATE,
  }[what];
  return { what, text: bytesOf(changed(sample), random), events: [] };
}

function signalsOf(state: string): string {
  return (JSON.parse(state) as { readonly signals: string }).signals;
}

function anyEvents(list: readonly string[], random: Random): readonly string[] {
  let texts = list;
  for (let left = random.integer(0, 2); left > 0; left -= 1) {
    const at = random.integer(0, Math.max(0, texts.length - 1));
    const kind = random.next();
    if (texts.length === 0 || kind < 0.1) texts = texts.toSpliced(at, 1);
    else if (kind < 0.2) texts = [...texts, random.pick(texts)];
    else if (kind < 0.3) texts = [...texts].reverse();
    else texts = texts.with(at, mutatedText(texts[at] ?? "{}", random, WORDS));
  }
  return texts;
}

/** The log with bytes changed, cut, doubled, moved; or with a header of another kind. */
function anyLog(random: Random): string {
  const text = LOG.bytes.toString("latin1");
  const kind = random.next();
  if (kind < 0.1) return text;
  if (kind < 0.3) return text.slice(0, random.integer(0, text.length));
  if (kind < 0.4) return brokenText(text, random);
  if (kind < 0.5) {
    const lines = text.split("\n");
    const at = random.integer(0, lines.length - 1);
    return random
      .pick([lines.toSpliced(at, 1), lines.toSpliced(at, 0, lines[at] ?? ""), [...lines].reverse()])
      .join("\n");
  }
  if (kind < 0.6)
    return (
      random
        .pick(["nines-incidents 2 7", "nines-incidents 1 999999999999999", "nines-incidents 1 x", "", "\n"])
        .padEnd(39) + text.slice(39)
    );
  const bytes = Buffer.from(LOG.bytes);
  for (let left = random.integer(1, 4); left > 0; left -= 1)
    bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  return bytes.toString("latin1");
}

export const target: FuzzTarget<Kept> = {
  name: "saved-state",
  description: "documents, journals and logs that are read back from stores",
  inputs: drawn(anyKept),
  run: (kept) => READERS[kept.what](kept),
};
