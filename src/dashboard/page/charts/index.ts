/** The charts of the page: what the rest of it asks of them. */
import type { DashboardCapacity, DashboardMark, DashboardSignals, DashboardSlo } from "../../model.ts";
import { axisOf, sloGroup } from "./axes.ts";
import { capacitySpec } from "./capacity-spec.ts";
import { element } from "./element.ts";
import { chartGroup, type Group, type GroupInput } from "./group.ts";
import { saturationSpec } from "./signal-spec.ts";

/** A chart, or several that belong together, in one element. */
export interface Chart<Input> {
  readonly element: HTMLElement;
  /** Draws what is new; zoom, cursor and what was opened stay as they are. */
  update(input: Input): void;
  /** Gives back what it holds; the element is of no use afterwards. */
  destroy(): void;
}

/** What is drawn of an SLO. */
export interface SloChartsInput {
  readonly slo: DashboardSlo;
  /** Those that concern it. */
  readonly marks: readonly DashboardMark[];
  /** Now, in epoch milliseconds. */
  readonly at: number;
}

/** What is drawn of a service's signals. */
export interface SignalChartsInput {
  /** The service's. */
  readonly name: string;
  readonly signals: DashboardSignals;
  readonly at: number;
}

/** What is drawn of a service's capacity. */
export interface CapacityChartsInput {
  readonly capacity: readonly DashboardCapacity[];
  readonly at: number;
}

/** Budget, errors and latency of an SLO, with what happened, on one time axis. */
export function sloCharts(input: SloChartsInput): Chart<SloChartsInput> {
  return grouped(input, sloGroup);
}

/** How full a service's resources were. */
export function signalCharts(input: SignalChartsInput): Chart<SignalChartsInput> {
  return grouped(input, ({ signals, at }) => {
    const spec = saturationSpec(signals);
    return { specs: [spec], marks: [], axis: axisOf([spec], at) };
  });
}

/** What was measured of each metric, what is expected, and its limit; each on its own time axis. */
export function capacityCharts(first: CapacityChartsInput): Chart<CapacityChartsInput> {
  const whole = element("div", { class: "charts-apart" });
  const groups = new Map<string, Group>();
  const update = ({ capacity, at }: CapacityChartsInput): void => {
    const wanted = new Map(capacity.map((each) => [each.metric, each]));
    for (const [metric, group] of groups) {
      if (wanted.has(metric)) continue;
      group.destroy();
      groups.delete(metric);
    }
    for (const [metric, each] of wanted) {
      const spec = capacitySpec(each);
      const input = { specs: [spec], marks: [], axis: axisOf([spec], at) };
      const known = groups.get(metric);
      known?.update(input);
      if (known !== undefined) continue;
      const group = chartGroup(input);
      groups.set(metric, group);
      whole.append(group.element);
    }
  };
  update(first);
  return {
    element: whole,
    update,
    destroy() {
      for (const group of groups.values()) group.destroy();
      whole.remove();
    },
  };
}

function grouped<Input>(first: Input, of: (input: Input) => GroupInput): Chart<Input> {
  const group = chartGroup(of(first));
  return { element: group.element, update: (input) => group.update(of(input)), destroy: () => group.destroy() };
}
