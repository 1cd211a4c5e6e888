/** What an SLO has: so that one can be handed in as it is where a budget is made. */
import type { Slo } from "../slo/model.ts";

/** Keys of any of its members. */
type KeyOf<Union> = Union extends Union ? keyof Union : never;

/** Each of them once: a key of an SLO that is missing here does not compile. */
const KEYS: Readonly<Record<KeyOf<Slo>, true>> = {
  id: true,
  kind: true,
  service: true,
  name: true,
  title: true,
  description: true,
  labels: true,
  annotations: true,
  objective: true,
  window: true,
  minimumEvents: true,
  expression: true,
  events: true,
  slices: true,
  selector: true,
  alerting: true,
  thresholdMs: true,
  floorPerSecond: true,
  sliceMs: true,
};

/** The names of all that SLOs of any kind may have. */
export const KEYS_OF_SLOS: readonly string[] = Object.keys(KEYS);
