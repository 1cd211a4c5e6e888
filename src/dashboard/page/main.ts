/** The page's beginning. */
import type { DashboardPageData } from "../model.ts";

import { startPage } from "./page.ts";
import { unpacked } from "./unpack.ts";

const root = document.querySelector<HTMLElement>("#app");
const text = document.querySelector("#data")?.textContent;
if (root !== null && text !== undefined) {
  const { snapshot, ...data } = JSON.parse(text) as DashboardPageData;
  if (snapshot === undefined) startPage(root, data);
  else void unpacked(snapshot).then((known) => startPage(root, { ...data, snapshot: known }));
}
