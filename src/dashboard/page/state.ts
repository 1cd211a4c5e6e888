/** What the page knows, and how a message changes it: pure. */
import type { SloVerdict } from "../../status/model.ts";
import type {
  DashboardMessages,
  DashboardPageData,
  DashboardService,
  DashboardSnapshot,
  DashboardSteps,
} from "../model.ts";

/** How it stands with the news. */
export type Connection = "none" | "connecting" | "live" | "reconnecting" | "stopped";

/** All that is shown follows from this. */
export interface PageState {
  readonly title: string;
  /** Undefined for a page that stays as it is. */
  readonly live: DashboardPageData["live"];
  readonly snapshot: DashboardSnapshot | undefined;
  readonly connection: Connection;
  /** The last thing that could not be told; undefined once something was told after it. */
  readonly failure: DashboardMessages["failure"] | undefined;
  /** No message has come for too long. */
  readonly silent: boolean;
  /** Ids of SLOs whose past was asked for by itself: messages have nothing of it. */
  readonly asked: ReadonlySet<string>;
}

/** So many refreshes may stay out before it is said, and sources that hang may take their time. */
const PATIENCE = 3;
const SOURCES_MS = 60_000;

/** What the page begins with. */
export interface PageContent extends Omit<DashboardPageData, "snapshot"> {
  readonly snapshot?: DashboardSnapshot;
}

export function firstState(data: PageContent): PageState {
  const { title, live, snapshot } = data;
  const connection = live === undefined ? "none" : "connecting";
  return { title, live, snapshot, connection, failure: undefined, silent: false, asked: new Set() };
}

/** All of it, anew. An SLO that comes without its past keeps the one that it had. */
export function applySnapshot(state: PageState, snapshot: DashboardSnapshot): PageState {
  const before = byName(state.snapshot);
  const services = snapshot.services.map((service) => withPast(service, before.get(service.name)));
  return { ...state, title: snapshot.title, snapshot: { ...snapshot, services }, failure: undefined, silent: false };
}

/** What has changed. Without anything that it could have changed it is left aside: a snapshot comes first. */
export function applyUpdate(state: PageState, update: DashboardMessages["update"]): PageState {
  const { snapshot } = state;
  if (snapshot === undefined) return state;
  const services = byName(snapshot);
  for (const service of update.services) services.set(service.name, withPast(service, services.get(service.name)));
  return {
    ...state,
    snapshot: {
      ...snapshot,
      at: update.at,
      services: update.order.flatMap((name) => services.get(name) ?? []),
      marks: update.marks ?? snapshot.marks,
      troubles: update.troubles ?? snapshot.troubles,
    },
    failure: undefined,
    silent: false,
  };
}

/** The past of one SLO, which was asked for by itself. */
export function applyPast(state: PageState, id: string, past: readonly DashboardSteps[]): PageState {
  const { snapshot } = state;
  if (snapshot === undefined) return state;
  const services = snapshot.services.map((service) => ({
    ...service,
    slos: service.slos.map((slo) => (slo.id === id ? { ...slo, past } : slo)),
  }));
  return { ...state, snapshot: { ...snapshot, services }, asked: new Set([...state.asked, id]) };
}

/** What is shown stays, and is of before. */
export function applyFailure(state: PageState, failure: DashboardMessages["failure"]): PageState {
  return { ...state, failure, silent: false };
}

/** Whether the page has waited too long: `now` and `heardAt` by the same clock, in milliseconds. */
export function isSilent({ live }: PageState, heardAt: number, now: number): boolean {
  return live !== undefined && now - heardAt > PATIENCE * live.refreshSeconds * 1_000 + SOURCES_MS;
}

/** Whether what is shown may no longer be so. */
export function isOld({ silent, failure, connection }: PageState): boolean {
  return silent || failure !== undefined || connection === "stopped";
}

const GRAVITY: readonly SloVerdict[] = ["critical", "unknown", "warning", "healthy"];
const MOST_NEWS = 3;

/** `checkout/latency is critical now`: what changed between two snapshots, for who cannot see it; undefined for nothing. */
export function verdictNews(
  before: DashboardSnapshot | undefined,
  after: DashboardSnapshot | undefined,
): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const known = verdictsOf(before);
  const changed = [...verdictsOf(after)]
    .filter(([id, verdict]) => known.has(id) && known.get(id) !== verdict)
    .sort(([, one], [, other]) => GRAVITY.indexOf(one) - GRAVITY.indexOf(other));
  if (changed.length === 0) return undefined;
  const told = changed.slice(0, MOST_NEWS).map(([id, verdict]) => `${id} is ${verdict} now`);
  const rest = changed.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${String(rest)} more have changed`] : [])].join(", ");
}

function verdictsOf({ services }: DashboardSnapshot): Map<string, SloVerdict> {
  return new Map(
    services.flatMap(({ name, verdict, slos, composites }): [string, SloVerdict][] =>
      slos.length + composites.length === 0
        ? [[name, verdict]]
        : [...slos, ...composites].map((slo): [string, SloVerdict] => [slo.id, slo.verdict]),
    ),
  );
}

function byName(snapshot: DashboardSnapshot | undefined): Map<string, DashboardService> {
  return new Map(snapshot?.services.map((service) => [service.name, service]));
}

function withPast(service: DashboardService, before: DashboardService | undefined): DashboardService {
  const pasts = new Map(before?.slos.map(({ id, past }) => [id, past]));
  const slos = service.slos.map((slo) => {
    const past = slo.past ?? pasts.get(slo.id);
    return past === undefined || past === slo.past ? slo : { ...slo, past };
  });
  return { ...service, slos };
}
