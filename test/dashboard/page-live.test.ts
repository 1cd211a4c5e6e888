import { afterAll, beforeAll, expect, test } from "vitest";
import type { DashboardService, DashboardUpdate } from "../../src/dashboard/model.ts";
import type { SloVerdict } from "../../src/status/model.ts";
import { launchPageBrowser, type OpenedPage, type PageBrowser } from "../support/dashboard-page.ts";
import { describeWithService } from "../support/services.ts";
import { ask, focused, texts, until } from "./support/ask.ts";
import { AT, manyServices, shop } from "./support/fixtures.ts";
import { newsServer, type NewsServer } from "./support/news-server.ts";

const REFRESH_SECONDS = 0.5;
const sign = (word: string): string => `document.querySelector(".sign").textContent === "${word}"`;

/** The service, with another verdict, and another burn rate. */
function changed(service: DashboardService, verdict: SloVerdict, longRate: number): DashboardService {
  const slos = service.slos.map(({ past: _, ...slo }) => ({
    ...{ ...slo, verdict },
    burns: slo.burns.map((burn) => ({ ...burn, longRate })),
  }));
  return { ...service, verdict, slos };
}

describeWithService(["chromium"], "the page while it is live", () => {
  let browser: PageBrowser;
  let server: NewsServer;
  let opened: OpenedPage | undefined;

  beforeAll(async () => {
    browser = await launchPageBrowser();
    server = await newsServer(REFRESH_SECONDS);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  async function open(snapshot: NewsServer["snapshot"], hash = ""): Promise<OpenedPage> {
    await opened?.close();
    server.snapshot = snapshot;
    opened = await browser.openUrl(server.url, { zone: "Europe/Berlin", hash });
    await until(opened.page, sign("Live"));
    return opened;
  }

  test("a page that has nothing yet says so, and shows what comes", async () => {
    const { page, troubles, axe } = await open(undefined);
    expect(await texts(page, "main h2")).toEqual(["Waiting for the first figures"]);
    expect(await axe()).toEqual([]);
    server.tell("snapshot", shop());
    await until(page, "document.querySelectorAll('article').length === 6");
    expect(await texts(page, "a.control")).toEqual(["Save this page"]);
    expect(await ask(page, "document.querySelector('a.control').getAttribute('href')")).toBe("?page=static");
    expect(await troubles()).toEqual([`asked for: ${server.url}events`]);
  });

  test("an update touches what has changed: focus, place, selection, filter and search are kept", async () => {
    const many = manyServices(200);
    const { page, troubles } = await open(many);
    await until(page, "document.querySelectorAll('article').length === 200");
    await page.type("#search", "service-01");
    await page.click(".tile:nth-child(4)");
    await until(page, "document.querySelectorAll('article').length === 100");
    await ask(
      page,
      `window.scrollTo(0, 2000); window.row = document.querySelector('[href="#/slo/service-0150%2Favailability"]'); row.focus({ preventScroll: true });
      getSelection().selectAllChildren(document.querySelector('[aria-label="service-0120"] .line'))`,
    );
    const before = await ask<{ top: number }>(page, "({ top: scrollY })");
    const services = many.services
      .filter(({ name }) => name === "service-0150")
      .map((service) => changed(service, "healthy", 5.55));
    // It goes down in the list, past others.
    const order = many.services.map(({ name }) => name).filter((name) => name !== "service-0150");
    order.splice(160, 0, "service-0150");
    server.tell("update", { at: AT + 10_000, order, services });
    await until(page, "row.closest('tr').textContent.includes('5.55x')");
    expect(await ask(page, "document.activeElement === row && row.isConnected")).toBe(true);
    expect(await focused(page)).toBe("availability");
    expect(await ask(page, "getSelection().toString()")).toMatch(/^availability 99/);
    expect(await ask(page, "scrollY")).toBe(before.top);
    expect(await ask(page, "document.querySelector('#search').value")).toBe("service-01");
    expect(await ask(page, "document.querySelector('.tile:nth-child(4)').ariaPressed")).toBe("true");
    expect(await texts(page, ".asof time")).toEqual([expect.stringContaining("03:22")]);
    for (const step of [7, 11, 13]) {
      const mixed = order.map((_, place) => order[(place * step + step) % order.length]!);
      server.tell("update", { at: AT + 10_000 + step * 1_000, order: mixed, services: [] });
      const shown = mixed.filter((name) => name.includes("service-01"));
      await until(
        page,
        `[...document.querySelectorAll("article h3")].map((one) => one.textContent).join() === "${shown.join()}"`,
      );
      expect(await ask(page, "document.activeElement === row")).toBe(true);
    }
    expect(await troubles()).toEqual([`asked for: ${server.url}events`]);
  });

  test("an open view follows, with the same charts, and a verdict that changes is told once", async () => {
    const { page } = await open(shop(), "#/slo/search%2Flatency");
    await ask(
      page,
      "window.chart = document.querySelector('canvas'); window.heading = document.querySelector('.view h2')",
    );
    await ask(
      page,
      `window.news = []; new MutationObserver(() => news.push(document.querySelector('#app > [role=status]').textContent))
        .observe(document.querySelector('#app > [role=status]'), { childList: true })`,
    );
    const search = shop().services.find(({ name }) => name === "search")!;
    const order = shop().services.map(({ name }) => name);
    const update: DashboardUpdate = { at: AT + 10_000, order, services: [changed(search, "critical", 33)] };
    server.tell("update", update);
    server.tell("update", { ...update, at: AT + 20_000 });
    await until(page, "document.querySelector('.asof time').textContent.includes('03:32')");
    expect(await texts(page, ".head .badge")).toEqual(["Critical"]);
    expect(await texts(page, ".figures.main .large")).toContain("33x");
    expect(await ask(page, "chart !== null && chart.isConnected && heading.isConnected")).toBe(true);
    expect(await ask(page, "news")).toEqual(["search/latency is critical now"]);

    // Messages have nothing of its course any more.
    const past = JSON.stringify([{ start: AT, stepMs: 60_000, bad: Array(20).fill(0), total: Array(20).fill(9) }]);
    await ask(page, `window.asked = []; window.fetch = async (url) => (asked.push(url), new Response('${past}')); 0`);
    for (const [minutes, clock] of [
      [4, ":07:12"],
      [20, ":23:12"],
    ] as const) {
      expect(await ask(page, "asked")).toEqual([]);
      server.tell("update", { at: AT + minutes * 60_000, order, services: [] });
      await until(page, `document.querySelector('.asof time').textContent.includes('${clock}')`);
    }
    await until(page, "asked.join() === '?past=search%2Flatency'");
  });

  test("what could not be told is said, and what is shown then is of before", async () => {
    const { page, axe, troubles } = await open(shop());
    server.tell("failure", { at: AT + 1_000, message: "prometheus did not answer" });
    await until(page, "document.querySelector('.late p') !== null");
    expect(await texts(page, ".late p")).toEqual([
      expect.stringMatching(/^prometheus did not answer\. What you see is of .*03:12/),
    ]);
    expect(await ask(page, "document.querySelector('main').className")).toBe("old");
    expect(await axe()).toEqual([]);
    expect(await texts(page, "article h3")).toHaveLength(6);
    server.tell("update", { at: AT + 2_000, order: shop().services.map(({ name }) => name), services: [] });
    await until(page, "document.querySelector('.late p') === null");
    expect(await ask(page, "document.querySelector('main').className")).toBe("");

    server.tellText("update", "{");
    await until(
      page,
      "document.querySelector('.late p')?.textContent.startsWith('a message (update) could not be read.')",
    );
    server.tell("snapshot", { ...shop(), title: "Another shop" });
    await until(page, "document.title === 'Another shop'");
    // A verdict of which it does not know is one; what cannot be shown has not been told.
    const [checkout] = shop().services;
    const odd = { ...changed(checkout!, "odd" as SloVerdict, 7.77), text: "odd" };
    const order = shop().services.map(({ name }) => name);
    server.tell("update", { at: AT + 3_000, order, services: [odd] });
    await until(page, "document.querySelector('article').textContent.includes('7.77x')");
    expect((await texts(page, "article:first-of-type .badge"))[0]).toBe("Unknown");
    const broken = {
      ...odd,
      slos: odd.slos.map((slo) => ({ ...slo, verdict: "healthy" as const, burns: undefined! })),
    };
    server.tell("update", { at: AT + 4_000, order, services: [broken] });
    await until(page, "document.querySelector('.late p') !== null");
    expect(await texts(page, ".late p")).toEqual([expect.stringMatching(/^a message \(update\) could not be read\./)]);
    server.tell("update", { at: AT + 5_000, order, services: [] });
    await until(page, "document.querySelector('.late p') === null");
    expect(await texts(page, "article h3")).toEqual(order);
    expect((await texts(page, "article:first-of-type tbody td:nth-child(6)"))[0]).toBe("7.77xover 1 h");
    // Recent errors are drawn of a course that goes on until now.
    expect(await ask(page, "document.querySelectorAll('.spark').length")).toBe(6);
    server.tell("update", { at: AT + 20 * 60_000, order, services: [] });
    await until(page, "document.querySelectorAll('.spark').length === 0");
    expect(await troubles()).toEqual([`asked for: ${server.url}events`]);

    // Three refreshes and a minute later nobody has said anything.
    await ask(page, "{ const { now } = Date; Date.now = () => now() + 60_000; 0 }");
    await until(page, "document.querySelector('.late p')?.textContent.startsWith('No news since')");
  });

  test("it comes back by itself: after the server has gone, and after it was turned away", async () => {
    const { page } = await open(shop());
    await server.stop();
    await until(page, sign("Reconnecting"));
    await server.start();
    await until(page, sign("Live"));

    server.status = 503;
    await server.stop();
    await server.start();
    await expect.poll(() => server.refused, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(await ask(page, sign("Reconnecting"))).toBe(true);
    server.status = 200;
    await until(page, sign("Live"));
    server.tell("snapshot", manyServices(2));
    await until(page, "document.querySelectorAll('article').length === 2");
  });

  test("it stops when nobody has looked for minutes, and goes on when somebody does", async () => {
    const { page } = await open(shop());
    const turn = (state: string): string =>
      `Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`;
    await ask(page, "{ const later = setTimeout; window.setTimeout = (act, wait) => later(act, wait / 1000); 0 }");
    await ask(page, turn("hidden"));
    await until(page, sign("Stopped"));
    expect(await texts(page, ".late p")).toEqual([expect.stringMatching(/^The page has stopped listening\.|^No news/)]);
    await ask(page, turn("visible"));
    await until(page, sign("Live"));
  });
});
