/** Where panels go: from left to right, and on to the next line where one is full. */
import type { GrafanaPanel, GrafanaRow } from "./model.ts";
import type { UnplacedPanel } from "./panels.ts";

const COLUMNS = 24;

/** A heading, and the panels below it with their width and height. */
export interface Section {
  /** Without one there is no heading. */
  readonly title?: string;
  readonly panels: readonly (readonly [panel: UnplacedPanel, width: number, height: number])[];
}

/** All of them with their places, and ids in that order. Sections without panels are left out. */
export function placed(sections: readonly Section[]): readonly (GrafanaPanel | GrafanaRow)[] {
  const all: (GrafanaPanel | GrafanaRow)[] = [];
  let top = 0;
  for (const { title, panels } of sections) {
    if (panels.length === 0) continue;
    if (title !== undefined) {
      all.push({ ...HEADING, id: all.length + 1, title, gridPos: { x: 0, y: top, w: COLUMNS, h: 1 } });
      top += 1;
    }
    let [x, height] = [0, 0];
    for (const [panel, w, h] of panels) {
      if (x + w > COLUMNS) [x, top, height] = [0, top + height, 0];
      all.push({ ...panel, id: all.length + 1, gridPos: { x, y: top, w, h } });
      x += w;
      height = Math.max(height, h);
    }
    top += height;
  }
  return all;
}

const HEADING = { type: "row", collapsed: false, panels: [] } as const;
