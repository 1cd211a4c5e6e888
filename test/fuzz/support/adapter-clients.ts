/** The adapters as the fuzzer makes them, and what it asks them for. */
import { AlertmanagerSilences } from "../../../src/adapters/alertmanager/index.ts";
import { RundeckCommandRunner } from "../../../src/adapters/rundeck/index.ts";
import { ToxiproxyPlane } from "../../../src/adapters/toxiproxy/index.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import { REPEATED, type Reply } from "./replies.ts";

export interface Given {
  readonly fetch: HttpFetch;
  readonly clock: ManualClock;
  readonly signal: AbortSignal;
  readonly replies: readonly Reply[];
}

export const AT: number = Date.UTC(2026, 9, 1);
const JOB = "3b6c19f6-41ee-475f-8fd0-8f1a26f27a9a";

export const pod = { namespace: "d", name: "web-1", uid: "u1" };
export const mark = { run: "chaos-1", experiment: "a pod goes", at: AT, text: "pod/d/web-1 is struck" };
export const request = (isDryRun: boolean) => ({
  program: JOB,
  args: ["pod=web-1"],
  environment: {},
  isDryRun,
  key: "RUN-0001/restart",
});
export const grafana = ({ fetch }: Given) => ({ baseUrl: "https://grafana.example", token: REPEATED, fetch });
export const plane = ({ fetch, clock }: Given) => new ToxiproxyPlane({ url: "http://toxi.example:8474", fetch, clock });
export const rundeck = ({ fetch, clock }: Given) =>
  new RundeckCommandRunner({ baseUrl: "https://rundeck.example", token: REPEATED, fetch, clock });
export const silencesOf = ({ fetch }: Given) => new AlertmanagerSilences({ baseUrl: "http://am.example", fetch });
export const silence = ({ signal }: Given) => ({
  matchers: [{ name: "service", value: "shop" }],
  startsAt: AT,
  endsAt: AT + 9,
  createdBy: "ann",
  comment: "x",
  signal,
});
