/** Colours of the present theme, which the style sheet knows and a canvas must be told. */
import { DASHBOARD_MARK_KINDS } from "../../model.ts";
import { TONES, type Tone } from "./spec.ts";

/** What is drawn besides the lines. */
const OTHERS = ["ink", "ground", "grid", "axis", "region", ...DASHBOARD_MARK_KINDS] as const;

export type ColourName = Tone | (typeof OTHERS)[number];

export interface Theme {
  readonly colours: Readonly<Record<ColourName, string>>;
  /** Family of the font. */
  readonly font: string;
}

const CHANGES = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"] as const;

let known: Theme | undefined;
const listeners = new Set<() => void>();
let stopWatching: (() => void) | undefined;

/** Of the page that `place` is on; read once for each theme. */
export function themeOf(place: Element): Theme {
  known ??= read(place);
  return known;
}

/** Calls when the theme has become another one, until the returned function is called. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  stopWatching ??= watch();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stopWatching?.();
    stopWatching = undefined;
    known = undefined;
  };
}

/** A canvas knows no variables: the browser resolves each for an element, and tells what came of it. */
function read(place: Element): Theme {
  const probe = document.createElement("i");
  probe.hidden = true;
  place.append(probe);
  const style = getComputedStyle(probe);
  const colourOf = (name: ColourName): string => {
    probe.style.color = `var(--chart-${name}, currentColor)`;
    return style.color;
  };
  const names: readonly ColourName[] = [...TONES, ...OTHERS];
  const colours = Object.fromEntries(names.map((name) => [name, colourOf(name)])) as Record<ColourName, string>;
  const font = style.fontFamily;
  probe.remove();
  return { colours, font };
}

function watch(): () => void {
  const changed = (): void => {
    known = undefined;
    for (const listener of listeners) listener();
  };
  const queries = CHANGES.map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  const attributes = new MutationObserver(changed);
  attributes.observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
    attributes.disconnect();
  };
}
