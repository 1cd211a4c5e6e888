/** What a chart of a forecast shows, as plain data: no drawing, so that a picture and a page can be made of the same. */

/** One value that was measured. */
export interface ChartPoint {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Undefined, or no finite number, where it is not known: the line has a gap. */
  readonly value: number | undefined;
}

/** One instant of a forecast. */
export interface ChartBandPoint {
  /** Epoch milliseconds. */
  readonly at: number;
  /** What is expected. */
  readonly mean: number;
  /** The interval that the value will be in, with the chart's confidence. */
  readonly lower: number;
  readonly upper: number;
}

/** When the limit is reached, as far as that is known. */
export interface ChartCrossing {
  /** Most likely, in epoch milliseconds. */
  readonly at?: number | undefined;
  /** Not before; undefined where it may be any time from now. */
  readonly from?: number | undefined;
  /** Not after; undefined where it may be never. */
  readonly until?: number | undefined;
  /** In words, such as `reached between 12 and 20 March`. */
  readonly text: string;
}

/** A jump that a series made, and stayed. */
export interface ChartShift {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Such as `+12 %`. */
  readonly text: string;
}

/** History, forecast and limit of one metric. Times of each list increase. */
export interface CapacityChart {
  /** Such as `checkout: cpu`. */
  readonly title: string;
  /** Such as `cpu`. */
  readonly metric: string;
  /** `ratio` and `%` are shown in percent, `bytes` in kB, MB ...; any other is written behind the figures. */
  readonly unit?: string | undefined;
  readonly history: readonly ChartPoint[];
  /** The mean with its interval; empty where there is no forecast. */
  readonly forecast: readonly ChartBandPoint[];
  /** Of the interval: above 0 and below 1, such as 0.95. */
  readonly confidence: number;
  /** Which model made the forecast, to be shown. */
  readonly model?: string | undefined;
  /** What the metric must not reach, in its unit. */
  readonly limit?: number | undefined;
  readonly crossing?: ChartCrossing | undefined;
  /** Level shifts that were found. */
  readonly shifts?: readonly ChartShift[] | undefined;
}
