/** The chart of one metric's capacity: what was, what is expected, and its limit. */
import type { DashboardCapacity } from "../../model.ts";
import { quantityOf } from "./quantity.ts";
import type { ChartSpec, Extent, Line, Look, Reading } from "./spec.ts";

const MEASURED: Look = { tone: "main", dash: "solid" };
const EXPECTED: Look = { tone: "main", dash: "dashed" };
const LIMIT: Look = { tone: "bad", dash: "long" };

export function capacitySpec(capacity: DashboardCapacity): ChartSpec {
  const { metric, unit, limit, confidence, reachedFrom, reachedAt, reachedUntil } = capacity;
  const quantity = quantityOf(unit);
  const points = new Map<number, { measured?: number | null; expected?: DashboardCapacity["forecast"][number] }>();
  for (const { at, value } of capacity.history) points.set(at, { measured: value });
  for (const expected of capacity.forecast) points.set(expected.at, { ...points.get(expected.at), expected });
  const times = [...points.keys()].filter((at) => Number.isFinite(at)).sort((one, other) => one - other);
  const row = times.map((at) => points.get(at) ?? {});
  const finite = (value: number | null | undefined): number | null =>
    Number.isFinite(value) ? (value as number) : null;

  const measured = row.map((point) => finite(point.measured));
  const mean = row.map(({ expected }) => finite(expected?.mean));
  const upper = row.map(({ expected }) => finite(expected?.upper));
  const lower = row.map(({ expected }) => finite(expected?.lower));
  const hasForecast = mean.some((value) => value !== null);
  if (hasForecast) join(measured, [mean, upper, lower]);

  const lines: Line[] = [{ look: MEASURED, values: measured, shape: "line", fits: true }];
  const readings: Reading[] = [
    {
      label: "Measured",
      look: MEASURED,
      text: (index) => {
        if (row[index]?.measured === undefined) return undefined;
        return measured[index] === null ? "not measured" : quantity.text(measured[index] as number);
      },
    },
  ];
  if (hasForecast) {
    lines.push({ look: EXPECTED, values: mean, shape: "line", fits: true });
    lines.push(
      { look: EXPECTED, values: upper, shape: "edge", fits: true },
      { look: EXPECTED, values: lower, shape: "edge", fits: true },
    );
    readings.push({
      label: `Forecast (${quantityOf("ratio").text(confidence)} interval)`,
      look: EXPECTED,
      text: (index) => {
        const expected = row[index]?.expected;
        if (expected === undefined) return undefined;
        return `${quantity.text(expected.mean)} (${quantity.text(expected.lower)} to ${quantity.text(expected.upper)})`;
      },
    });
  }
  const end = times.at(-1) ?? 0;
  const until = Math.min(reachedUntil ?? end, end);
  const isReached = reachedAt !== undefined || reachedFrom !== undefined;
  const from = reachedFrom ?? reachedAt ?? end;
  return {
    id: metric,
    title: unit === undefined || ["ratio", "%", "bytes"].includes(unit) ? metric : `${metric} (${unit})`,
    quantity,
    subject: metric,
    times,
    lines,
    ...(hasForecast && { band: { upper: 2, lower: 3 } }),
    levels: limit === undefined ? [] : [{ label: `limit ${quantity.text(limit)}`, value: limit, look: LIMIT }],
    regions: isReached && from < until ? [{ label: "limit reached", from, until }] : [],
    readings,
    verticalOf: (extent) => verticalOf(extent, limit),
    keeps: "last",
    size: "tall",
    ...(times.length < 2 && { empty: "There are not enough values for a chart." }),
  };
}

/** The forecast begins where the measured values end: else there is a hole between them. */
function join(measured: readonly (number | null)[], forecasts: readonly (number | null)[][]): void {
  const last = measured.findLastIndex((value) => value !== null);
  for (const values of forecasts) {
    if (last >= 0 && (values[last] ?? null) === null) values[last] = measured[last] as number;
  }
}

/** With nothing and the limit in sight where that leaves the values readable. */
function verticalOf(extent: Extent | undefined, limit: number | undefined): Extent {
  const [lowest, highest] = extent ?? [0, 1];
  const low = Math.min(lowest, limit ?? lowest, 0);
  const high = Math.max(highest, limit ?? highest);
  return [low < 0 ? low * 1.05 : 0, high * 1.08 || 1];
}
