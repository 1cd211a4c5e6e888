/** One chart drawn by uPlot; nobody else knows of it. */
import uPlot from "uplot";

import { DASHES, drawBefore, drawBehind, type Surface } from "./canvas.ts";
import type { PlacedMark } from "./marks.ts";
import { extentOf, indexToldAt, type ChartSpec, type Extent, type Line } from "./spec.ts";
import { themeOf } from "./theme.ts";
import type { Times } from "./times.ts";
import type { Span } from "./view.ts";

/** What is drawn, and of what time. */
export interface PlotInput {
  readonly spec: ChartSpec;
  readonly span: Span;
  /** Whether that is all of the past. */
  readonly whole: boolean;
  readonly marks: readonly PlacedMark[];
  readonly at: number;
  /** Whether any chart of the group has a second scale: then all leave room for one. */
  readonly hasRight: boolean;
}

/** What the reader does with it. */
export interface PlotListener {
  /** The instant that is pointed at; undefined for none. */
  pointed(at: number | undefined): void;
  zoomed(from: number, until: number): void;
  reset(): void;
  /** It has been drawn: the plotting area may lie elsewhere. */
  drawn(): void;
}

export interface Plot {
  update(input: PlotInput): void;
  resize(width: number, height: number): void;
  /** Points at an instant; the listener is told. */
  point(at: number | undefined): void;
  redraw(): void;
  /** Left edge and width of the plotting area within the place, in CSS pixels. */
  area(): { readonly left: number; readonly width: number };
  destroy(): void;
}

/** Beside the plotting area, in CSS pixels: the same for all charts, so that their times lie below each other. */
const SIDES = { wide: { left: 66, right: 58 }, narrow: { left: 56, right: 46 } } as const;
/** Half of the last time's text. */
const SPARE = 24;
const NARROW = 480;
const BOTTOM = { one: 26, two: 42 } as const;
const STROKE = 2;

