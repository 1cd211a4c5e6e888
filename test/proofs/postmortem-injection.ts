import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { type DefaultTreeAdapterMap, parse, parseFragment } from "parse5";

import { type Random, seededRandom } from "../../src/core/random.ts";
import { visible } from "../../src/core/escape.ts";
import type { RecordedEvent } from "../../src/incident/events.ts";
import { fold } from "../../src/incident/transition.ts";
import { draftPostmortem } from "../../src/postmortem/draft.ts";
import { markdownHtml } from "../../src/postmortem/templates/markdown-html.ts";
import type { Postmortem } from "../../src/postmortem/model.ts";
import { postmortemCharts } from "../../src/postmortem/picture/pictures.ts";
import { readPostmortem } from "../../src/postmortem/read/read.ts";
import { renderPostmortem } from "../../src/postmortem/render.ts";
import type { PostmortemSources } from "../../src/postmortem/sources.ts";
import { history, RUN, standing } from "../postmortem/samples.ts";
import { hostileProse } from "./support/hostile-prose.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever texts an incident has: its postmortem has the same elements in Markdown, HTML and SVG, and the texts as they were.";

interface Size {
  readonly texts: number;
}

export const quick: Size = { texts: 1_000 };
export const full: Size = { texts: 100_000 };

type Node = DefaultTreeAdapterMap["node"];

const AT = Date.UTC(2026, 10, 22, 10);
/** Tags that people's own Markdown may become. */
const TAGS = /^(?:p|h[3-6]|hr|br|blockquote|pre|code|ul|ol|li|table|thead|tbody|tr|th|td|em|strong|del|a)$/;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const found = { documents: 0, texts: 0, elements: 0, links: 0, entries: 0, written: 0 };
  const harmless = shapesOf(documentsOf(sample((index) => `text ${String(index)}`).sources));
  for (const [name, { elements }] of Object.entries(harmless)) {
    if (elements.length < 10)
      throw new Error(`the ${name} has ${String(elements.length)} elements: nothing was compared`);
  }
  while (found.texts < size.texts) {
    const texts: string[] = [];
    const { sources, shown } = sample((index) => (texts[index] ??= hostileProse(random)));
    const where = `document ${String(found.documents)} of seed ${seed}`;
    const postmortem = documentsOf(sources);
    for (const [name, { elements, text }] of Object.entries(shapesOf(postmortem))) {
      const expected = harmless[name as keyof typeof harmless].elements;
      const at = elements.findIndex((element, index) => element !== expected[index]);
      if (elements.length !== expected.length || at !== -1) {
        const place = `element ${String(at)} of the ${name} is ${elements[at] ?? "missing"}, not ${expected[at] ?? "nothing"}`;
        throw new Error(`${where}: ${place}; texts: ${JSON.stringify(texts)}`);
      }
      if (name === "picture") continue;
      for (const value of shown) {
        if (text.includes(visible(value))) continue;
        throw new Error(
          `${where}: the ${name} does not have text ${String(shown.indexOf(value))} as it was: ${JSON.stringify(value)}`,
        );
      }
      found.elements += elements.length;
      found.links += elements.filter((element) => element.startsWith("a[href=https:")).length;
    }
    const read = readPostmortem(postmortem.markdown, { incident: "INC-0001" });
    if (read.edited.length > 0) throw new Error(`${where}: a text was taken for an edit`);
    if (JSON.stringify(read.entries) !== JSON.stringify(postmortem.entries))
      throw new Error(`${where}: an entry is not read back as it was: ${JSON.stringify(texts)}`);
    found.entries += read.entries.length;
    found.written += writtenByPeople(random, where);
    found.documents += 1;
    found.texts += shown.length;
    if (found.documents % 500 === 0) log(`${String(found.texts)} texts in ${String(found.documents)} documents`);
  }
  return found;
}

