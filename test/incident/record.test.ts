import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import type { IncidentOccurrence } from "../../src/incident/events.ts";
import { eventText, foldTexts, readEvent, readSummary, summaryText } from "../../src/incident/record.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { AT, CREATED, after, event, thrownBy } from "./samples.ts";

const TEXT = eventText({ ...event(CREATED), recordedAt: AT });
const textOf = (occurrence: IncidentOccurrence): string => eventText({ ...event(occurrence), recordedAt: AT });
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
    [
      TEXT.replace('"type":"created"', '"type":["created"]'),
      "event 1 of INC-0001 is no event: its type is none that there is",
    ],
    [TEXT.replace('"services"', '"affectsSlo":"yes","services"'), "its affectsSlo is not true or false, or left out"],
    [
      TEXT.replace('"services"', '"labels":null,"services"'),
      "its labels is not a mapping of names to text, or left out",
    ],
    [textOf({ type: "task_changed", task: "T1", done: 1 as never }), "its done is not true or false"],
    [textOf({ type: "noted", kind: "k", message: "m", data: null as never }), "its data is not a mapping, or left out"],
    [textOf({ type: "alerts_received", alerts: [null as never] }), "its alerts is not a list, each of it an alert"],
  ])("%s is told as damage", (text, message) => {
    const read = (): unknown => readEvent(text, "INC-0001", 1);
    expect(read).toThrow(AdapterError);
    expect(read).toThrow(message);
  });

  it("are told as damage by the store that was read", () => {
    expect(thrownBy(() => readEvent("{}", "INC-0001", 1))).toMatchObject({
      ...{ adapter: "incident store", operation: "read an incident", retryable: false },
      message:
        "incident store could not read an incident: event 1 of INC-0001 is no event: its type is none that there is",
    });
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

describe("events that are to be kept", () => {
  const BY = { by: "ann" };

  /** What is told of `occurrence`, which is not kept. */
  async function refused(occurrence: unknown): Promise<unknown> {
    const incidents = new IncidentManager();
    const { id } = await incidents.createIncident({ title: "t", severity: "SEV3", ...BY });
    return incidents
      .apply(id, BY, () => [occurrence as IncidentOccurrence])
      .then(
        () => expect.unreachable(),
        (error: unknown) => error,
      );
  }

  /** A mapping of so many mappings inside each other. */
  const nested = (depth: number): Record<string, unknown> => {
    let data: Record<string, unknown> = {};
    for (let levels = 1; levels < depth; levels += 1) data = { data };
    return data;
  };

  it("are of a type that there is; the nearest one is named", async () => {
    expect(await refused({ type: "resolve" })).toMatchObject({
      code: "configuration",
      message: expect.stringMatching(
        /^type: "resolve" is no event of an incident; did you mean "resolved"\?/,
      ) as string,
    });
  });

  it("lack nothing", async () => {
    expect(await refused({ type: "services_changed", added: ["a"] })).toMatchObject({
      code: "configuration",
      message: "services_changed: is no event of an incident: its removed is not a list, each of it a text",
    });
  });

  it("must have a word in JSON, and the reason is kept beside", async () => {
    expect(await refused({ type: "noted", kind: "k", message: "m", data: { n: 1n } })).toMatchObject({
      ...{ code: "configuration", message: "noted: cannot be written as JSON" },
      cause: { name: "TypeError" },
    });
  });

  it("are not deeper than those that are read again", async () => {
    const noted = (depth: number) => ({ type: "noted", kind: "k", message: "m", data: nested(depth) }) as const;
    expect(await refused(noted(500))).toMatchObject({
      ...{ code: "configuration", message: "noted: cannot be written as JSON" },
      cause: { message: "too deep" },
    });
    const incidents = new IncidentManager();
    const { id } = await incidents.createIncident({ title: "t", severity: "SEV3", ...BY });
    await incidents.apply(id, BY, () => [noted(499)]);
    expect((await incidents.timeline(id))[1]).toMatchObject({ type: "noted", data: nested(499) });
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
