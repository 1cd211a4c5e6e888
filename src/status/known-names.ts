/** The names of SLOs and services that others refer to. */
import { show } from "../core/errors.ts";
import * as z from "../core/schema.ts";
import type { Slo } from "../slo/model.ts";

/** What is known of the SLOs that composites and exclusions are about. */
export interface KnownNames {
  /** Ids of those that are there for certain, to be suggested. */
  readonly ids: readonly string[];
  readonly isSlo: (id: string) => boolean;
  readonly isService: (name: string) => boolean;
}

const MAPPING = z.record(z.string(), z.unknown());

/** The names of SLOs that were read. */
export function namesOf(slos: readonly Slo[]): KnownNames {
  const [ids, services] = [new Set(slos.map(({ id }) => id)), new Set(slos.map(({ service }) => service))];
  return { ids: [...ids], isSlo: (id) => ids.has(id), isService: (name) => services.has(name) };
}

/**
 * The names in a document whose SLOs have faults. Who refers to one of these is not at fault as well, and where the names cannot be
 * read nobody is.
 *
 * @param section - what the document has as its SLOs
 */
export function writtenNames(section: unknown): KnownNames {
  const services = MAPPING.safeParse(section).data;
  if (services === undefined) return { ids: [], isSlo: () => true, isService: () => true };
  const inServices = Object.entries(services).map(([service, slos]) => ({
    service,
    slos: MAPPING.safeParse(slos).data,
  }));
  const ids = new Set(
    inServices.flatMap(({ service, slos }) => Object.keys(slos ?? {}).map((name) => `${service}/${name}`)),
  );
  const unreadable = inServices.filter(({ slos }) => slos === undefined).map(({ service }) => `${service}/`);
  return {
    ids: [...ids],
    isSlo: (id) => ids.has(id) || unreadable.some((start) => id.startsWith(start)),
    isService: (name) => Object.hasOwn(services, name),
  };
}

/** What is wrong with a name that others refer to; undefined if it is known. */
export function nameFault(name: unknown, isKnown: (name: string) => boolean): string | undefined {
  return typeof name === "string" && isKnown(name) ? undefined : `there is no ${show(name)} among the SLOs`;
}
