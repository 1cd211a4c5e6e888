/** Alerts and silences in an Alertmanager, by its API v2. */
export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";
export type { AlertmanagerAddress } from "./client.ts";
export { AlertmanagerNotifier, type AlertmanagerNotifierOptions } from "./notifier.ts";
export { AlertmanagerSilences, type Silence, type SilenceMatcher } from "./silences.ts";
