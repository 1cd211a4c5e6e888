/** The page's beginning. */
import type { DashboardPageData } from "../model.ts";

import { startPage } from "./page.ts";
import { unpacked } from "./unpack.ts";

const root = document.querySelector<HTMLElement>("#app");
const text = document.querySelector("#data")?.textContent;
if (root !== null && text !== undefined) void begin(root, text);

/** Never rejects. */
async function begin(place: HTMLElement, json: string): Promise<void> {
  try {
    const { snapshot, ...data } = JSON.parse(json) as DashboardPageData;
    startPage(place, snapshot === undefined ? data : { ...data, snapshot: await unpacked(snapshot) });
  } catch (error) {
    const told = document.createElement("p");
    told.setAttribute("role", "alert");
    told.textContent = `This page cannot be shown: ${error instanceof Error ? error.message : "it cannot be read"}.`;
    place.replaceChildren(told);
  }
}
