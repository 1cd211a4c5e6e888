import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";

import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import type { GoldenSignalsOptions } from "../../src/signals/options.ts";

const one = { method: "GET", route: "/", statusCode: 200, durationSeconds: 0.1 };
const text = async (signals: GoldenSignalsCollector, part: RegExp): Promise<string[]> =>
  (await signals.metrics()).split("\n").filter((line) => part.test(line));

describe("a collector among hostile options", () => {
  it.each<[string, unknown]>([
    [
      "throws",
      () => {
        throw new Error("rule");
      },
    ],
    ["rejects", () => Promise.reject(new Error("rule"))],
    ["forgets to return", () => undefined],
  ])("judges a status without a rule that %s", async (_what, rule) => {
    const signals = new GoldenSignalsCollector({ countsAsError: rule } as GoldenSignalsOptions);
    signals.record(one);
    signals.record({ ...one, statusCode: 500 });
    expect(await text(signals, /^http_request_errors_total\{/)).toEqual([
      'http_request_errors_total{method="GET",route="/",class="server_error"} 1',
    ]);
    expect(await text(signals, /^nines_rejected/)).toEqual(['nines_rejected_values_total{reason="fault"} 2']);
  });

  it("leaves out a gauge that is async, also one that rejects", async () => {
    const signals = new GoldenSignalsCollector();
    signals.addSaturation("later", (() => Promise.resolve(0.5)) as unknown as () => number);
    signals.addSaturation("never", (() => Promise.reject(new Error("gauge"))) as unknown as () => number);
    signals.addSaturation("now", () => 0.25);
    expect(signals.saturation()).toEqual({ now: 0.25 });
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("tells the rest when the probe throws, as it does out of file descriptors", async () => {
    const probe = {
      sample: () => {
        throw new Error("EMFILE");
      },
      close: () => undefined,
    };
    const signals = new GoldenSignalsCollector({ probe });
    signals.record(one);
    expect(await text(signals, /^http_requests_total\{/)).toHaveLength(1);
  });

  it("does not take another collector's metrics away when it is closed twice", async () => {
    const registry = new Registry();
    const first = new GoldenSignalsCollector({ registry });
    first.close();
    const second = new GoldenSignalsCollector({ registry });
    second.record(one);
    first.close();
    expect(await text(second, /^http_requests_total\{/)).toHaveLength(1);
  });

  it("writes each counter's name once with _total on a registry of OpenMetrics", async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    const signals = new GoldenSignalsCollector({ registry });
    signals.record(one);
    for (let scrape = 0; scrape < 2; scrape += 1) {
      expect(await text(signals, /http_requests(_total)+|# TYPE http_requests /)).toEqual([
        "# TYPE http_requests counter",
        'http_requests_total{method="GET",route="/",code="200"} 1',
      ]);
    }
  });

  it("goes on counting a route whose label had to be cleaned after the limit is reached", async () => {
    const signals = new GoldenSignalsCollector({ seriesLimit: 1 });
    const route = `/${"long".repeat(100)}`;
    for (let count = 0; count < 3; count += 1) signals.record({ ...one, route });
    expect(await text(signals, /^http_requests_total\{.* 3$/)).toHaveLength(1);
    expect(await text(signals, /^nines_series_overflow_total/)).toEqual(["nines_series_overflow_total 0"]);
  });
});
