import { describe, expect, test } from "vitest";
import type { DashboardSnapshot } from "../../../src/dashboard/model.ts";
import {
  applyFailure,
  applySnapshot,
  applyUpdate,
  firstState,
  isOld,
  isSilent,
  verdictNews,
  type PageState,
} from "../../../src/dashboard/page/state.ts";
import { AT, manyServices, shop, shopPage } from "../support/fixtures.ts";

const live = { url: "events", refreshSeconds: 10 };
const known: PageState = { ...firstState(shopPage()), live };

function serviceOf({ snapshot }: PageState, name: string) {
  return snapshot?.services.find((service) => service.name === name);
}

/** As the server tells what it has told before. */
function withoutPast(snapshot: DashboardSnapshot): DashboardSnapshot["services"] {
  return snapshot.services.map((service) => ({ ...service, slos: service.slos.map(({ past: _, ...slo }) => slo) }));
}

describe("what the page knows", () => {
  test("a page that stays as it is has no connection, a live one is on its way to one", () => {
    expect(firstState(shopPage())).toMatchObject({ connection: "none", snapshot: { at: AT }, silent: false });
    expect(firstState({ title: "t", live })).toMatchObject({ connection: "connecting", snapshot: undefined });
  });

  test("a snapshot takes the place of all that was known, with its title", () => {
    const next = applySnapshot(known, { ...manyServices(3), title: "Another" });
    expect(next.title).toBe("Another");
    expect(next.snapshot?.services.map(({ name }) => name)).toEqual(["service-0001", "service-0002", "service-0003"]);
    expect(next.snapshot?.marks).toEqual([]);
  });

  test("an SLO that comes without its past keeps the one that it had", () => {
    const past = serviceOf(known, "checkout")?.slos[0]?.past;
    expect(past).toBeDefined();
    const services = withoutPast(shop());
    for (const next of [
      applySnapshot(known, { ...shop(), services }),
      applyUpdate(known, { at: AT + 1, order: services.map(({ name }) => name), services }),
    ]) {
      expect(serviceOf(next, "checkout")?.slos[0]?.past).toBe(past);
    }
  });

  test("a past that comes is the one that is shown", () => {
    const service = serviceOf(known, "checkout")!;
    const past = [{ start: AT, stepMs: 1, bad: [1], total: [2] }];
    const slos = service.slos.map((slo) => ({ ...slo, past }));
    const next = applyUpdate(known, { at: AT + 1, order: ["checkout"], services: [{ ...service, slos }] });
    expect(serviceOf(next, "checkout")?.slos[0]?.past).toEqual(past);
  });

  test("an update changes what it tells, in its order, and leaves the rest the very same", () => {
    const changed = { ...serviceOf(known, "search")!, verdict: "critical" } as const;
    const order = ["search", "checkout", "payments", "reviews", "catalog", "accounts"];
    const next = applyUpdate(known, { at: AT + 10_000, order, services: [changed] });
    expect(next.snapshot?.at).toBe(AT + 10_000);
    expect(next.snapshot?.services.map(({ name }) => name)).toEqual(order);
    expect(serviceOf(next, "search")?.verdict).toBe("critical");
    expect(serviceOf(next, "checkout")).toBe(serviceOf(known, "checkout"));
    expect(next.snapshot?.marks).toBe(known.snapshot?.marks);
    expect(next.snapshot?.troubles).toBe(known.snapshot?.troubles);
  });

  test("a service that is not in the order is gone, and one that nobody has told of is not made up", () => {
    const next = applyUpdate(known, { at: AT, order: ["search", "never-told"], services: [] });
    expect(next.snapshot?.services.map(({ name }) => name)).toEqual(["search"]);
  });

  test("marks and troubles are replaced where they are told", () => {
    const next = applyUpdate(known, { at: AT, order: [], services: [], marks: [], troubles: ["new"] });
    expect(next.snapshot).toMatchObject({ services: [], marks: [], troubles: ["new"] });
  });

  test("an update before any snapshot changes nothing", () => {
    const empty = firstState({ title: "t", live });
    expect(applyUpdate(empty, { at: AT, order: ["a"], services: [] })).toBe(empty);
  });

  test("a service may be called as what every object has", () => {
    const service = { ...serviceOf(known, "search")!, name: "__proto__" };
    const next = applyUpdate(known, { at: AT, order: ["__proto__", "constructor"], services: [service] });
    expect(next.snapshot?.services).toEqual([service]);
  });

  test("after a failure the figures stay and are old, until the next that is told", () => {
    const failed = applyFailure(known, { at: AT + 1, message: "no answer" });
    expect(failed.snapshot).toBe(known.snapshot);
    expect(isOld(failed)).toBe(true);
    expect(isOld(applyUpdate(failed, { at: AT + 2, order: [], services: [] }))).toBe(false);
    expect(isOld(applySnapshot(failed, shop()))).toBe(false);
  });

  test("silence begins after three refreshes and the time of sources that hang, and never for a page that stays as it is", () => {
    expect(isSilent(known, AT, AT + 90_000)).toBe(false);
    expect(isSilent(known, AT, AT + 90_001)).toBe(true);
    const quick = { ...known, live: { ...live, refreshSeconds: 5 } };
    expect([isSilent(quick, AT, AT + 75_000), isSilent(quick, AT, AT + 75_001)]).toEqual([false, true]);
    expect(isSilent(firstState(shopPage()), AT, AT + 1e9)).toBe(false);
    expect(isOld({ ...known, silent: true })).toBe(true);
    expect(isOld({ ...known, connection: "stopped" })).toBe(true);
    expect(isOld({ ...known, connection: "reconnecting" })).toBe(false);
  });
});

describe("what is told of verdicts that changed", () => {
  const before = known.snapshot!;
  const to = (
    verdicts: Readonly<Record<string, "critical" | "warning" | "healthy" | "unknown">>,
  ): DashboardSnapshot => ({
    ...before,
    services: before.services.map((service) => ({
      ...service,
      verdict: verdicts[service.name] ?? service.verdict,
      slos: service.slos.map((slo) => ({ ...slo, verdict: verdicts[slo.id] ?? slo.verdict })),
    })),
  });

  test("nothing, if none has or there was nothing before", () => {
    expect(verdictNews(before, to({}))).toBeUndefined();
    expect(verdictNews(undefined, before)).toBeUndefined();
    expect(verdictNews(before, { ...before, services: [] })).toBeUndefined();
  });

  test("each by its id, the gravest first", () => {
    const after = to({ "search/latency": "warning", "accounts/sign-in": "critical" });
    expect(verdictNews(before, after)).toBe("accounts/sign-in is critical now, search/latency is warning now");
  });

  test("a service without an SLO speaks for itself", () => {
    expect(verdictNews(before, to({ payments: "critical" }))).toBe("payments is critical now");
  });

  test("no more than three", () => {
    const many = manyServices(100);
    const services = many.services.map((service) => ({
      ...service,
      slos: service.slos.map((slo) => ({ ...slo, verdict: "critical" as const })),
    }));
    expect(verdictNews(many, { ...many, services })).toMatch(
      /^(service-\d+\/availability is critical now, ){3}and 96 more have changed$/,
    );
  });
});
