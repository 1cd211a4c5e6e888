import type { Scenario } from "../cells.ts";
import { abortScenarios } from "./aborts.ts";
import { faultScenarios } from "./faults.ts";
import { mountScenarios } from "./mounts.ts";
import { protocolScenarios } from "./protocol.ts";
import { routeScenarios } from "./routes.ts";
import { streamScenarios } from "./streams.ts";

export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  "route labels": routeScenarios,
  "methods and protocol": protocolScenarios,
  "aborts and breaks": abortScenarios,
  "streams and durations": streamScenarios,
  "mounted more than once": mountScenarios,
  "faults of callbacks": faultScenarios,
};
