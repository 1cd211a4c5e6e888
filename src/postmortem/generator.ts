/** Postmortems of incidents: gathered, continued where people have written, rendered. */
import { zoneProblem } from "../core/time/calendar.ts";
import { type Clock, systemClock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { publicReason } from "../core/public-reason.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { RecordedEvent } from "../incident/events.ts";
import { type Incident, SEVERITIES } from "../incident/model.ts";
import type { CallOptions } from "../ports/store.ts";
import type { RunbookRun } from "../runbook/run.ts";

import type { NewActionItem } from "./action-items.ts";
import { continued } from "./continue.ts";
import { draftPostmortem, DUE_WITHIN } from "./draft.ts";
import { checkGiven } from "./given.ts";
import type { Postmortem, TimelineEntry } from "./model.ts";
import { parsePostmortem } from "./read/parse.ts";
import { postmortemCharts } from "./picture/pictures.ts";
import { readPostmortem, type WrittenPostmortem } from "./read/read.ts";
import { markdownPart, type PostmortemFormat, renderPostmortem } from "./render.ts";
import type { SectionName } from "./sections.ts";
import {
  type DueWithin,
  lookedAt,
  type PostmortemFacts,
  type PostmortemLinks,
  type PostmortemSources,
  type SloHistory,
  type StandingLike,
} from "./sources.ts";
import { checkTemplates, type PostmortemTemplates } from "./templates/templates.ts";

/** Where incidents are: an {@link IncidentManager}. */
export interface PostmortemIncidents {
  /** One incident as it is now. */
  get(id: string, options?: CallOptions): Promise<Incident>;
  /** Everything that happened to it, in the order in which it was recorded. */
  timeline(id: string, options?: CallOptions): Promise<readonly RecordedEvent[]>;
}

/** Where runs of runbooks are: a `RunbookExecutor`. */
export interface PostmortemRuns {
  /** All runs for an incident, the oldest first. */
  runsOf(incidentId: string, options?: CallOptions): Promise<readonly RunbookRun[]>;
}

/** What is asked for the history of an SLO through an incident. */
export interface HistoryQuestion extends CallOptions {
  readonly incident: Incident;
  /** From a little before its beginning to a little after its end. */
  readonly range: TimeRange;
}

/** What a {@link PostmortemGenerator} works with. */
export interface PostmortemGeneratorOptions {
  readonly incidents: PostmortemIncidents;
  readonly runs?: PostmortemRuns | undefined;
  /** How the budgets stand now: `async () => (await reliability.status()).services.flatMap(({ slos }) => slos)`. */
  readonly standing?:
    ((options: CallOptions) => readonly StandingLike[] | Promise<readonly StandingLike[]>) | undefined;
  /** What was counted through the incident. */
  readonly history?:
    ((question: HistoryQuestion) => readonly SloHistory[] | Promise<readonly SloHistory[]>) | undefined;
  readonly templates?: PostmortemTemplates | undefined;
  /** Days from the resolution to the review by severity; 3, 5, 10 and none for SEV1 to SEV4 unless told. */
  readonly dueWithin?: Partial<DueWithin> | undefined;
  readonly links?: PostmortemLinks | undefined;
  /** IANA name of the zone of the times; UTC unless told. */
  readonly zone?: string | undefined;
  /** Takes secrets out of each text before anything else sees it. */
  readonly redact?: ((text: string) => string) | undefined;
  readonly clock?: Clock | undefined;
}

/** What one postmortem is given. */
export interface GeneratePostmortemOptions extends CallOptions {
  readonly title?: string | undefined;
  readonly authors?: readonly string[] | undefined;
  readonly facts?: PostmortemFacts | undefined;
  /** How the budgets stood before the incident. */
  readonly before?: readonly StandingLike[] | undefined;
  /** How they stand after it; asked for unless told. */
  readonly after?: readonly StandingLike[] | undefined;
  /** Other things that happened, such as deployments; those of `previous` are kept. */
  readonly entries?: readonly TimelineEntry[] | undefined;
  /** Markdown for sections in which nothing is written yet. */
  readonly sections?: Readonly<Partial<Record<SectionName, string>>> | undefined;
  readonly actionItems?: readonly NewActionItem[] | undefined;
  /** The Markdown file as people left it, or the postmortem of before: what they wrote stays. */
  readonly previous?: string | Postmortem | undefined;
}

/** Files by their names. */
export type PostmortemFiles = Readonly<Record<string, string>>;

const OPTIONS = [
  ...["incidents", "runs", "standing", "history", "templates", "dueWithin", "links", "zone", "redact", "clock"],
];
const GENERATE = [
  ...["title", "authors", "facts", "before", "after", "entries", "sections", "actionItems", "previous", "signal"],
];

/**
 * Writes postmortems from what is recorded, and goes on with those that people have edited: what the machine knows is
 * brought up to date, and what they wrote stays letter by letter.
 *
 * @example
 * ```ts
 * import { IncidentManager, missingSections, PostmortemGenerator } from "nines";
 *
 * const incidents = new IncidentManager();
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", services: ["checkout"], by: "ann" });
 * await incidents.acknowledge(id, { by: "bob" });
 * await incidents.resolve(id, { message: "rolled back", by: "bob" });
 *
 * const generator = new PostmortemGenerator({ incidents });
 * const first = await generator.generate(id, { authors: ["bob"] });
 * const file = generator.render(first, "markdown");
 * const edited = file.replace("## Trigger\n", "## Trigger\n\nA release that read the whole cart into memory.\n");
 *
 * const second = await generator.generate(id, { previous: edited });
 * if (generator.render(second, "markdown") !== edited) throw new Error("an edit was lost");
 * if (missingSections(second).some((text) => text.startsWith("Trigger"))) throw new Error("it is written");
 * ```
 */
export class PostmortemGenerator {
  readonly #options: PostmortemGeneratorOptions;
  readonly #dueWithin: DueWithin;
  readonly #clock: Clock;

  constructor(options: PostmortemGeneratorOptions) {
    checkOptions(options, "PostmortemGenerator", OPTIONS);
    // Undefined is fine with checkMethods, and not here.
    if (typeof options.incidents !== "object")
      throw invalid("incidents", `${show(options.incidents)} is no IncidentManager`);
    checkMethods(options.incidents, "incidents", ["get", "timeline"]);
    checkMethods(options.runs, "runs", ["runsOf"]);
    checkMethods(options.clock, "clock", ["now"]);
    for (const name of ["standing", "history", "redact"] as const) {
      const given: unknown = options[name];
      if (given !== undefined && typeof given !== "function") throw invalid(name, `${show(given)} is no function`);
    }
    checkLinks(options.links);
    const problem = options.zone === undefined ? undefined : zoneProblem(options.zone);
    if (problem !== undefined) throw invalid("zone", problem);
    checkTemplates(options.templates);
    this.#options = options;
    this.#dueWithin = dueWithinOf(options.dueWithin);
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * A postmortem as of now. With `previous` it keeps what people wrote; a status that they wrote into the file counts as
   * if they had changed it. Where `history` or `standing` fails, the document says so in the place of the figures.
   *
   * @throws {@link ConfigurationError} if there is no such incident, or `previous` is damaged (with line and column), or has
   * a status that it is not ready for; nothing is changed then
   */
  async generate(id: string, options: GeneratePostmortemOptions = {}): Promise<Postmortem> {
    checkOptions(options, "generate", GENERATE);
    const { previous, signal, sections = {}, ...given } = options;
    checkGiven(options);
    const written = previous === undefined ? undefined : writtenIn(previous, id);
    const call = signal === undefined ? {} : { signal };
    const { incidents, runs, standing, history, links, zone, redact } = this.#options;
    const incident = await incidents.get(id, call);
    const now = this.#clock.now();
    // What is over does not change with the time of day.
    const at = incident.status === "resolved" ? incident.recordedAt : now;
    const whole = lookedAt({ incident, at });
    // Nobody has counted what is yet to come.
    const range = { start: whole.start, end: Math.max(whole.start + 1, Math.min(whole.end, now)) };
    const [stands, counted] = await Promise.all([
      given.after ?? told(() => standing?.(call), signal),
      told(() => history?.({ incident, range, ...call }), signal),
    ]);
    const draft = draftPostmortem({
      ...given,
      sections,
      entries: [...(written?.entries ?? []), ...(given.entries ?? [])],
      incident,
      events: await incidents.timeline(id, call),
      at,
      runs: await runs?.runsOf(id, call),
      after: isFailure(stands) ? undefined : stands,
      history: isFailure(counted) ? undefined : counted,
      ...unmeasuredOf(isFailure(counted) ? counted.failed : undefined, isFailure(stands) ? stands.failed : undefined),
      dueWithin: this.#dueWithin,
      ...{ links, zone, redact },
    });
    if (written === undefined) return draft;
    return continued(draft, written, {
      tasks: incident.tasks,
      at: now,
      bodyOf: (name, postmortem) =>
        markdownPart(name, postmortem, { templates: this.#options.templates, pictures: pictureNames(postmortem) }),
    });
  }

  /** The document, by this generator's templates. */
  render(
    postmortem: Postmortem,
    format: PostmortemFormat,
    options: { readonly pictures?: readonly string[] } = {},
  ): string {
    checkOptions(options, "render", ["pictures"]);
    return renderPostmortem(postmortem, format, { ...options, templates: this.#options.templates });
  }

  /**
   * All files of a postmortem, by their names: `INC-0001.md`, its pictures (`INC-0001.svg`), the page and the JSON. Put
   * them into one folder.
   */
  renderFiles(postmortem: Postmortem): PostmortemFiles {
    const { id } = postmortem.incident;
    const pictures = pictureNames(postmortem);
    return {
      [`${id}.md`]: this.render(postmortem, "markdown", { pictures }),
      ...Object.fromEntries(postmortemCharts(postmortem).map((svg, index) => [pictures[index] ?? "", svg])),
      [`${id}.html`]: this.render(postmortem, "html"),
      [`${id}.json`]: this.render(postmortem, "json"),
    };
  }
}

interface Failure {
  readonly failed: string;
}

/** What `ask` answers, or why it cannot: a monitoring that is down must not cost the document. */
async function told<T>(ask: () => T | Promise<T>, signal: AbortSignal | undefined): Promise<T | Failure> {
  try {
    return await ask();
  } catch (error) {
    signal?.throwIfAborted();
    return { failed: publicReason(error) };
  }
}

function isFailure(answer: object | undefined): answer is Failure {
  return answer !== undefined && "failed" in answer;
}

function unmeasuredOf(
  history: string | undefined,
  standing: string | undefined,
): Pick<PostmortemSources, "unmeasured"> {
  return history === undefined && standing === undefined ? {} : { unmeasured: { history, standing } };
}

function pictureNames({ incident, charts }: Postmortem): readonly string[] {
  return charts.map((_, index) => `${incident.id}${index === 0 ? "" : `-${String(index + 1)}`}.svg`);
}

function writtenIn(previous: string | Postmortem, id: string): WrittenPostmortem {
  if (typeof previous === "string") {
    // Whoever hands over a path would find nothing but the path in what is written back.
    if (previous.trim() !== "" && !/[\r\n]/.test(previous.trim())) {
      throw invalid(
        "previous",
        `${show(previous)} is one line, no postmortem; hand over the text of the file, not its path`,
      );
    }
    return readPostmortem(previous, { file: `${id}.md`, incident: id });
  }
  const { incident, title, authors, status, changes, impact, actionItems, sections, extraSections, entries, frame } =
    parsePostmortem(previous);
  if (incident.id !== id) throw invalid("previous", `is of ${show(incident.id)}, not of ${show(id)}`);
  const { usersAffected, revenue } = impact;
  return {
    ...{ title, authors, status, changes, usersAffected, revenue, actionItems, sections, extraSections },
    entries: entries ?? [],
    areChangesEdited: false,
    isImpactEdited: false,
    edited: [],
    frame: frame ?? "",
  };
}

function dueWithinOf(given: Partial<DueWithin> | undefined): DueWithin {
  if (given === undefined) return DUE_WITHIN;
  checkOptions(given, "dueWithin", SEVERITIES);
  for (const [severity, days] of Object.entries(given) as [string, unknown][]) {
    if (days === null || (typeof days === "number" && days >= 0 && days <= 365)) continue;
    throw invalid(["dueWithin", severity], `${show(days)} is no number of days from 0 to 365; null is for no date`);
  }
  return { ...DUE_WITHIN, ...given };
}

function checkLinks(links: unknown): void {
  if (links === undefined) return;
  if (typeof links !== "object" || links === null) throw invalid("links", `${show(links)} is no mapping of functions`);
  checkOptions(links, "links", ["incident", "run"]);
  for (const [name, link] of Object.entries(links)) {
    if (link !== undefined && typeof link !== "function") {
      throw invalid(["links", name], `${show(link)} is no function; write (id) => its address`);
    }
  }
}
