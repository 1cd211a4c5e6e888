/** One chart with its title, its values in text and its table. */
import { element, mark, tell } from "./element.ts";
import { legendOf } from "./legend.ts";
import { plotIn, type Plot, type PlotInput } from "./plot.ts";
import { indexAt, indexToldAt, instantOf, lastTold, type ChartSpec } from "./spec.ts";
import { indexFrom, lineOf, summaryOf, tableOf } from "./summary.ts";
import { tableView } from "./table.ts";
import type { Times } from "./times.ts";

/** What a group is asked of by its charts. */
export interface PanelOwner {
  readonly name: string;
  readonly times: Times;
  readonly helpId: string;
  /** What happened at that instant, in words. */
  noteAt(at: number): string;
  pointed(at: number | undefined): void;
  /** Points at an instant in all charts. */
  point(at: number | undefined): void;
  zoomed(from: number, until: number): void;
  reset(): void;
  drawn(): void;
  /** Stands beside the title of a chart that is alone. */
  readonly tools: HTMLElement | undefined;
  /** Handles a key that is not about one chart alone; whether it was one. */
  pressed(event: KeyboardEvent): boolean;
}

export interface Panel {
  readonly element: HTMLElement;
  update(input: PlotInput): void;
  /** Draws at that width; the first time as well. */
  layout(width: number): void;
  point(at: number | undefined): void;
  redraw(): void;
  /** Undefined where nothing is drawn. */
  area(): ReturnType<Plot["area"]> | undefined;
  destroy(): void;
}

const HEIGHTS = { tall: { wide: 270, narrow: 230 }, low: { wide: 200, narrow: 180 } } as const;
const NARROW = 480;
/** By how many values a key moves the cursor. */
const MOVES: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity },
};

export function panelOf(first: PlotInput, owner: PanelOwner): Panel {
  const { times } = owner;
  let input = first;
  let width = 0;
  let plot: Plot | undefined;
  let pointedAt: number | undefined;
  const title = element("h4", { class: "chart-title" });
  const empty = element("p", { class: "chart-empty" });
  const canvas = element("div", { class: "chart-canvas", role: "img" });
  const handle = element("div", {
    ...{ class: "chart-handle", role: "slider", tabindex: "0" },
    "aria-describedby": owner.helpId,
  });
  const legend = legendOf(times);
  const table = tableView();
  const tools = element(
    "div",
    { class: "chart-buttons" },
    ...(owner.tools === undefined ? [] : [owner.tools]),
    table.button,
  );
  const stage = element("div", { class: "chart-stage" }, canvas, handle);
  const body = element("div", {}, stage, legend.element, table.element);
  const whole = element("section", { class: "chart" }, element("header", {}, title, tools), empty, body);

  function tellAll(): void {
    const { spec, span } = input;
    const isEmpty = spec.empty !== undefined;
    tell(title, spec.title);
    tell(empty, spec.empty ?? "");
    empty.hidden = !isEmpty;
    body.hidden = tools.hidden = isEmpty;
    if (isEmpty) return;
    stage.dataset.size = spec.size;
    mark(canvas, "aria-label", summaryOf(spec, span, times));
    mark(handle, "aria-label", `Time in ${spec.title}`);
    table.update(tableOf(spec, span, times));
    tellValues();
  }

  function tellValues(): void {
    const { spec } = input;
    const index = pointedAt === undefined ? latestOf(spec) : indexToldAt(spec, pointedAt);
    const note = pointedAt === undefined ? "" : owner.noteAt(pointedAt);
    legend.update(spec, index, pointedAt !== undefined, note);
    mark(handle, "aria-valuemin", "0");
    mark(handle, "aria-valuemax", String(Math.max(0, lastTold(spec))));
    mark(handle, "aria-valuenow", String(index ?? 0));
    const line = index === undefined ? "nothing" : lineOf(spec, index, times);
    mark(handle, "aria-valuetext", note === "" ? line : `${line}, ${note}`);
  }

  function draw(): void {
    if (width === 0 || input.spec.empty !== undefined) {
      plot?.destroy();
      plot = undefined;
      return;
    }
    const heights = HEIGHTS[input.spec.size];
    const height = width < NARROW ? heights.narrow : heights.wide;
    plot?.resize(width, height);
    plot ??= plotIn(canvas, input, { width, height }, owner.name, times, {
      pointed(at) {
        pointedAt = at;
        tellValues();
        owner.pointed(at);
      },
      zoomed: (from, until) => owner.zoomed(from, until),
      reset: () => owner.reset(),
      drawn: () => owner.drawn(),
    });
  }

  handle.addEventListener("keydown", (event) => {
    const by = event.shiftKey || event.ctrlKey || event.altKey || event.metaKey ? undefined : MOVES[event.key];
    if (by !== undefined) {
      const index = indexFrom(input.spec, pointedAt, by, input.span);
      if (index !== undefined) owner.point(instantOf(input.spec, index));
    }
    if (by !== undefined || owner.pressed(event)) event.preventDefault();
  });
  // A finger that moves sideways points; up and down, it scrolls the page.
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch" || plot === undefined) return;
    const { left, width: wide } = plot.area();
    const along = (event.clientX - canvas.getBoundingClientRect().left - left) / wide;
    const [from, until] = input.span;
    owner.point(from + Math.min(1, Math.max(0, along)) * (until - from));
  });
  tellAll();

  return {
    element: whole,
    update(next) {
      input = next;
      const drawn = plot;
      draw();
      // What has just been made is new already; what was given up is gone.
      if (plot === drawn) plot?.update(next);
      tellAll();
    },
    layout(toWidth) {
      width = toWidth;
      draw();
    },
    point(at) {
      if (plot !== undefined) plot.point(at);
      pointedAt = at;
      tellValues();
    },
    redraw: () => plot?.redraw(),
    area: () => plot?.area(),
    destroy: () => plot?.destroy(),
  };
}

/** The last time of which the first line knows something. */
function latestOf(spec: ChartSpec): number | undefined {
  const last = lastTold(spec);
  const known = spec.lines[0]?.values.findLastIndex((value, index) => value !== null && index <= last) ?? -1;
  return known >= 0 ? known : last >= 0 ? Math.min(last, Math.max(0, indexAt(spec.times, Infinity))) : undefined;
}
