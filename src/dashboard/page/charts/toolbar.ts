/** Buttons for what part of the time axis is in sight. */
import { element, mark, tell } from "./element.ts";
import type { Times } from "./times.ts";
import { ALL, LASTS, spanOf, zoomed, type Axis, type View } from "./view.ts";

export interface Toolbar {
  readonly element: HTMLElement;
  update(axis: Axis, view: View): void;
}

const FACTOR = 2;

/** Each with its button; `fits`: whether there is more to see than that. */
const RANGES: readonly { readonly text: string; readonly view: View; fits(axis: Axis): boolean }[] = [
  ...LASTS.map((view, index) => ({
    text: ["Last hour", "Last day"][index] ?? "",
    view,
    fits: (axis: Axis) => axis.window !== undefined && axis.at - axis.from > view.durationMs,
  })),
  { text: "Whole window", view: { kind: "window" }, fits: (axis) => axis.window !== undefined },
];

/** `around`: the instant that is pointed at. */
export function toolbarOf(times: Times, choose: (view: View) => void, around: () => number | undefined): Toolbar {
  let known: { readonly axis: Axis; readonly view: View } | undefined;
  const button = (text: string, press: () => void, label?: string): HTMLButtonElement => {
    const made = element(
      "button",
      { type: "button", class: "chart-button", ...(label !== undefined && { "aria-label": label }) },
      text,
    );
    made.addEventListener("click", press);
    return made;
  };
  const zoomBy = (factor: number) => (): void => {
    if (known !== undefined) choose(zoomed(known.view, known.axis, factor, around()));
  };
  const ranges = RANGES.map((range) => ({ range, made: button(range.text, () => choose(range.view)) }));
  const reset = button("Reset zoom", () => choose(ALL));
  const shown = element("p", { class: "chart-span" });
  const bar = element(
    "div",
    { class: "chart-bar" },
    element(
      "div",
      { class: "chart-buttons", role: "group", "aria-label": "Time in sight" },
      ...ranges.map(({ made }) => made),
      button("−", zoomBy(FACTOR), "Zoom out"),
      button("+", zoomBy(1 / FACTOR), "Zoom in"),
      reset,
    ),
    shown,
  );

  return {
    element: bar,
    update(axis, view) {
      known = { axis, view };
      const span = spanOf(view, axis);
      for (const { range, made } of ranges) {
        made.hidden = !range.fits(axis);
        const [from, until] = spanOf(range.view, axis);
        mark(made, "aria-pressed", String(from === span[0] && until === span[1]));
      }
      // Disabled, it would let go of the focus that has just pressed it.
      mark(reset, "aria-disabled", String(view.kind === "all"));
      tell(shown, times.range(...span));
    },
  };
}
