/** The page: what it knows, what it is asked, and which view shows it. */

import { NO_FILTER, type Filter } from "./filter.ts";
import { bottomParts, notices, topParts, waiting } from "./frame.ts";
import { keepKeys, listenToKeys, readKeys } from "./keys.ts";
import { listen } from "./live.ts";
import { overview } from "./overview.ts";
import { h } from "./parts.ts";
import { PastAsker } from "./past.ts";
import { isBehind } from "./past-age.ts";
import { patch } from "./patch.ts";
import { OVERVIEW, routeOf, type Route } from "./route.ts";
import { serviceView } from "./service-view.ts";
import { findRow, sloView } from "./slo-view.ts";
import {
  type PageContent,
  applyFailure,
  applyPast,
  applySnapshot,
  applyUpdate,
  firstState,
  isOld,
  isSilent,
  verdictNews,
  type PageState,
} from "./state.ts";
import { nextTheme, readTheme, setTheme } from "./theme.ts";

/** So many rows at once; the rest follows while the browser has nothing else to do. */
const FIRST_ROWS = 60;
const MORE_ROWS = 150;
const LOOK_MS = 1_000;

/** Puts the page into `root`. */
export function startPage(root: HTMLElement, data: PageContent): void {
  const [top, told, main, foot, news] = (["header", "div", "main", "footer", "p"] as const).map((tag) =>
    document.createElement(tag),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const [all, one] = [document.createElement("div"), document.createElement("div")];
  top.className = "top";
  told.className = "notices";
  foot.className = "foot";
  news.className = "unseen";
  news.setAttribute("role", "status");
  main.append(all, one);
  root.replaceChildren(top, told, main, foot, news);

  let state = firstState(data);
  let filter: Filter = NO_FILTER;
  let limit = FIRST_ROWS;
  let theme = readTheme();
  let keys = readKeys();
  let route: Route = routeOf(location.hash);
  let heardAt = Date.now();
  let scrolledTo = 0;
  let growing = false;

  const showFrame = (): void => {
    patch(top, topParts(state, theme, changeTheme));
    patch(told, notices(state, heardAt));
    main.classList.toggle("old", isOld(state));
  };
  const showOverview = (): void => {
    const { parts, more } = overview({ state, filter, limit, onFilter });
    patch(all, state.snapshot === undefined ? waiting(state) : parts);
    if (more) grow();
  };
  const showView = (): void => {
    all.hidden = route.view !== "overview";
    if (route.view === "overview") {
      patch(one, []);
      showOverview();
    } else {
      // Another thing is another element: nothing of what was done to the one before may stay.
      const [key, parts] =
        route.view === "slo"
          ? [`slo ${route.id}`, sloView(state, route.id)]
          : [`service ${route.name}`, serviceView(state, route.name)];
      patch(one, [h("div.view", { key }, ...parts)]);
    }
    if (route.view === "slo") askPast(route.id);
    document.title = [...nameOf(route, state), state.title].join(" · ");
  };
  const asker = new PastAsker((id, past) => show(applyPast(state, id, past)));
  const askPast = (id: string): void => {
    const { snapshot, live, asked } = state;
    const slo = snapshot?.services.flatMap(({ slos }) => slos).find((one) => one.id === id);
    if (snapshot === undefined || live === undefined || slo === undefined) return;
    // The course of one that needs no attention any more is told no more: what is known of it stands still.
    const isOwn = slo.past === undefined || asked.has(id) || isBehind(slo.past, snapshot.at);
    if (isOwn) void asker.ask(id, Date.now());
  };
  const show = (next: PageState): void => {
    const before = state;
    const announced = verdictNews(before.snapshot, next.snapshot);
    state = next;
    try {
      showFrame();
      showView();
    } catch (error) {
      // What cannot be shown has not been told.
      state = before;
      showFrame();
      showView();
      throw error;
    }
    if (announced !== undefined) news.textContent = announced;
  };

  const grow = (): void => {
    if (growing) return;
    growing = true;
    whenIdle(() => {
      growing = false;
      limit += MORE_ROWS;
      if (route.view === "overview") showOverview();
    });
  };
  const onFilter = (next: Filter): void => {
    filter = next;
    limit = FIRST_ROWS;
    showOverview();
  };
  const changeTheme = (): void => {
    theme = nextTheme(theme);
    setTheme(theme);
    showFrame();
  };

  const goTo = (hash: string, before: string): void => {
    if (route.view === "overview") scrolledTo = window.scrollY;
    route = routeOf(hash);
    showView();
    const place = route.view === "overview" ? all : one;
    // Back in the list the reader goes on from where they left it.
    const left = [...place.querySelectorAll<HTMLElement>("[data-row]")].find(
      (row) => row.getAttribute("href") === before,
    );
    window.scrollTo(0, route.view === "overview" ? scrolledTo : 0);
    (left ?? place.querySelector<HTMLElement>("h2"))?.focus({ preventScroll: true });
  };
  const find = (): void => {
    if (route.view !== "overview") {
      history.pushState(undefined, "", OVERVIEW);
      goTo(OVERVIEW, "");
    }
    const search = all.querySelector<HTMLInputElement>("#search");
    search?.focus();
    search?.select();
  };

  setTheme(theme);
  const showFoot = (): void => patch(foot, bottomParts(keys, changeKeys));
  const changeKeys = (): void => {
    keys = !keys;
    keepKeys(keys);
    showFoot();
  };
  showFoot();
  show(state);
  performance.mark("nines first view");
  window.addEventListener("hashchange", ({ newURL, oldURL }) => goTo(hashOf(newURL), hashOf(oldURL)));
  // Paper has no idle time: all rows have to be there.
  window.addEventListener("beforeprint", () => {
    limit = Infinity;
    if (route.view === "overview") showOverview();
  });
  listenToKeys(root, { isOn: () => keys, onFind: find });
  if (data.live === undefined) return;
  listen({
    url: data.live.url,
    stands: (connection) => show({ ...state, connection }),
    heard: (name, message) => {
      heardAt = Date.now();
      const applied = { snapshot: applySnapshot, update: applyUpdate, failure: applyFailure }[name];
      show((applied as (before: PageState, told: typeof message) => PageState)(state, message));
    },
  });
  window.setInterval(() => {
    const silent = isSilent(state, heardAt, Date.now());
    if (silent !== state.silent) show({ ...state, silent });
  }, LOOK_MS);
}

function nameOf(route: Route, { snapshot }: PageState): string[] {
  if (route.view === "service") return [route.name];
  if (route.view === "overview") return [];
  return [findRow(snapshot, route.id) === undefined ? "Not found" : route.id];
}

function hashOf(url: string): string {
  const place = url.indexOf("#");
  return place === -1 ? "" : url.slice(place);
}

/** Not every browser can tell when it is idle. */
function whenIdle(act: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(act, { timeout: 200 });
  else setTimeout(act, 16);
}
