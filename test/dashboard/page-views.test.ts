import { afterAll, beforeAll, expect, test } from "vitest";
import type { DashboardSnapshot } from "../../src/dashboard/model.ts";
import { launchPageBrowser, type OpenedPage, type PageBrowser } from "../support/dashboard-page.ts";
import { describeWithService } from "../support/services.ts";
import { ask, focused, go, overflow, texts, until } from "./support/ask.ts";
import { manyServices, shop } from "./support/fixtures.ts";
import { hostileShop, PAYLOADS } from "./support/hostile.ts";
import { htmlOf } from "./support/page-html.ts";

/** The first is where the page is opened. */
const VIEWS = [
  ["#/slo/checkout%2Favailability", "checkout/availability"],
  ["#/service/checkout", "checkout ·"],
  ["#/", "Shop"],
] as const;

describeWithService(["chromium"], "the page in a browser", () => {
  let browser: PageBrowser;
  let opened: OpenedPage | undefined;

  beforeAll(async () => {
    browser = await launchPageBrowser();
  });
  afterAll(() => browser.close());

  async function open(snapshot: DashboardSnapshot | undefined, look: Parameters<PageBrowser["openHtml"]>[1] = {}) {
    await opened?.close();
    const data = { title: snapshot?.title ?? "Shop reliability", ...(snapshot === undefined ? {} : { snapshot }) };
    opened = await browser.openHtml(await htmlOf(data), { zone: "Europe/Berlin", ...look });
    return opened;
  }

  test("the overview tells all services in their order, how many stand how, and finds some of them", async () => {
    const { page, troubles } = await open(shop());
    const names = shop().services.map(({ name }) => name);
    expect(await texts(page, "article h3")).toEqual(names);
    expect(await texts(page, ".tile")).toEqual(["1Critical", "2Warning", "3Unknown", "4Healthy"]);
    expect(await texts(page, ".asof")).toEqual([
      expect.stringMatching(/^Not live.*as of .*03:12.*\(Europe\/Berlin\)$/),
    ]);
    expect(await texts(page, "article:first-of-type tbody tr:first-child > *")).toEqual([
      "Critical",
      "availabilityCheckout answers · availability · 30 d",
      "99.9%",
      "99.9167 %",
      "16.7 %",
      "17.1xover 1 h",
      "in 7 h",
      "",
    ]);
    expect(await texts(page, "article:nth-of-type(1) .chip")).toEqual(["INC-0042 SEV1 checkout fails (investigating)"]);
    expect(await texts(page, "article:nth-of-type(2) .failed")).toEqual([expect.stringContaining("prometheus:9090")]);
    expect(await texts(page, "article:nth-of-type(3) .wide")).toEqual(["No request has come yet", "Not measured yet"]);
    expect(await texts(page, ".troubles li")).toEqual(shop().troubles);

    await page.click(".tile:nth-child(2)");
    expect(await texts(page, "article h3")).toEqual(["checkout", "catalog"]);
    expect(await texts(page, ".found")).toEqual(["2 SLOs of 9 in 2 services"]);
    expect(await ask(page, "document.querySelector('.tile:nth-child(2)').ariaPressed")).toBe("true");
    await page.click(".tile:nth-child(2)");
    await page.type("#search", "sign latency");
    expect(await texts(page, "article h3")).toEqual([]);
    expect(await texts(page, ".nothing p")).toEqual(["Nothing is called so, or stands so."]);
    await page.click(".nothing button");
    expect(await texts(page, "article h3")).toEqual(names);
    expect(await troubles()).toEqual([]);
  });

  test("by keys alone: find, walk, open, come back to where one was", async () => {
    const { page, troubles } = await open(shop());
    await page.keyboard.press("/");
    await page.keyboard.type("catalog");
    expect(await texts(page, "article h3")).toEqual(["catalog"]);
    await page.keyboard.press("Escape");
    expect(await texts(page, "article h3")).toHaveLength(6);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("checkout");
    for (const key of ["j", "ArrowDown", "k", "j"] as const) await page.keyboard.press(key);
    expect(await focused(page)).toBe("latency");
    await page.keyboard.press("Enter");
    await until(page, "document.title === 'checkout/latency · Shop reliability'");
    expect(await focused(page)).toBe("latency");
    expect(await ask(page, "document.activeElement.tagName")).toBe("H2");
    await page.keyboard.press("Tab");
    expect(await focused(page)).not.toBe("All services");
    await page.goBack();
    await until(page, "document.title === 'Shop reliability'");
    expect(await ask(page, "document.activeElement.getAttribute('href')")).toBe("#/slo/checkout%2Flatency");
    await page.click(".keys button");
    expect(await texts(page, ".keys button")).toEqual(["Keys: off"]);
    const before = await focused(page);
    for (const key of ["j", "/"] as const) await page.keyboard.press(key);
    expect(await focused(page)).toBe(before);
    expect(await troubles()).toEqual([]);
  });

  test("every view and state has its words", async () => {
    const { page, troubles } = await open(shop());
    await page.click("article:first-of-type tbody tr:nth-child(2) td:nth-child(4)");
    await until(page, "document.title.startsWith('checkout/latency')");
    expect(await texts(page, ".head h2")).toEqual(["latency"]);

    await go(page, "#/service/checkout", "checkout");
    expect(await texts(page, ".view h3")).toEqual([
      ...["Policy", "Gate", "Golden signals", "SLOs", "Capacity", "What happened"],
    ]);
    expect(await texts(page, ".figures dd")).toEqual(["42.3 / s", "1.95 %", "96 ms", "384 ms", "1.25 s"]);
    expect(await ask(page, "document.querySelector('.logs a').href")).toContain("logs.example.com");
    expect(await texts(page, ".marks .kind")).toEqual([
      ...["Incident", "Deployment", "Exclusion", "Incident", "Incident"],
    ]);

    await go(page, "#/slo/checkout%2Favailability", "checkout/availability");
    expect(await texts(page, ".view h3")).toEqual([
      ...["How it went", "Burn rates", "Figures", "Requests that failed it", "What happened"],
    ]);
    expect(await texts(page, ".burns tbody tr:first-child > *")).toEqual([
      ...["fastpage", "17.1xover 1 h", "19.7xover 5 min", "14.4x", "yes"],
    ]);
    expect(await texts(page, ".figures.main dt")).toEqual(["Budget left", "SLI", "Burn rate", "At this pace"]);

    const said: [string, string, string, RegExp][] = [
      ["#/service/catalog", "catalog", ".override", /mira allowed releases/],
      ["#/service/payments", "payments", ".view > .failed", /did not answer within 10 s/],
      ["#/slo/reviews%2Favailability", "reviews", ".nothing", /^No request has come yet\..*first requests/],
      ["#/slo/reviews%2Fimports", "reviews", ".nothing", /^Not measured yet\.Nobody has counted/],
      ["#/slo/checkout%2Fjourney", "checkout/journey", ".head .about", /the traffic of checkout\/availability/],
      ["#/slo/gone", "Not found", ".head h2", /There is no SLO “gone”/],
      ["#/service/gone", "gone", ".head h2", /There is no service “gone”/],
    ];
    for (const [hash, title, selector, words] of said) {
      await go(page, hash, title);
      expect(await texts(page, selector), hash).toEqual([expect.stringMatching(words)]);
    }
    await go(page, "#/", "Shop");
    expect(await troubles()).toEqual([]);
  });

  test("a page without figures, and one without services, say so", async () => {
    expect(await texts((await open(undefined)).page, "main h2")).toContain("This page holds no figures");
    const empty = await open({ ...shop(), services: [], marks: [], troubles: [] });
    expect(await texts(empty.page, ".nothing p")).toContain("There is no service yet.");
    // A browser of before: the figures cannot be unpacked there.
    await empty.page.evaluateOnNewDocument("delete globalThis.DecompressionStream");
    await empty.page.reload();
    await until(empty.page, "document.querySelector('#app [role=alert]') !== null");
    expect(await texts(empty.page, "#app")).toEqual([expect.stringMatching(/^This page cannot be shown: .*unpack/)]);
    expect(await empty.troubles()).toEqual([]);
  });

  test("axe finds nothing, in both themes and all views, and no view is wider than a phone", async () => {
    const found: unknown[] = [];
    const { page, axe, theme, viewport, troubles } = await open(shop(), { hash: VIEWS[0][0] });
    expect(await ask(page, "document.title")).toMatch(new RegExp(`^${VIEWS[0][1]}`));
    for (const [hash, title] of VIEWS) {
      await viewport(1280, 900);
      await go(page, hash, title);
      for (const name of ["light", "dark"] as const) {
        await theme(name);
        found.push(...(await axe()).map((text) => `${hash} ${name}: ${text}`));
      }
      for (const width of [390, 320]) {
        await viewport(width, 844);
        // Charts take their new width with the next picture.
        await until(page, "document.documentElement.scrollWidth <= innerWidth");
      }
    }
    found.push(...(await troubles()));
    expect(found).toEqual([]);
  });

  test("the theme is the system's until one is chosen", async () => {
    const { page } = await open(shop(), { theme: "dark" });
    const ground = "getComputedStyle(document.body).backgroundColor";
    const dark = await ask<string>(page, ground);
    await page.click(".top button.control");
    expect(await texts(page, ".top button.control")).toEqual(["Theme: light"]);
    expect(await ask(page, ground)).not.toBe(dark);
    await page.click(".top button.control");
    expect(await ask(page, ground)).toBe(dark);
  });

  test("a thousand services: the first at once, all of them soon, and all of them on paper", async () => {
    const { page, troubles } = await open(manyServices(1_000));
    const first = await ask<number>(page, "performance.getEntriesByName('nines first view')[0].startTime");
    expect(first).toBeGreaterThan(0);
    await until(page, "document.querySelectorAll('article').length === 1000");
    await page.type("#search", "0999");
    expect(await texts(page, "article h3")).toEqual(["service-0999"]);
    await page.keyboard.press("Escape");
    expect(await ask(page, "document.querySelectorAll('article').length")).toBeLessThan(1_000);
    await ask(page, "dispatchEvent(new Event('beforeprint'))");
    expect(await ask(page, "document.querySelectorAll('article').length")).toBe(1_000);
    await page.emulateMediaType("print");
    expect(await ask(page, "getComputedStyle(document.querySelector('.controls')).display")).toBe("none");
    expect(await troubles()).toEqual([]);
  });

  test("a hundred hostile texts in every field are texts", async () => {
    const { page, troubles, viewport } = await open(hostileShop());
    await until(page, `document.querySelectorAll('article').length === ${PAYLOADS.length}`);
    await viewport(390, 844);
    const wide: string[] = [];
    for (const payload of PAYLOADS.filter((_, place) => place % 12 === 5)) {
      for (const hash of [
        `#/service/${encodeURIComponent(payload)}`,
        `#/slo/${encodeURIComponent(`${payload}/slo`)}`,
      ]) {
        await ask(page, `location.hash = ${JSON.stringify(hash)}`);
        await until(page, `document.title !== "" && document.querySelector(".view .marks li") !== null`);
        if ((await overflow(page)) > 0) wide.push(hash);
      }
    }
    expect(wide).toEqual([]);
    // What happened is everybody's: all the texts are there as well.
    expect(await texts(page, ".marks")).toEqual(
      expect.arrayContaining([expect.stringContaining("javascript:globalThis.ran=1")]),
    );
    const links = await ask<string[]>(page, "[...document.links].map(({ protocol }) => protocol)");
    expect(new Set(links)).toEqual(new Set(["file:"]));
    await go(page, "#/", "</title>");
    expect(await texts(page, "article h3 a")).toContain("<script>globalThis.ran=1</script>");
    expect(await overflow(page)).toBe(0);
    expect(await ask(page, "globalThis.ran")).toBeUndefined();
    expect(await ask(page, "document.scripts.length")).toBe(2);
    expect(await troubles()).toEqual([]);
  });
});
