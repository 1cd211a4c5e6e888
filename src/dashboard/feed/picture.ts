/** A snapshot as text in pieces: what has not changed is told to be so, and each piece is made once however many read it. */
import { giveWay } from "../../core/give-way.ts";

import type { DashboardMessages, DashboardService, DashboardSlo, DashboardSnapshot } from "../model.ts";

/** So many SLOs become text before anything else has its turn. */
const SLOS_A_TURN = 50;
/** A range that has moved by less than this share of its length is still the same. */
const RANGE_DRIFT = 0.01;
/** A share of the window that was watched is still the same within this. */
const COVERAGE_DRIFT = 0.005;

interface SloPiece {
  readonly id: string;
  /** JSON of all but what stands below. */
  readonly rest: string;
  /** These two move with the clock, also where nothing has happened. */
  readonly range: DashboardSlo["range"];
  readonly coverage: number;
  /** JSON of both. */
  readonly moving: string;
  /** JSON, if it is known. */
  readonly past: string | undefined;
}

interface ServicePiece {
  readonly name: string;
  /** JSON of all but its SLOs. */
  readonly rest: string;
  readonly slos: readonly SloPiece[];
}

/** One snapshot. */
export interface Picture {
  /** All of these are JSON. */
  readonly at: string;
  readonly title: string;
  readonly marks: string;
  readonly troubles: string;
  readonly services: readonly ServicePiece[];
  /** What readers have of each service, give or take what moves with the clock: by name, as it was told last. */
  readonly told: ReadonlyMap<string, ServicePiece>;
}

/** Makes the pieces; `before` is what readers have now. */
export async function pictureOf(snapshot: DashboardSnapshot, before: Picture | undefined): Promise<Picture> {
  const { at, title, marks, troubles } = snapshot;
  const services: ServicePiece[] = [];
  let slos = 0;
  for (const service of snapshot.services) {
    services.push(servicePiece(service));
    slos += 1 + service.slos.length;
    if (slos < SLOS_A_TURN) continue;
    slos = 0;
    await giveWay();
  }
  const told = new Map(
    services.map((service) => {
      const known = before?.told.get(service.name);
      return [service.name, known !== undefined && isSame(known, service) ? known : service];
    }),
  );
  return { at: text(at), title: text(title), marks: text(marks), troubles: text(troubles), services, told };
}

/** All of it. */
export function wholeText({ at, title, marks, troubles, services }: Picture): string {
  const all = services.map((service) => serviceText(service)).join();
  return `{"title":${title},"at":${at},"services":[${all}],"marks":${marks},"troubles":${troubles}}`;
}

/** What `now` has that `before` has not; undefined where that cannot be said as an update. */
export function updateText(before: Picture, now: Picture): string | undefined {
  if (before.title !== now.title || hasTwins(now) || hasTwins(before)) return undefined;
  const changed: string[] = [];
  for (const service of now.services) {
    const known = before.told.get(service.name);
    if (known !== undefined && now.told.get(service.name) === known) continue;
    changed.push(serviceText(service, known));
  }
  const order = text(now.services.map(({ name }) => name));
  const marks = before.marks === now.marks ? "" : `,"marks":${now.marks}`;
  const troubles = before.troubles === now.troubles ? "" : `,"troubles":${now.troubles}`;
  return `{"at":${now.at},"order":${order},"services":[${changed.join()}]${marks}${troubles}}`;
}

/** One message of a stream of server-sent events; JSON has no line ends. */
export function eventBytes(name: keyof DashboardMessages, json: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`event: ${name}\ndata: ${json}\n\n`);
}

function servicePiece(service: DashboardService): ServicePiece {
  const { slos, ...rest } = service;
  return { name: service.name, rest: text(rest), slos: slos.map(sloPiece) };
}

function sloPiece({ past, range, coverage, ...rest }: DashboardSlo): SloPiece {
  const moving = text({ range, coverage });
  return { id: rest.id, rest: text(rest), range, coverage, moving, past: past === undefined ? undefined : text(past) };
}

/** `known` is what readers have of it: they keep a past that is not told, also one that has not been asked for this time. */
function serviceText({ rest, slos }: ServicePiece, known?: ServicePiece): string {
  const pasts = new Map(known?.slos.map(({ id, past }) => [id, past]));
  const all = slos.map((slo) => sloText(slo, slo.past !== pasts.get(slo.id))).join();
  return `${rest.slice(0, -1)},"slos":[${all}]}`;
}

function sloText({ rest, moving, past }: SloPiece, withPast: boolean): string {
  return `${rest.slice(0, -1)},${moving.slice(1, -1)}${withPast && past !== undefined ? `,"past":${past}` : ""}}`;
}

function isSame(before: ServicePiece, now: ServicePiece): boolean {
  return (
    before.rest === now.rest &&
    before.slos.length === now.slos.length &&
    before.slos.every((slo, index) => isSameSlo(slo, now.slos[index] as SloPiece))
  );
}

function isSameSlo(before: SloPiece, now: SloPiece): boolean {
  if (before.rest !== now.rest || before.past !== now.past) return false;
  if (Math.abs(before.coverage - now.coverage) > COVERAGE_DRIFT) return false;
  const { start, end } = before.range;
  const most = (end - start) * RANGE_DRIFT;
  return Math.abs(start - now.range.start) <= most && Math.abs(end - now.range.end) <= most;
}

/** Two of one name cannot take each other's place. */
function hasTwins({ services, told }: Picture): boolean {
  return (
    told.size < services.length || services.some(({ slos }) => new Set(slos.map(({ id }) => id)).size < slos.length)
  );
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
