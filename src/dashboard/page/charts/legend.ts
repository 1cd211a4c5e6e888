/** The values at the cursor, or the latest ones, in text below a chart. */
import { element, mark, tell } from "./element.ts";
import type { ChartSpec, Look } from "./spec.ts";
import { whenOf } from "./summary.ts";
import type { Times } from "./times.ts";

export interface Legend {
  readonly element: HTMLElement;
  /** Of the time with that index. */
  update(spec: ChartSpec, index: number | undefined, isPointed: boolean, note: string): void;
}

export function legendOf(times: Times): Legend {
  const when = element("p", { class: "chart-when" });
  const list = element("ul", { class: "chart-readings" });
  const items: {
    readonly item: HTMLElement;
    readonly key: HTMLElement;
    readonly label: Text;
    readonly value: HTMLElement;
  }[] = [];

  function itemAt(position: number): (typeof items)[number] {
    const known = items[position];
    if (known !== undefined) return known;
    const [key, label, value] = [element("i", { class: "chart-key" }), new Text(), element("b")];
    const item = element("li", {}, key, label, " ", value);
    const made = { item, key, label, value };
    items.push(made);
    list.append(item);
    return made;
  }

  return {
    element: element("div", { class: "chart-legend" }, when, list),
    update(spec, index, isPointed, note) {
      const time = index === undefined ? "" : whenOf(spec, index, times);
      tell(when, `${isPointed ? time : `Latest: ${time}`}${note === "" ? "" : `, ${note}`}`);
      for (const [position, reading] of spec.readings.entries()) {
        const item = itemAt(position);
        item.label.data = reading.label;
        tell(item.value, (index === undefined ? undefined : reading.text(index)) ?? (isPointed ? "–" : ""));
        show(item.key, reading.look);
      }
      for (const { item } of items.splice(spec.readings.length)) item.remove();
    },
  };
}

/** A short piece of the line beside its name. */
function show(key: HTMLElement, look: Look | undefined): void {
  key.hidden = look === undefined;
  if (look === undefined) return;
  mark(key, "data-tone", look.tone);
  mark(key, "data-dash", look.dash);
}
