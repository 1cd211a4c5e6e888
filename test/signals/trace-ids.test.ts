import { describe, expect, it } from "vitest";

import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const W3C = "4bf92f3577b34da6a3ce929d0e0e4736";
const B3 = "463ac35c9f6413ad48485a3953bb6124";
const SPAN = "00f067aa0ba902b7";
const signals = new GoldenSignalsCollector({ exemplars: true });
type Headers = Readonly<Record<string, string | string[] | undefined>>;

describe("the trace of a request, by its headers", () => {
  it.each<[string, Headers, string | undefined]>([
    ["W3C, sampled", { traceparent: `00-${W3C}-${SPAN}-01` }, W3C],
    ["W3C, sampled among other flags", { traceparent: `00-${W3C}-${SPAN}-ff` }, W3C],
    ["W3C, not sampled", { traceparent: `00-${W3C}-${SPAN}-00` }, undefined],
    ["W3C, another flag only", { traceparent: `00-${W3C}-${SPAN}-02` }, undefined],
    ["W3C of a later version", { traceparent: `cc-${W3C}-${SPAN}-01` }, W3C],
    ["W3C of a later version with more", { traceparent: `cc-${W3C}-${SPAN}-01-what-may-come` }, W3C],
    ["W3C of the first version with more", { traceparent: `00-${W3C}-${SPAN}-01-what-may-come` }, undefined],
    ["W3C of no version", { traceparent: `ff-${W3C}-${SPAN}-01` }, undefined],
    ["W3C with more and no dash", { traceparent: `cc-${W3C}-${SPAN}-01x` }, undefined],
    ["W3C of zeros", { traceparent: `00-${"0".repeat(32)}-${SPAN}-01` }, undefined],
    ["W3C of a span of zeros", { traceparent: `00-${W3C}-${"0".repeat(16)}-01` }, undefined],
    ["W3C in upper case", { traceparent: `00-${W3C.toUpperCase()}-${SPAN}-01` }, undefined],
    ["W3C cut short", { traceparent: `00-${W3C}-${SPAN}` }, undefined],
    ["W3C twice", { traceparent: [`00-${W3C}-${SPAN}-01`, `00-${W3C}-${SPAN}-01`] }, undefined],
    ["W3C with a break", { traceparent: `00-${W3C}-${SPAN}-01\n` }, undefined],
    ["W3C of 100 KB", { traceparent: `cc-${W3C}-${SPAN}-01-${"x".repeat(100_000)}` }, undefined],
    ["B3, sampled", { b3: `${B3}-${SPAN}-1` }, B3],
    ["B3, debug", { b3: `${B3}-${SPAN}-d-${SPAN}` }, B3],
    ["B3, to be decided", { b3: `${B3}-${SPAN}` }, B3],
    ["B3, not sampled", { b3: `${B3}-${SPAN}-0` }, undefined],
    ["B3, nothing but not sampled", { b3: "0", "x-b3-traceid": B3 }, undefined],
    ["B3 of 64 bits", { b3: `48485a3953bb6124-${SPAN}-1` }, "48485a3953bb6124"],
    ["B3 in upper case", { b3: `${B3.toUpperCase()}-${SPAN}-1` }, B3],
    ["B3 of zeros", { b3: `${"0".repeat(16)}-${SPAN}-1` }, undefined],
    ["B3 of no sense", { b3: "<script>" }, undefined],
    ["several B3 headers", { "x-b3-traceid": B3, "x-b3-sampled": "1" }, B3],
    ["several B3 headers, to be decided", { "x-b3-traceid": B3 }, B3],
    ["several B3 headers, not sampled", { "x-b3-traceid": B3, "x-b3-sampled": "0" }, undefined],
    ["several B3 headers, not sampled in words", { "x-b3-traceid": B3, "x-b3-sampled": "false" }, undefined],
    ["several B3 headers of 64 bits", { "x-b3-traceid": "48485a3953bb6124" }, "48485a3953bb6124"],
    ["several B3 headers of no length", { "x-b3-traceid": B3.slice(1) }, undefined],
    ["all of them", { traceparent: `00-${W3C}-${SPAN}-01`, b3: `${B3}-${SPAN}-1` }, W3C],
    ["W3C not sampled before B3 sampled", { traceparent: `00-${W3C}-${SPAN}-00`, b3: `${B3}-${SPAN}-1` }, undefined],
    ["W3C of no sense before B3", { traceparent: "x", b3: `${B3}-${SPAN}-1` }, B3],
    ["W3C of zeros before B3", { traceparent: `00-${"0".repeat(32)}-${SPAN}-01`, b3: `${B3}-${SPAN}-1` }, B3],
    ["the single B3 header before the several", { b3: `${B3}-${SPAN}-1`, "x-b3-traceid": W3C }, B3],
    ["none", {}, undefined],
  ])("%s", (_what, headers, expected) => {
    expect(signals.traceIdOf(headers)).toBe(expected);
  });

  it("is not looked for without exemplars", () => {
    expect(new GoldenSignalsCollector().traceIdOf({ traceparent: `00-${W3C}-${SPAN}-01` })).toBeUndefined();
    expect(signals.traceIdOf(undefined)).toBeUndefined();
  });
});