/** `group`: charts of one name have one cursor. */
export function plotIn(
  place: HTMLElement,
  first: PlotInput,
  ...[size, group, times, listener]: [{ width: number; height: number }, string, Times, PlotListener]
): Plot {
  let input = first;
  let [width, height] = [size.width, size.height];
  let vertical = verticalOf(input);
  let plot = make();

  function make(): uPlot {
    return new uPlot(optionsOf(), dataOf(input.spec), place);
  }

  function optionsOf(): uPlot.Options {
    const side = (): (typeof SIDES)["wide" | "narrow"] => (width < NARROW ? SIDES.narrow : SIDES.wide);
    const colour = (name: keyof ReturnType<typeof themeOf>["colours"]) => () => themeOf(place).colours[name];
    const font = `12px ${themeOf(place).font}`;
    const { spec } = input;
    const axis = { stroke: colour("axis"), font, ticks: { show: false }, border: { show: false } } as const;
    return {
      width,
      height,
      ms: 1,
      padding: [8, () => (spec.right !== undefined ? 0 : input.hasRight ? side().right : SPARE), 0, 0],
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [input.span[0], input.span[1]] },
        y: { range: () => [vertical[0], vertical[1]] },
        ...(spec.right !== undefined && {
          right: { from: "y", range: () => [vertical[0] * factorOf(input), vertical[1] * factorOf(input)] },
        }),
      },
      axes: [
        {
          ...axis,
          grid: { stroke: colour("grid"), width: 1 },
          size: (_plot, values: string[] | null) =>
            values?.some((text) => text.includes("\n")) === true ? BOTTOM.two : BOTTOM.one,
          space: 68,
          values: (_plot, splits, _axis, _space, step) => [...times.ticks(splits, step)],
        },
        {
          ...axis,
          grid: { stroke: colour("grid"), width: 1 },
          size: () => side().left,
          space: 34,
          values: (_plot, splits, _axis, _space, step) => splits.map((value) => input.spec.quantity.tick(value, step)),
        },
        ...(spec.right === undefined
          ? []
          : [
              {
                ...axis,
                scale: "right",
                // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's names of sides are types only
                side: 1 as uPlot.Axis.Side,
                grid: { show: false },
                size: () => side().right,
                space: 34,
                values: (_plot: uPlot, splits: number[], _axis: number, _space: number, step: number) =>
                  splits.map((value) => input.spec.right?.quantity.tick(value, step) ?? ""),
              },
            ]),
      ],
      series: [{}, ...spec.lines.map((line) => seriesOf(line, colour))],
      ...(spec.band !== undefined && {
        bands: [{ series: [spec.band.upper + 1, spec.band.lower + 1], fill: colour("band") }],
      }),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: 6 },
        dataIdx: (_self, _series, nearest, at) => indexToldAt(input.spec, at) ?? nearest,
        sync: {
          key: group,
          scales: ["x", null],
          setSeries: false,
          // What is dragged is told by the group, once all charts show the same.
          filters: { pub: (type) => type === "mousemove" || type === "mouseleave" },
        },
        // The edges of a band are no lines.
        points: { size: (_self, index) => (input.spec.lines[index - 1]?.shape === "edge" ? 0 : 8) },
        bind: {
          dblclick: () => () => {
            listener.reset();
            return null;
          },
        },
      },
      hooks: {
        drawClear: [(self) => drawBehind(surfaceOf(self), input.spec, input.marks, themeOf(place))],
        draw: [
          (self) => {
            drawBefore(surfaceOf(self), input.spec, input.at, themeOf(place));
            listener.drawn();
          },
        ],
        setCursor: [(self) => listener.pointed(pointedAt(self))],
        setSelect: [
          (self) => {
            const { left, width: chosen } = self.select;
            if (chosen <= 0) return;
            const [from, until] = [self.posToVal(left, "x"), self.posToVal(left + chosen, "x")];
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            listener.zoomed(from, until);
          },
        ],
        // The page may have moved the chart since it was measured.
        ready: [(self) => self.over.addEventListener("mouseenter", () => self.syncRect(true))],
      },
    };
  }

  /** uPlot keeps what it was made of: other lines need another one. */
  const shapeOf = ({ lines, band, right }: ChartSpec): string =>
    JSON.stringify([lines.map(({ look, shape, filled }) => [look, shape, filled]), band, right === undefined]);

  return {
    update(next) {
      const before = input;
      input = next;
      vertical = verticalOf(next);
      if (shapeOf(before.spec) !== shapeOf(next.spec)) {
        plot.destroy();
        plot = make();
        return;
      }
      plot.batch(() => {
        if (before.spec !== next.spec) plot.setData(dataOf(next.spec), false);
        plot.setScale("x", { min: next.span[0], max: next.span[1] });
        plot.setScale("y", { min: vertical[0], max: vertical[1] });
        if (before.marks !== next.marks || before.at !== next.at) plot.redraw(false);
      });
    },
    resize(toWidth, toHeight) {
      if (toWidth === width && toHeight === height) return;
      const wasNarrow = width < NARROW;
      [width, height] = [toWidth, toHeight];
      plot.setSize({ width, height });
      if (wasNarrow !== width < NARROW) plot.redraw(false, true);
    },
    point(at) {
      const [from, until] = input.span;
      const isSeen = at !== undefined && at >= from && at <= until;
      plot.setCursor(isSeen ? { left: plot.valToPos(at, "x"), top: 0 } : { left: -10, top: -10 }, true);
    },
    redraw: () => plot.redraw(false, true),
    area: () => ({ left: plot.bbox.left / uPlot.pxRatio, width: plot.bbox.width / uPlot.pxRatio }),
    destroy: () => plot.destroy(),
  };
}

function seriesOf({ look, shape, filled }: Line, colour: (name: Line["look"]["tone"]) => () => string): uPlot.Series {
  const steps = uPlot.paths.stepped?.({ align: 1, alignGaps: 1 });
  return {
    ...(shape !== "edge" && { stroke: colour(look.tone) }),
    ...(filled === true && { fill: colour("area") }),
    ...(shape === "step" && steps !== undefined && { paths: steps }),
    width: shape === "edge" ? 0 : look.tone === "muted" ? 1.5 : STROKE,
    dash: DASHES[look.dash],
    points: { show: false },
  };
}

function dataOf({ times, lines }: ChartSpec): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

function verticalOf({ spec, span, whole }: PlotInput): Extent {
  const [low, high] = spec.verticalOf(extentOf(spec, ...span), whole);
  return high > low ? [low, high] : [low, low + 1];
}

function factorOf({ spec }: PlotInput): number {
  return spec.right?.factor ?? 1;
}

function pointedAt(plot: uPlot): number | undefined {
  const { left = -1 } = plot.cursor;
  return left < 0 ? undefined : plot.posToVal(left, "x");
}

function surfaceOf(plot: uPlot): Surface {
  return {
    context: plot.ctx,
    box: plot.bbox,
    ratio: uPlot.pxRatio,
    x: (at) => plot.valToPos(at, "x", true),
    y: (value) => plot.valToPos(value, "y", true),
  };
}
