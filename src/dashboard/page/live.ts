/** News from where the page came from, for as long as somebody looks. */
import type { DashboardMessages } from "../model.ts";
import { waitMs } from "./retry.ts";
import type { Connection } from "./state.ts";

export interface LiveOptions {
  readonly url: string;
  readonly heard: <Name extends keyof DashboardMessages>(name: Name, message: DashboardMessages[Name]) => void;
  readonly stands: (connection: Connection) => void;
}

/** Nobody looks at a page that has been hidden for so long. */
const HIDDEN_MS = 5 * 60_000;
const NAMES = ["snapshot", "update", "failure"] as const;

/** Listens from now on. The browser takes up a connection that broke by itself, but gives up after an answer that is none. */
export function listen(options: LiveOptions): void {
  let source: EventSource | undefined;
  let failures = 0;
  let timer: number | undefined;

  const open = (): void => {
    window.clearTimeout(timer);
    source?.close();
    const opened = new EventSource(options.url);
    source = opened;
    opened.onopen = () => {
      failures = 0;
      options.stands("live");
    };
    opened.onerror = () => {
      options.stands("reconnecting");
      if (opened.readyState !== EventSource.CLOSED) return;
      timer = window.setTimeout(open, waitMs(failures, Math.random()));
      failures += 1;
    };
    for (const name of NAMES) opened.addEventListener(name, ({ data }) => hear(name, String(data), options));
  };
  const close = (): void => {
    window.clearTimeout(timer);
    source?.close();
    source = undefined;
    options.stands("stopped");
  };

  let hidden: number | undefined;
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(hidden);
    if (document.visibilityState === "hidden") {
      hidden = window.setTimeout(close, HIDDEN_MS);
    } else if (source === undefined) {
      options.stands("connecting");
      open();
    }
  });
  open();
}

/** A message that cannot be used is told as what it is: what is shown stays. */
function hear(name: keyof DashboardMessages, text: string, { heard }: LiveOptions): void {
  try {
    heard(name, JSON.parse(text) as DashboardMessages[typeof name]);
  } catch {
    heard("failure", { at: Date.now(), message: `a message (${name}) could not be read` });
  }
}
