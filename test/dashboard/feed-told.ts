/** What a page makes of the messages of a feed, written from what the messages are said to mean. */
import type { DashboardMessages, DashboardSnapshot, DashboardUpdate } from "../../src/dashboard/model.ts";

/** A message as it came. */
export interface Told {
  readonly name: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- parsed JSON
  readonly data: any;
}

/** Reads a stream of server-sent events as WHATWG's HTML standard says; comments and `retry` are kept apart. */
export function eventsIn(text: string): {
  readonly events: Told[];
  readonly comments: number;
  readonly retry: number[];
} {
  const events: Told[] = [];
  let comments = 0;
  const retry: number[] = [];
  let name = "message";
  let data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/).slice(0, -1)) {
    if (line === "") {
      if (data.length > 0) events.push({ name, data: JSON.parse(data.join("\n")) });
      name = "message";
      data = [];
    } else if (line.startsWith(":")) comments += 1;
    else {
      const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === "event") name = value;
      else if (field === "data") data.push(value);
      else if (field === "retry") retry.push(Number(value));
      else throw new Error(`no field of an event: ${line}`);
    }
  }
  return { events, comments, retry };
}

/** Keeps what was told. */
export class ToldPage {
  snapshot: DashboardSnapshot | undefined;
  failure: DashboardMessages["failure"] | undefined;
  readonly names: string[] = [];

  apply({ name, data }: Told): void {
    this.names.push(name);
    if (name === "snapshot") {
      this.snapshot = data as DashboardSnapshot;
      this.failure = undefined;
    } else if (name === "failure") this.failure = data as DashboardMessages["failure"];
    else if (name === "update") {
      if (this.snapshot === undefined) throw new Error("an update of nothing");
      this.snapshot = updated(this.snapshot, data as DashboardUpdate);
      this.failure = undefined;
    } else throw new Error(`no message has the name ${name}`);
  }
}

function updated(
  before: DashboardSnapshot,
  { at, order, services, marks, troubles }: DashboardUpdate,
): DashboardSnapshot {
  const all = order.map((wanted) => {
    const old = before.services.find(({ name }) => name === wanted);
    const fresh = services.find(({ name }) => name === wanted);
    if (fresh === undefined) {
      if (old === undefined) throw new Error(`${wanted} was never told`);
      return old;
    }
    const slos = fresh.slos.map((slo) => {
      const past = old?.slos.find(({ id }) => id === slo.id)?.past;
      return "past" in slo || past === undefined ? slo : { ...slo, past };
    });
    return { ...fresh, slos };
  });
  return {
    title: before.title,
    at,
    services: all,
    marks: marks ?? before.marks,
    troubles: troubles ?? before.troubles,
  };
}
