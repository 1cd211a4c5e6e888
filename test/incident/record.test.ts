import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import { eventText, foldTexts, readEvent, readSummary, summaryText } from "../../src/incident/record.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { AT, CREATED, after, event } from "./samples.ts";

const TEXT = eventText({ ...event(CREATED), recordedAt: AT });
const SUMMARY = JSON.parse(summaryText(after())) as Record<string, unknown>;

describe("events out of a store", () => {
  it.each([
    ["{", "event 1 of INC-0001 is not JSON"],
    ["7", "event 1 of INC-0001 is 7, not a mapping"],
    ["null", "event 1 of INC-0001 is null, not a mapping"],
    ["{}", "event 1 of INC-0001 is no event: its type is none that there is"],
    ['{"type":"toString"}', "its type is none that there is"],
    [TEXT.replace('"by":"ann",', ""), "its by is not a text"],
    [TEXT.replace(`"recordedAt":${String(AT)}`, '"recordedAt":null'), "its recordedAt is not a time"],
    [TEXT.replace('"SEV2"', '"SEV9"'), "its severity is not one of SEV1, SEV2, SEV3, SEV4"],
    [TEXT.replace('["checkout"]', '"checkout"'), "its services is not a list, each of it a text"],
  ])("%s is told as damage", (text, message) => {
    const read = (): unknown => readEvent(text, "INC-0001", 1);
    expect(read).toThrow(AdapterError);
    expect(read).toThrow(message);
  });

  it("are as they were written, and frozen to the bottom", () => {
    const read = readEvent(TEXT, "INC-0001", 1);
    expect(read).toEqual({ ...event(CREATED), recordedAt: AT });
    expect(Object.isFrozen(read) && Object.isFrozen((read as { services: unknown }).services)).toBe(true);
  });

  it.each([
    [[TEXT, TEXT], 'event 2 of INC-0001 does not follow from those before it: "createIncident" is not possible'],
    [[eventText({ ...event({ type: "resolved" }), recordedAt: AT })], "event 1 of INC-0001 does not follow"],
    [[TEXT, eventText({ ...event({ type: "resolved" }, 5), recordedAt: AT })], "event 2 of INC-0001 does not follow"],
  ])("that do not follow from each other are told, with the first that does not", (texts, message) => {
    const folded = (): unknown => foldTexts(undefined, texts, "INC-0001");
    expect(folded).toThrow(AdapterError);
    expect(folded).toThrow(message);
  });

  it("are read in a time that does not grow with all the alerts that were before", () => {
    const alert = { startsAt: AT, status: "firing", labels: {}, annotations: {} } as const;
    const received = (first: number, count: number): string => {
      const alerts = Array.from({ length: count }, (_, index) => ({ ...alert, fingerprint: String(first + index) }));
      return eventText({ ...event({ type: "alerts_received", alerts }), recordedAt: AT });
    };
    const before = foldTexts(undefined, [TEXT, received(0, 20_000)], "INC-0001");
    const texts = Array.from({ length: 3_000 }, (_, index) => received(20_000 + index, 1));
    const { user } = process.cpuUsage();
    const whole = foldTexts(before, texts, "INC-0001");
    // A copy of the alerts for each event takes seconds.
    expect(process.cpuUsage().user - user).toBeLessThan(1_000_000);
    expect([before?.alerts.size, before?.firing]).toEqual([20_000, 20_000]);
    expect([whole?.alerts.size, whole?.firing]).toEqual([23_000, 23_000]);
  });

  it("are not tried again, since they would not be better", async () => {
    const store = new MemoryIncidentStore();
    await store.commit([{ expectedVersion: 0, events: ["{}"], summary: "{}", open: true }]);
    const incidents = new IncidentManager({ store });
    await expect(incidents.get("INC-0001")).rejects.toMatchObject({ code: "adapter", retryable: false });
    await expect(incidents.timeline("INC-0001")).rejects.toMatchObject({ code: "adapter", retryable: false });
    await expect(incidents.list().next()).rejects.toThrow("the summary of INC-0001 is none: its title is not a text");
  });
});

describe("summaries out of a store", () => {
  it.each([
    [{ visits: [1] }, "its visits is not a list, each of it a visit of a status"],
    [{ visits: [{ status: "closed", enteredAt: 1 }] }, "its visits is not"],
    [{ services: null }, "its services is not a list"],
    [{ startedAt: "now" }, "its startedAt is not a time"],
    [{ reopened: -1 }, "its reopened is not a whole number from 0"],
    [{ severities: undefined }, "its severities is not a list"],
    [{ labels: { a: 1 } }, "its labels is not a mapping of names to text"],
  ])("%j is told as damage", (damage, message) => {
    const read = (): unknown => readSummary(JSON.stringify({ ...SUMMARY, ...damage }), "INC-0001");
    expect(read).toThrow(AdapterError);
    expect(read).toThrow(message);
  });
});
