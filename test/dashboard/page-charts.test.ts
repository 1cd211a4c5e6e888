import { afterAll, beforeAll, expect, test } from "vitest";

import type { DashboardMark, DashboardSlo } from "../../src/dashboard/model.ts";
import { launchPageBrowser, type Look, type OpenedPage, type PageBrowser } from "../support/dashboard-page.ts";
import { describeWithService } from "../support/services.ts";
import { chartStand } from "./support/chart-stand.ts";
import { DAY, MINUTE } from "./support/course.ts";
import { AT, shop } from "./support/fixtures.ts";

const snapshot = shop(AT);
const checkout = snapshot.services.find(({ name }) => name === "checkout")!;
const availability: DashboardSlo = checkout.slos.find(({ name }) => name === "availability")!;
const latency: DashboardSlo = checkout.slos.find(({ name }) => name === "latency")!;
const marks = snapshot.marks.filter(({ services }) => services.length === 0 || services.includes("checkout"));
const chaos: DashboardMark = {
  ...{ kind: "chaos", id: "exp-1", text: "slow network", services: [] },
  ...{ from: AT - 12 * DAY, until: AT - 10 * DAY },
};

interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly cursor?: number;
}

describeWithService(["chromium"], "the charts in a browser", () => {
  let browser: PageBrowser;
  let stand: string;
  let opened: OpenedPage;

  beforeAll(async () => {
    [browser, stand] = await Promise.all([launchPageBrowser(), chartStand()]);
    opened = await open();
    await show("slo", { slo: latency, marks: [], at: AT });
  });
  afterAll(() => browser.close());

  const open = (look: Look = {}): Promise<OpenedPage> =>
    browser.openHtml(stand, { zone: "Europe/Berlin", locale: "en-GB", height: 1_500, ...look });
  const ask = <Answer>(expression: string, on = opened): Promise<Answer> =>
    on.page.evaluate(expression) as Promise<Answer>;
  /** What is drawn is drawn in the frame after, and measured in the one after that. */
  const settle = (on = opened): Promise<unknown> =>
    ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))))", on);
  async function show(kind: string, input: unknown, on = opened): Promise<void> {
    await ask(`show(${JSON.stringify(kind)}, ${JSON.stringify(input)})`, on);
    await settle(on);
  }
  const plots = (on = opened): Promise<readonly PlotArea[]> => ask("plots()", on);
  const pictures = (): Promise<readonly string[]> => ask("pictures()");
  const texts = (selector: string, on = opened): Promise<readonly string[]> =>
    ask(`texts(${JSON.stringify(selector)})`, on);
  const names = (selector: string, name: string): Promise<readonly string[]> =>
    ask(`names(${JSON.stringify(selector)}, "${name}")`);
  async function press(button: string, on = opened): Promise<void> {
    const labels = await texts(".chart-button", on);
    await (await on.page.$$(".chart-button"))[labels.indexOf(button)]!.click();
    await settle(on);
  }
  async function key(
    ...keys: readonly ("Shift" | "ArrowLeft" | "ArrowRight" | "ArrowUp" | "End" | "Escape")[]
  ): Promise<void> {
    for (const one of keys.filter((name) => name === "Shift")) await opened.page.keyboard.down(one);
    for (const one of keys.filter((name) => name !== "Shift")) await opened.page.keyboard.press(one);
    for (const one of keys.filter((name) => name === "Shift")) await opened.page.keyboard.up(one);
    await settle();
  }
  /** Which instants are at the edges of the charts, from where two marks stand. */
  async function inSight(): Promise<readonly [number, number]> {
    const [area] = await plots();
    const left = await ask<Record<string, number>>("marks()");
    const [first, second] = [chaos, marks.find(({ id }) => id === "maintenance-9")!];
    const [x1, x2] = [left["Chaos experiment exp-1"]!, left["Excluded time"]!];
    const perPixel = (second.from - first.from) / (x2 - x1);
    const from = first.from - (x1 - area!.left) * perPixel;
    return [from, from + area!.width * perPixel];
  }

  test("draw budget, slow requests and latency, one below the other on one time axis", async () => {
    expect(await texts(".chart-title")).toEqual([
      "Error budget left",
      "Slow requests and burn rate",
      "Latency, 95th percentile",
    ]);
    const areas = await plots();
    expect(new Set(areas.map(({ left, width }) => `${left} ${width}`)).size).toBe(1);
    for (const index of areas.keys()) {
      const columns = await ask<string[][]>(
        `Array.from({ length: 40 }, (_, nth) => column(${index}, ${areas[0]!.left} + 5 + nth * 20))`,
      );
      expect(new Set(columns.flat()).size, `colours of chart ${index}`).toBeGreaterThan(5);
    }
    expect((await names(".chart-canvas", "aria-label"))[0]).toMatch(
      /^Error budget left, 25 Oct 2026, 14:03.*24 Nov 2026, 14:03\. Budget left: first 100 %, last [\d.]+ %, least [\d.]+ % at 24 Nov/,
    );
  });

  test("end the burn-down where the status says", async () => {
    const [area] = await plots();
    const ink = await ask<string[]>(`column(0, ${area!.left + area!.width - 1})`);
    const line = "11,87,194,255";
    const middle = (ink.indexOf(line) + ink.lastIndexOf(line)) / 2;
    expect(ink).toContain(line);
    expect(Math.abs((1 - latency.remainingRatio!) * ink.length - middle)).toBeLessThan(3);
  });

  test("mark what happened where it happened, through all of them", async () => {
    const [area] = await plots();
    const x = (at: number): number =>
      area!.left + ((at - latency.range.start) / (AT - latency.range.start)) * area!.width;
    const columns = (): Promise<string[][]> => ask(`[0, 1, 2].map((index) => column(index, ${x(AT - 17.2 * DAY)}))`);
    const before = await columns();
    await ask(`chart.update(${JSON.stringify({ slo: latency, marks: [...marks, chaos], at: AT })})`);
    await settle();
    const left = await ask<Record<string, number>>("marks()");
    expect(Object.keys(left)).toHaveLength(6);
    expect(left["Incident INC-0031"]).toBeCloseTo(x(AT - 17.2 * DAY), 0);
    expect(left["Excluded time"]).toBeCloseTo(x(AT - 5 * DAY), 0);
    for (const [index, column] of (await columns()).entries()) {
      const changed = column.filter((colour, row) => colour !== before[index]?.[row]).length;
      expect(changed / column.length, `of the line through chart ${index}`).toBeGreaterThan(0.8);
    }
  });

  test("zoom all by a drag across one, and are as before by the button and by a double click", async () => {
    const whole = await pictures();
    const [area] = await plots();
    const x = (at: number): number =>
      area!.left + ((at - latency.range.start) / (AT - latency.range.start)) * area!.width;
    const [from, until] = [AT - 14 * DAY, AT - 3 * DAY];
    const drag = async (): Promise<void> => {
      await opened.page.mouse.move(x(from), area!.top + 40);
      await opened.page.mouse.down();
      await opened.page.mouse.move(x(until), area!.top + 60, { steps: 4 });
      await opened.page.mouse.up();
      await opened.page.mouse.move(2, 2);
      await settle();
    };
    await drag();
    const shown = await inSight();
    const pixel = (AT - latency.range.start) / area!.width;
    expect(Math.abs(shown[0] - from)).toBeLessThan(3 * pixel);
    expect(Math.abs(shown[1] - until)).toBeLessThan(3 * pixel);
    expect((await pictures()).filter((picture, index) => picture === whole[index])).toEqual([]);
    expect((await names(".chart-canvas", "aria-label")).every((label) => label.includes("10 Nov 2026"))).toBe(true);
    await press("Reset zoom");
    expect(await pictures()).toEqual(whole);
    await drag();
    expect(await pictures()).not.toEqual(whole);
    await opened.page.mouse.click(area!.left + 200, area!.top + 60, { count: 2 });
    await opened.page.mouse.move(2, 2);
    await settle();
    expect(await pictures()).toEqual(whole);
  });

  test("tell the values of all where one is pointed at, and the latest otherwise", async () => {
    expect((await texts(".chart-when"))[1]).toMatch(/^Latest: 24 Nov 2026, 13:58\s*–\s*14:03$/);
    const [area] = await plots();
    const at = AT - 11 * DAY;
    const x = ((at - latency.range.start) / (AT - latency.range.start)) * area!.width;
    await opened.page.mouse.move(area!.left + x - 5, area!.top + 80);
    await opened.page.mouse.move(area!.left + x, area!.top + 90);
    await settle();
    const cursors = (await plots()).map(({ cursor }) => cursor!);
    for (const cursor of cursors) expect(Math.abs(cursor - x)).toBeLessThan(1.5);
    const when = await texts(".chart-when");
    expect(
      when
        .slice(0, 2)
        .every(
          (text) => text.startsWith("13 Nov 2026") && text.endsWith("during Chaos experiment exp-1: slow network"),
        ),
    ).toBe(true);
    expect((await texts(".chart-readings")).slice(0, 2)).toEqual([
      expect.stringMatching(/^Budget left [\d.]+ %Even pace 36\.\d %$/),
      expect.stringMatching(/^Share of slow requests [\d.]+ %Burn rate [\d.]+×Counted [\d,]+ slow of [\d,]+$/),
    ]);
    await opened.page.mouse.move(2, 2);
    await settle();
    expect((await plots()).map(({ cursor }) => cursor)).toEqual([undefined, undefined, undefined]);
    expect((await texts(".chart-when")).every((text) => text.startsWith("Latest: "))).toBe(true);
  });

  test("are read and zoomed by keys alone", async () => {
    await (await opened.page.$$(".chart-handle"))[1]!.focus();
    const told = async (): Promise<string> => (await names(".chart-handle", "aria-valuetext"))[1]!;
    await key("End");
    expect(await told()).toMatch(
      /^24 Nov 2026, 13:58\s*–\s*14:03: Share of slow requests [\d.]+ %, Burn rate [\d.]+×, Counted .* slow of .*, during Incident INC-0042/,
    );
    await key("ArrowLeft", "ArrowLeft");
    expect(await told()).toMatch(/^24 Nov 2026, 13:48\s*–\s*13:53/);
    const cursors = (await plots()).map(({ cursor }) => Math.round(cursor!));
    expect(new Set(cursors).size).toBe(1);
    const before = await names(".chart-span", "class").then(() => texts(".chart-span"));
    await key("Shift", "ArrowUp");
    const zoomed = await texts(".chart-span");
    expect(zoomed).not.toEqual(before);
    await key("Shift", "ArrowLeft");
    expect(await texts(".chart-span")).not.toEqual(zoomed);
    await key("Escape");
    expect(await texts(".chart-span")).toEqual(before);
    expect((await plots()).map(({ cursor }) => cursor)).toEqual([undefined, undefined, undefined]);
  });

  test("have one stop for what happened, from which arrows lead on, and show the time of the one that is pressed", async () => {
    const stops = await names(".mark-lanes .mark", "tabindex");
    expect(stops.filter((stop) => stop === "0")).toHaveLength(1);
    await (await opened.page.$('.mark-lanes .mark[tabindex="0"]'))!.focus();
    await key(...Array.from({ length: 6 }, () => "ArrowLeft" as const), "ArrowRight");
    expect(await ask("document.activeElement.getAttribute('aria-label')")).toMatch(
      /^Chaos experiment exp-1: slow network, 12/,
    );
    expect((await texts(".mark-note"))[0]).toMatch(/^Chaos experiment exp-1: slow network, 12/);
    await opened.page.keyboard.press("Enter");
    await settle();
    expect((await texts(".chart-span"))[0]).toMatch(/^11 Nov 2026.*15 Nov 2026/);
    await press("Reset zoom");
  });

  test("show a table of what is in sight on demand", async () => {
    const [table] = await opened.page.$$(".chart-table");
    expect((await table!.boundingBox())!.width).toBe(1);
    await press("Last hour");
    await press("Show as table");
    expect((await table!.boundingBox())!.width).toBeGreaterThan(400);
    const rows = await texts(".chart-table.is-open tbody tr");
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.length).toBeLessThan(16);
    expect(rows.at(-1)).toMatch(/^24 Nov 2026, 14:03[\d.]+ %0 %$/);
  });

  test("keep zoom, cursor and table when they are drawn anew, and move on with the clock", async () => {
    await opened.page.focus(".chart-handle");
    await key("End", "ArrowLeft", "ArrowLeft");
    const [before] = await names(".chart-handle", "aria-valuetext");
    const later = AT + 10 * MINUTE;
    const { past: _, ...rest } = latency;
    const next = {
      ...rest,
      past: latency.past,
      remainingRatio: latency.remainingRatio! - 0.05,
      range: { start: later - 30 * DAY, end: later },
    };
    await ask(`chart.update(${JSON.stringify({ slo: next, marks, at: later })})`);
    await settle();
    const [after] = await names(".chart-handle", "aria-valuetext");
    expect(after!.split(":").slice(0, 2)).toEqual(before!.split(":").slice(0, 2));
    expect((await texts(".chart-span"))[0]).toMatch(/13:13\s*–\s*14:13$/);
    expect(await names(".chart-button[aria-pressed=true]", "class")).toHaveLength(2);
    expect((await texts(".chart-table.is-open tbody tr")).at(-1)).toMatch(/^24 Nov 2026, 14:13/);
    expect((await texts(".chart-table.is-open caption"))[0]).toContain("14:13");
    expect(await names(".chart-handle", "class").then(() => ask("document.activeElement.className"))).toBe(
      "chart-handle",
    );
    await press("Reset zoom");
    await key("Escape");
  });

  test("are drawn in the colours of the theme, and judged well in both", async () => {
    // Of long tables each cell would be judged.
    await press("Last hour");
    const light = await pictures();
    expect(await opened.axe()).toEqual([]);
    await opened.theme("dark");
    await settle();
    const dark = await pictures();
    expect(dark.filter((picture, index) => picture === light[index])).toEqual([]);
    expect(await opened.axe()).toEqual([]);
    await ask("void (document.documentElement.dataset.theme = 'light')");
    await settle();
    expect(await pictures()).toEqual(light);
    await ask("void (delete document.documentElement.dataset.theme)");
    await opened.theme("light");
  });

  test("take others in the place of theirs: a forecast, a service's resources and capacity", async () => {
    await ask(`chart.update(${JSON.stringify({ slo: availability, marks, at: AT })})`);
    await settle();
    expect(await texts(".chart-title")).toEqual(["Error budget left", "Errors and burn rate"]);
    expect((await texts(".chart-readings"))[0]).toContain("Forecast");
    const { past: _, ...unknown } = availability;
    await ask(`chart.update(${JSON.stringify({ slo: unknown, marks, at: AT })})`);
    await settle();
    expect(await plots()).toHaveLength(0);
    expect(await texts(".chart-empty")).toEqual(["How the budget has gone is not known.", "How it went is not known."]);
    await ask(`chart.update(${JSON.stringify({ slo: availability, marks, at: AT })})`);
    await settle();
    expect(await plots()).toHaveLength(2);
    await show("signals", { name: "checkout", signals: checkout.signals, at: AT });
    expect(await plots()).toHaveLength(1);
    const hostile = "<img src=x onerror=alert(1)>\u202e${'`";
    const capacity = [...checkout.capacity!, { ...checkout.capacity![0]!, metric: hostile }];
    await show("capacity", { capacity, at: AT });
    expect(await plots()).toHaveLength(3);
    expect(await texts(".chart-title")).toEqual(["db connections", "disk", hostile]);
    await ask("chart.destroy()");
    expect(await ask("document.querySelectorAll('canvas').length")).toBe(0);
    expect(await opened.troubles()).toEqual([]);
  });

  test("follow a finger sideways, let it scroll the page, and fit the smallest phones", async () => {
    const phone = await open({ width: 390, height: 700, touch: true, pixelRatio: 2 });
    await show("slo", { slo: availability, marks, at: AT }, phone);
    const [area] = await plots(phone);
    const finger = await phone.page.touchscreen.touchStart(area!.left + 60, area!.top + 60);
    for (const step of [5, 15, 30, 60]) await finger.move(area!.left + 60 + step, area!.top + 61);
    await settle(phone);
    const cursors = (await plots(phone)).map(({ cursor }) => cursor!);
    for (const cursor of cursors) expect(Math.abs(cursor - 120)).toBeLessThan(2);
    await finger.end();
    const other = await phone.page.touchscreen.touchStart(area!.left + 100, area!.top + 150);
    for (const step of [10, 30, 60, 100, 150]) await other.move(area!.left + 100, area!.top + 150 - step);
    await other.end();
    await settle(phone);
    expect(await ask<number>("scrollY", phone)).toBeGreaterThan(80);
    for (const width of [390, 280]) {
      await phone.viewport(width);
      await settle(phone);
      expect(await ask("document.documentElement.scrollWidth", phone)).toBe(width);
      const areas = await plots(phone);
      expect(areas.every((each) => each.left >= 0 && each.left + each.width <= width && each.width > 100)).toBe(true);
      const low = await ask<number>(
        "Math.min(...[...document.querySelectorAll('button')].filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect().height))",
        phone,
      );
      expect(low).toBeGreaterThanOrEqual(44);
    }
    expect(await phone.troubles()).toEqual([]);
    await phone.close();
  });
});
