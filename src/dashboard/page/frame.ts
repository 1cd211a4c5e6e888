/** What stands around every view: title, time and news above, keys below. */
import { moment } from "./bits.ts";
import { h, type Part } from "./parts.ts";
import type { Connection, PageState } from "./state.ts";
import type { Theme } from "./theme.ts";
import { clockText, zoneName } from "./times.ts";

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  none: "Not live",
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  stopped: "Stopped",
};

export function topParts(state: PageState, theme: Theme, onTheme: () => void): readonly Part[] {
  const { title, snapshot, connection, live } = state;
  return [
    h(
      "div.titles",
      { key: "titles" },
      h("h1", {}, title),
      h(
        "p.asof",
        {},
        h("span.sign", { "data-connection": connection }, CONNECTIONS[connection]),
        snapshot !== undefined &&
          h("span", {}, "as of ", moment(snapshot.at, clockText(snapshot.at)), ` (${zoneName()})`),
      ),
    ),
    h(
      "div.controls",
      { key: "controls" },
      live !== undefined && h("a.control", { href: "?page=static", download: "dashboard.html" }, "Save this page"),
      h("button.control", { type: "button", on: { click: onTheme } }, `Theme: ${theme}`),
    ),
  ];
}

/** What is wrong with the page itself; `heardAt` is when the last message came. */
export function notices(state: PageState, heardAt: number): readonly Part[] {
  const { snapshot, failure, silent, connection } = state;
  const old = snapshot === undefined ? "" : ` What you see is of ${clockText(snapshot.at)}.`;
  const told: string[] = [];
  if (failure !== undefined) told.push(`${sentence(failure.message)}${old}`);
  else if (silent) told.push(`No news since ${clockText(heardAt)}.${old}`);
  else if (connection === "stopped") told.push(`The page has stopped listening.${old}`);
  const troubles = snapshot?.troubles ?? [];
  return [
    h("div.late", { key: "late", role: "status" }, ...told.map((text) => h("p", {}, text))),
    ...(troubles.length === 0
      ? []
      : [
          h(
            "section.troubles",
            { key: "troubles", "aria-label": "What could not be told" },
            h("h2", {}, "Not everything could be told"),
            h("ul", {}, ...troubles.map((text) => h("li", {}, text))),
          ),
        ]),
  ];
}

/** While there is nothing to show. */
export function waiting({ live, connection, failure }: PageState): readonly Part[] {
  if (live === undefined) {
    return [
      h(
        "div.nothing",
        { key: "waiting" },
        h("h2", { tabindex: -1 }, "This page holds no figures"),
        h("p", {}, "It was saved before there were any. Open the live dashboard, and save it again."),
      ),
    ];
  }
  const tried = failure !== undefined || connection === "reconnecting";
  return [
    h(
      "div.waiting",
      { key: "waiting" },
      h("h2", { tabindex: -1 }, tried ? "No figures yet" : "Waiting for the first figures"),
      h("p", {}, tried ? "The page keeps trying, and shows them as soon as they come." : "They come in a moment."),
      h("div.skeleton", { "aria-hidden": "true" }, ...Array.from({ length: 4 }, () => h("span"))),
    ),
  ];
}

const KEYS = [
  ["/", "find"],
  ["j k", "next, previous row"],
  ["Enter", "open"],
  ["Esc", "clear"],
] as const;

export function bottomParts(keys: boolean, onKeys: () => void): readonly Part[] {
  return [
    h("p", {}, `Times are of ${zoneName()}.`),
    h(
      "div.keys",
      {},
      ...(keys ? KEYS.flatMap(([key, what]) => [h("kbd", {}, key), ` ${what} `]) : []),
      h("button.control", { type: "button", on: { click: onKeys } }, keys ? "Keys: on" : "Keys: off"),
    ),
  ];
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
