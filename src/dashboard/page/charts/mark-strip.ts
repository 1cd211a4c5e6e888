/** What happened, above the charts, each at its place on the time axis. */
import { element, mark as set, tell } from "./element.ts";
import { MARK_WORDS, rowsOf, type PlacedMark, type Stretch } from "./marks.ts";
import type { Span } from "./view.ts";

export interface MarkStrip {
  readonly element: HTMLElement;
  update(marks: readonly PlacedMark[], span: Span, area: Area | undefined): void;
}

/** Of the plotting areas below, in CSS pixels. */
export interface Area {
  readonly left: number;
  readonly width: number;
}

const MOST_ROWS = 4;

/** A row of buttons with one stop for the tabulator: arrow keys go from one to the next. */
export function markStrip(choose: (mark: PlacedMark) => void): MarkStrip {
  const lanes = element("ul", { class: "mark-lanes", "aria-label": "What happened" });
  const note = element("p", { class: "mark-note", "aria-hidden": "true" });
  const whole = element("div", { class: "mark-strip" }, lanes, note);
  const buttons = new Map<string, HTMLButtonElement>();
  const known = new Map<string, PlacedMark>();
  let names = "";

  function show(key: string | undefined): void {
    const mark = key === undefined ? undefined : known.get(key);
    tell(note, mark === undefined ? names : `${mark.title}, ${mark.when}`);
  }

  function buttonOf(key: string): HTMLButtonElement {
    const made = element("button", { type: "button", class: "mark", tabindex: "-1" });
    made.addEventListener("click", () => {
      const mark = known.get(key);
      if (mark !== undefined) choose(mark);
    });
    for (const event of ["focus", "mouseenter"]) made.addEventListener(event, () => show(key));
    for (const event of ["blur", "mouseleave"]) made.addEventListener(event, () => show(focused()));
    made.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by === undefined) return;
      const all = [...lanes.querySelectorAll("button")];
      all[all.indexOf(made) + by]?.focus();
      event.preventDefault();
    });
    made.addEventListener("focus", () => {
      for (const other of buttons.values()) other.tabIndex = other === made ? 0 : -1;
    });
    return made;
  }

  const focused = (): string | undefined => [...buttons].find(([, button]) => button === document.activeElement)?.[0];

  return {
    element: whole,
    update(marks, [from, until], area) {
      whole.hidden = area === undefined || marks.length === 0;
      if (area === undefined) return;
      known.clear();
      const seen = marks.filter((mark) => mark.until >= from && mark.from <= until).sort((a, b) => a.from - b.from);
      for (const mark of seen) known.set(mark.key, mark);
      // Fingers need more room than pointers.
      const least = matchMedia("(pointer: coarse)").matches ? 44 : 24;
      const x = (at: number): number =>
        area.left + ((Math.min(Math.max(at, from), until) - from) / (until - from)) * area.width;
      const stretches = seen.map((mark): Stretch => {
        const left = x(mark.from);
        return [left, mark.isInstant ? left + least : Math.max(left + least, x(mark.until))];
      });
      const rows = rowsOf(stretches, MOST_ROWS);
      const items = seen.map((mark, index) => {
        const button = buttons.get(mark.key) ?? buttonOf(mark.key);
        buttons.set(mark.key, button);
        tell(button, MARK_WORDS[mark.kind].letter);
        set(button, "data-kind", mark.kind);
        set(button, "aria-label", `${mark.title}, ${mark.when}`);
        const [left, right] = stretches[index] ?? [0, 0];
        button.style.transform = `translate(${left}px, ${(rows[index] ?? 0) * (least + 2)}px)`;
        button.style.width = `${right - left}px`;
        button.style.height = `${least}px`;
        return button.parentElement ?? element("li", {}, button);
      });
      for (const key of buttons.keys()) if (!known.has(key)) buttons.delete(key);
      if (items.length !== lanes.children.length || items.some((item, index) => lanes.children[index] !== item)) {
        lanes.replaceChildren(...items);
      }
      const all = [...buttons.values()];
      if (!all.some(({ tabIndex }) => tabIndex === 0) && all[0] !== undefined) all[0].tabIndex = 0;
      lanes.style.height = `${(Math.max(0, ...rows) + 1) * (least + 2)}px`;
      names = [...new Set(marks.map(({ kind }) => kind))]
        .map((kind) => `${MARK_WORDS[kind].letter}: ${MARK_WORDS[kind].name.toLowerCase()}`)
        .join(", ");
      show(focused());
    },
  };
}
