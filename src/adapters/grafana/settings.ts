/** Where annotations go: the options that everything has which draws them. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";
import { HttpCaller } from "../http/caller.ts";
import { httpUrl, secret, shortText } from "../http/settings.ts";

/** What can be told to a {@link GrafanaNotifier}, to {@link GrafanaChaosAnnotations} and to {@link GrafanaDeploymentAnnotations}. */
export interface GrafanaOptions {
  /** Such as `https://grafana.example.com`, with its sub-path if it has one. */
  readonly baseUrl: string;
  /** Of a service account that may read and write annotations. */
  readonly token: string;
  /** Only on this dashboard; on all that ask for the tags unless told. */
  readonly dashboardUid?: string;
  /** Only on this panel of it. */
  readonly panelId?: number;
  /** Tags besides those of what is drawn, such as the cluster. */
  readonly tags?: readonly string[];
  readonly fetch?: HttpFetch;
}

/** What they come to. */
export interface GrafanaPlace {
  readonly caller: HttpCaller;
  /** Goes into each annotation. */
  readonly place: object;
  readonly tags: readonly string[];
}

const OPTIONS: readonly (keyof GrafanaOptions)[] = ["baseUrl", "token", "dashboardUid", "panelId", "tags", "fetch"];

/** Checks them. @throws {@link ConfigurationError} naming the one that is wrong */
export function readGrafana(options: GrafanaOptions, what: string): GrafanaPlace {
  checkOptions(options, what, OPTIONS);
  const { dashboardUid, panelId, tags = [], fetch } = options;
  if (panelId !== undefined && !(Number.isSafeInteger(panelId) && panelId >= 0)) {
    throw invalid("panelId", `${show(panelId)} is no id of a panel; write a whole number`);
  }
  if (!Array.isArray(tags)) throw invalid("tags", `${show(tags)} is not a list of tags`);
  return {
    tags: tags.map((tag: unknown) => shortText("tags", tag, 100)),
    place: {
      ...(dashboardUid === undefined ? {} : { dashboardUID: shortText("dashboardUid", dashboardUid, 40) }),
      ...(panelId === undefined ? {} : { panelId }),
    },
    caller: new HttpCaller({
      adapter: "grafana",
      baseUrl: `${httpUrl("baseUrl", options.baseUrl)}/api/annotations`,
      fetch,
      headers: { authorization: `Bearer ${secret("token", options.token)}` },
    }),
  };
}

/** Grafana shows texts as HTML, which it cleans; these would only look broken. */
export function shownText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] as string);
}
