/** Writes SLOs as OpenSLO v1. */
import { writeYaml } from "../../core/yaml/yaml.ts";
import type { Slo } from "../../slo/model.ts";
import { openSlos, type SloInput } from "../source.ts";
import { dnsLabel } from "./names.ts";
import { ownTarget } from "./openslo-facts.ts";
import { namesOf } from "./openslo-names.ts";
import { writeOpenSloObjects } from "./write-openslo-slo.ts";

/**
 * The SLOs as a YAML text of OpenSLO v1 with a document for each service, SLO and alert policy. What OpenSLO has no field
 * for stands in annotations that begin with `nines.dev/`, so that `importSlos` gives equal SLOs. An SLO without `alerting`
 * has no policies; one with it has a policy for each of its tiers, with the short look-back as `alertAfter`.
 *
 * @throws {@link ConfigurationError} if there is no SLO to write
 *
 * @example
 * ```ts
 * import { importSlos, parseSloDocument, writeOpenSlo } from "nines";
 *
 * const { slos } = parseSloDocument(`
 *   service_level_objectives:
 *     shop:
 *       availability: { target: 99.9%, measurement_window: 30d }
 * `);
 * const text = writeOpenSlo(slos);
 * if (!text.includes("target: 0.999")) throw new Error("not written");
 * if (importSlos(text).slos.get("shop/availability")?.kind !== "availability") throw new Error("not read");
 * ```
 */
export function writeOpenSlo(input: SloInput): string {
  const { slos: all } = openSlos(input, undefined);
  const services = [...new Set(all.map(({ service }) => service))];
  const written = services.map((service): object => ({
    apiVersion: "openslo/v1",
    kind: "Service",
    metadata: { name: dnsLabel(service) },
    spec: {},
  }));
  const names = uniqueNames(all);
  const taken = new Set<string>();
  const severities = new Set<"page" | "ticket">();
  for (const slo of all) {
    const { objects, notified } = writeOpenSloObjects(slo, names.get(slo.id) ?? "", taken);
    written.push(...objects);
    for (const severity of notified) severities.add(severity);
  }
  written.push(...[...severities].sort().map((severity) => ownTarget(severity)));
  return written.map((object) => writeYaml(object)).join("---\n");
}

/** A name in OpenSLO for each SLO: its own, unless SLOs of several services share it. */
function uniqueNames(slos: readonly Slo[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { service, name } of slos) {
    for (const label of new Set(namesOf(service, name))) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return new Map(
    slos.map(({ id, service, name }) => {
      const [own, both, hashed] = namesOf(service, name);
      return [id, [own, both].find((label) => counts.get(label) === 1) ?? hashed];
    }),
  );
}
