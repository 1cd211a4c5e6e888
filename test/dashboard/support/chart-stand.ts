/** The charts alone on a page with the dashboard's policy, for tests that look at them. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { build } from "esbuild";

import { pagePolicy } from "../../../src/dashboard/html.ts";
import { PAGE_SCRIPT_HASH, PAGE_STYLE_HASH } from "../../../src/dashboard/page-bundle.ts";

const folder = join(import.meta.dirname, "../../../src/dashboard/page");

const SCRIPT = `
import { capacityCharts, signalCharts, sloCharts } from "./charts/index.ts";

const make = { slo: sloCharts, signals: signalCharts, capacity: capacityCharts };
const place = document.querySelector("section");
globalThis.show = (kind, input) => {
  globalThis.chart?.destroy();
  globalThis.chart = make[kind](input);
  place.replaceChildren(globalThis.chart.element);
};
/** Edges of the plotting area and the cursor's place in it, in pixels of the page. */
globalThis.plots = () => [...document.querySelectorAll(".u-over")].map((over) => {
  const { left, top, width, height } = over.getBoundingClientRect();
  const cursor = over.querySelector(".u-cursor-x");
  const isShown = !cursor.classList.contains("u-off") && cursor.getBoundingClientRect().left >= left - 1;
  return { left, top: top + scrollY, width, height, cursor: isShown ? cursor.getBoundingClientRect().left - left : undefined };
});
globalThis.marks = () => Object.fromEntries([...document.querySelectorAll(".mark-lanes .mark")].map((mark) =>
  [mark.getAttribute("aria-label").split(":")[0], mark.getBoundingClientRect().left]));
/** Colours in a column of a chart's plotting area, from top to bottom. */
globalThis.column = (index, x) => {
  const canvas = document.querySelectorAll(".u-wrap > canvas")[index];
  const over = document.querySelectorAll(".u-over")[index];
  const [ratio, box, area] = [devicePixelRatio, canvas.getBoundingClientRect(), over.getBoundingClientRect()];
  // Read from a copy: the chart's own canvas is made for drawing.
  const copy = new OffscreenCanvas(1, Math.round(area.height * ratio)).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, -Math.round((x - box.left) * ratio), -Math.round((area.top - box.top) * ratio));
  const { data } = copy.getImageData(0, 0, 1, copy.canvas.height);
  return Array.from({ length: data.length / 4 }, (_, row) => [...data.slice(row * 4, row * 4 + 4)].join());
};
globalThis.pictures = () => [...document.querySelectorAll(".u-wrap > canvas")].map((canvas) => canvas.toDataURL());
globalThis.texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
globalThis.names = (selector, name) => [...document.querySelectorAll(selector)].map((element) => element.getAttribute(name));
`;

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

async function bundle(contents: string, loader: "ts" | "css"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader },
    ...{ bundle: true, write: false, minify: true, format: "iife", target: ["es2022"], charset: "ascii" },
  });
  return (outputFiles[0]?.text ?? "").trim();
}

/** A document with `show(kind, input)` and what else a test asks of it. */
export async function chartStand(): Promise<string> {
  const [script, style] = [await bundle(SCRIPT, "ts"), await bundle('@import "./style.css";', "css")];
  const policy = pagePolicy({ live: false })
    .replace(PAGE_SCRIPT_HASH, hashOf(script))
    .replace(PAGE_STYLE_HASH, hashOf(style));
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>Charts</title><link rel="icon" href="data:,">`,
    `<style>${style}</style></head><body><div id="app"><main><h1>Charts</h1><h2>One</h2><h3>Course</h3>`,
    `<section class="card"></section></main></div><script>${script}</script></body></html>`,
  ].join("");
}
