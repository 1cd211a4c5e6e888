/** The chart of how full resources were. */
import type { DashboardSignals } from "../../model.ts";
import { SHARE } from "./quantity.ts";
import type { ChartSpec, Look, Tone } from "./spec.ts";

const TONES: readonly Tone[] = ["one", "two", "three", "four", "five"];
const DASHES: readonly Look["dash"][] = ["solid", "dashed", "dotted", "long"];
/** More lines than that nobody tells apart: those that are fullest now are drawn. */
const MOST_LINES = 8;

export function saturationSpec({ past = [], saturation }: DashboardSignals): ChartSpec {
  const told = past.filter(({ at }) => Number.isFinite(at));
  const names = [...new Set([...Object.keys(saturation), ...told.flatMap((point) => Object.keys(point.saturation))])];
  const now = (name: string): number => valueOf(saturation, name) ?? -1;
  const drawn = names.sort((one, other) => now(other) - now(one)).slice(0, MOST_LINES);
  const rows = drawn.map((name, index) => ({
    name,
    look: { tone: TONES[index % TONES.length] as Tone, dash: DASHES[index % DASHES.length] as Look["dash"] },
    values: told.map((point) => valueOf(point.saturation, name)),
  }));
  const left = names.length - drawn.length;
  return {
    id: "saturation",
    title: left === 0 ? "Saturation over time" : `Saturation over time: the ${drawn.length} fullest of ${names.length}`,
    quantity: SHARE,
    subject: drawn[0] ?? "Saturation",
    times: told.map(({ at }) => at),
    lines: rows.map(({ look, values }) => ({ look, values, shape: "line", fits: true })),
    levels: [],
    regions: [],
    readings: rows.map(({ name, look, values }) => ({
      label: name,
      look,
      text: (index) => {
        const value = values[index] ?? null;
        return value === null ? "not measured" : SHARE.text(value);
      },
    })),
    verticalOf: (extent) => [0, Math.max(1, extent?.[1] ?? 1)],
    keeps: "highest",
    size: "low",
    ...(told.length < 2 && { empty: "How full resources were is not known yet." }),
  };
}

function valueOf(saturation: Readonly<Record<string, number>>, name: string): number | null {
  const value = Object.hasOwn(saturation, name) ? saturation[name] : undefined;
  return value !== undefined && Number.isFinite(value) ? value : null;
}
