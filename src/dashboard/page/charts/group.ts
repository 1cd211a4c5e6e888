/** Charts that share one time axis: what is zoomed or pointed at in one is so in all. */
import { element } from "./element.ts";
import { markStrip } from "./mark-strip.ts";
import type { PlacedMark } from "./marks.ts";
import { panelOf, type Panel, type PanelOwner } from "./panel.ts";
import type { PlotInput } from "./plot.ts";
import type { ChartSpec } from "./spec.ts";
import { onThemeChange } from "./theme.ts";
import { timesOf, type Times } from "./times.ts";
import { toolbarOf } from "./toolbar.ts";
import { ALL, moved, spanOf, viewBetween, zoomed, type Axis, type View } from "./view.ts";

export interface GroupInput {
  readonly axis: Axis;
  readonly specs: readonly ChartSpec[];
  readonly marks: readonly PlacedMark[];
  /** What is in sight at first; all unless told. */
  readonly view?: View;
}

export interface Group {
  readonly element: HTMLElement;
  update(input: GroupInput): void;
  destroy(): void;
}

export const TIMES: Times = timesOf();

const HELP =
  "Drag across a chart to zoom, double-click to reset. With the keyboard: arrow left and right move the cursor, page up and down by ten values; " +
  "with shift, left and right move the time in sight, up and down zoom; escape resets.";
/** What is kept in sight around a mark, as shares of its length. */
const AROUND = 0.5;
/** By how much a key moves what is in sight. */
const MOVE = 0.25;
let count = 0;

export function chartGroup(first: GroupInput): Group {
  count += 1;
  let input = first;
  let view: View = first.view ?? ALL;
  let pointedAt: number | undefined;
  let [width, frame] = [0, 0];
  const panels = new Map<string, Panel>();
  const help = element("p", { id: `charts-help-${count}`, class: "chart-help" }, HELP);
  const toolbar = toolbarOf(TIMES, choose, () => pointedAt);
  const strip = markStrip(showMark);
  const place = element("div", { class: "chart-panels" });
  const whole = element(
    "div",
    { class: "charts" },
    ...(isAlone(first) ? [] : [toolbar.element]),
    strip.element,
    place,
    help,
  );

  const owner: PanelOwner = {
    name: `nines-${count}`,
    times: TIMES,
    helpId: help.id,
    noteAt: (at) =>
      input.marks
        .filter((mark) => !mark.isInstant && mark.from <= at && at <= mark.until)
        .map(({ title }) => `during ${title}`)
        .join(", "),
    pointed: (at) => (pointedAt = at),
    point,
    zoomed: (from, until) => choose(viewBetween(input.axis, from, until)),
    reset: () => choose(ALL),
    drawn: showStrip,
    tools: isAlone(first) ? toolbar.element : undefined,
    pressed,
  };

  function point(at: number | undefined): void {
    pointedAt = at;
    for (const panel of panels.values()) panel.point(at);
  }

  function choose(next: View): void {
    const { axis } = input;
    const [from, until] = spanOf(next, axis);
    view = from <= axis.from && until >= axis.until ? ALL : next;
    show();
  }

  function showMark({ from, until, isInstant }: PlacedMark): void {
    const { leastMs } = input.axis;
    const spare = isInstant ? leastMs * 10 : Math.max(leastMs, (until - from) * AROUND);
    choose(viewBetween(input.axis, from - spare, until + spare));
  }

  function pressed({ key, shiftKey }: KeyboardEvent): boolean {
    const { axis } = input;
    if (key === "Escape") {
      choose(ALL);
      point(undefined);
    } else if (shiftKey && key === "ArrowLeft") choose(moved(view, axis, -MOVE));
    else if (shiftKey && key === "ArrowRight") choose(moved(view, axis, MOVE));
    else if (key === "+" || (shiftKey && key === "ArrowUp")) choose(zoomed(view, axis, 1 / 2, pointedAt));
    else if (key === "-" || (shiftKey && key === "ArrowDown")) choose(zoomed(view, axis, 2, pointedAt));
    else return false;
    return true;
  }

  function show(): void {
    const { axis, marks, specs } = input;
    const at = pointedAt;
    const hasRight = specs.some((spec) => spec.right !== undefined);
    for (const [id, panel] of panels) {
      if (specs.some((spec) => spec.id === id)) continue;
      panel.destroy();
      panels.delete(id);
    }
    const wanted = specs.map((spec) => {
      const told: PlotInput = {
        spec,
        span: spanOf(view, axis),
        whole: view.kind === "all" || view.kind === "window",
        marks,
        at: axis.at,
        hasRight,
      };
      const known = panels.get(spec.id);
      known?.update(told);
      const panel = known ?? panelOf(told, owner);
      panels.set(spec.id, panel);
      if (known === undefined) panel.layout(width);
      return panel.element;
    });
    if (wanted.some((one, index) => place.children[index] !== one) || wanted.length !== place.children.length) {
      place.replaceChildren(...wanted);
    }
    toolbar.element.hidden = specs.every((spec) => spec.empty !== undefined);
    toolbar.update(axis, view);
    showStrip();
    // The time that was pointed at lies elsewhere now.
    if (at !== undefined) point(at);
  }

  function showStrip(): void {
    const area = [...panels.values()].map((panel) => panel.area()).find((each) => each !== undefined);
    strip.update(input.marks, spanOf(view, input.axis), area);
  }

  const sizes = new ResizeObserver(() => {
    // Not at once: what is drawn changes the size of what is observed.
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const next = place.clientWidth;
      if (next === width || next === 0) return;
      width = next;
      for (const panel of panels.values()) panel.layout(width);
      showStrip();
    });
  });
  sizes.observe(whole);
  const unwatch = onThemeChange(() => {
    for (const panel of panels.values()) panel.redraw();
  });
  show();

  return {
    element: whole,
    update(next) {
      input = next;
      show();
    },
    destroy() {
      sizes.disconnect();
      cancelAnimationFrame(frame);
      unwatch();
      for (const panel of panels.values()) panel.destroy();
      whole.remove();
    },
  };
}

/** A chart that will have no others beside it. */
function isAlone({ axis }: GroupInput): boolean {
  return axis.window === undefined;
}