/** People's own Markdown comes out as a few tags, none of which fetches or runs anything. */
function writtenByPeople(random: Random, where: string): number {
  const text = Array.from({ length: 12 }, () => hostileProse(random)).join(random.pick(["\n", " ", "\n\n", ""]));
  for (const element of shapeOf(parseFragment(markdownHtml(text))).elements) {
    const [tag = "", attributes = ""] = element.split("[");
    const isPlain =
      TAGS.test(tag) &&
      (attributes === "]" ||
        (tag === "a" && /^href=(?:(?:https?|mailto):|(?!\/)[\w@%./-]+\.\w+(?:#[\w-]+)?),rel\]$/.test(attributes)));
    if (!isPlain) throw new Error(`${where}: people's text became ${element}: ${JSON.stringify(text)}`);
  }
  return 1;
}

export interface Documents {
  readonly markdown: string;
  readonly html: string;
  readonly picture: string;
  /** As they are kept. */
  readonly entries: Postmortem["entries"];
}

export function documentsOf(sources: PostmortemSources): Documents {
  const postmortem: Postmortem = draftPostmortem(sources);
  return {
    markdown: renderPostmortem(postmortem, "markdown", { pictures: ["INC-0001.svg"] }),
    html: renderPostmortem(postmortem, "html"),
    picture: postmortemCharts(postmortem).join("\n"),
    entries: postmortem.entries,
  };
}

interface Shape {
  readonly elements: readonly string[];
  readonly text: string;
}

function shapesOf({ markdown, html, picture }: Documents): Record<"markdown" | "page" | "picture", Shape> {
  // Tags in the Markdown are let through, so that those which should not be there are seen.
  const shown = micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  return {
    markdown: shapeOf(parseFragment(shown)),
    page: shapeOf(parse(html)),
    picture: shapeOf(parseFragment(picture)),
  };
}

/** Elements with the names of their attributes, and where links lead; comments; all text. */
function shapeOf(root: Node): Shape {
  const elements: string[] = [];
  let text = "";
  const walk = (node: Node): void => {
    if (node.nodeName === "#text" && "value" in node) text += node.value;
    // The marks of parts have sums of what is in them.
    // Records are in comments: that they say what was handed in is looked at by themselves.
    if (node.nodeName === "#comment" && "data" in node)
      elements.push(
        `comment ${node.data.replace(/ (?:sum|lines)=[0-9a-f,]+/g, "").replace(/^( nines:(?:about|entry)) \{.*\} $/, "$1")}`,
      );
    if ("tagName" in node) elements.push(`${node.tagName}[${node.attrs.map(attributeText).sort().join(",")}]`);
    if ("childNodes" in node) node.childNodes.forEach(walk);
  };
  walk(root);
  return { elements, text };
}

function attributeText({ name, value }: { readonly name: string; readonly value: string }): string {
  if (name !== "href" && name !== "src") return name;
  return `${name}=${URL.canParse(value) ? new URL(value).protocol : value}`;
}

/** An incident with a text at each place that takes one; `shown` are those that stand in the documents whole. */
export function sample(text: (index: number) => string): {
  readonly sources: PostmortemSources;
  readonly shown: readonly string[];
} {
  const shown: string[] = [];
  let next = 0;
  const say = (most: number = 150, before: string = ""): string => {
    const value = `${before}${text(next)}`.slice(0, most);
    next += 1;
    shown.push(value);
    return value;
  };
  const asked = (): string =>
    `https://evil.example/graph?g0.expr=${encodeURIComponent(`up{${text(0).replace(/\p{Surrogate}/gu, "")}}`)}#"'<>)](${text(1)}`;
  const at = (seconds: number): number => AT + seconds * 1_000;
  const by = say(90);
  const event = (seconds: number, occurrence: object): RecordedEvent =>
    ({ by, ...occurrence, at: at(seconds), recordedAt: at(seconds) }) as RecordedEvent;
  const alert = {
    fingerprint: "f",
    startsAt: at(0),
    status: "firing",
    labels: { alertname: say(), pod: say() },
    annotations: { description: say(), summary: say() },
    url: asked(),
  };
  const events = [
    event(1, {
      type: "created",
      title: say(),
      severity: "SEV2",
      services: [say()],
      slos: [],
      startedAt: at(0),
      detectedAt: at(1),
      description: "d",
    }),
    event(2, { type: "alerts_received", alerts: [alert] }),
    event(3, { type: "role_assumed", role: "commander", person: say() }),
    event(4, {
      type: "notification_requested",
      key: "k",
      channel: say(),
      kind: "opened",
      message: say(),
      recipient: say(),
    }),
    event(5, { type: "notification_attempted", key: "k", until: at(60) }),
    event(6, { type: "notification_delivered", key: "k" }),
    event(7, { type: "noted", kind: "deploy", message: say() }),
    event(8, { type: "escalated", message: say() }),
    event(9, { type: "acknowledged", by: say(90), message: say() }),
    event(10, { type: "updated", message: say(), audience: "public" }),
    event(11, { type: "task_added", text: say(), assignee: say() }),
    event(12, { type: "root_cause_set", rootCause: say() }),
    event(13, { type: "resolved", message: say() }),
  ];
  const incident = { id: "INC-0001", ...(fold(events) as NonNullable<ReturnType<typeof fold>>) };
  const [first, second, third] = RUN.steps;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("the sample has lost its steps");
  const output = say();
  const steps = [
    {
      ...first,
      name: say(),
      attempts: first.attempts.map((attempt) => ({
        ...attempt,
        stdout: { text: `${output}.`, bytes: 1, isCut: false },
      })),
    },
    { ...second, reason: say() },
    { ...third, command: ["echo", text(2)] },
  ];
  return {
    shown,
    sources: {
      incident,
      events,
      at: at(20),
      runs: [{ ...RUN, startedAt: at(5), endedAt: at(11), title: say(), by: say(), steps, reason: say() }],
      before: [standing(AT, 10)],
      after: [standing(at(20), 20)],
      history: [history()],
      entries: [
        { at: at(14), source: text(4).slice(0, 50), text: say(), by: say(90), url: asked() },
        { at: at(15), source: "x", text: say(), url: `javascript:${text(3)}` },
      ],
      facts: { usersAffected: say(), revenue: say(), detectedBy: say() },
      authors: ["ann"],
      actionItems: [{ text: say(150, "Do "), owner: say(), due: say(), kind: "prevent" }],
    },
  };
}
