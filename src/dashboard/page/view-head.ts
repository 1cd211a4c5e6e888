/** The head of a view of one thing: the way back, its name, how it stands. */
import type { SloVerdict } from "../../status/model.ts";

import { badge, sentences } from "./bits.ts";
import { h, type Child, type ElementPart, type Part } from "./parts.ts";
import { OVERVIEW } from "./route.ts";

export interface Head {
  /** The way from the overview to here, without it. */
  readonly path: readonly { readonly text: string; readonly href: string }[];
  readonly name: string;
  readonly verdict: SloVerdict;
  readonly about: readonly Child[];
  readonly reasons: readonly string[];
}

export function viewHead({ path, name, verdict, about, reasons }: Head): ElementPart {
  return h(
    "header.head",
    { key: "head" },
    wayBack(path),
    h("div.named", {}, h("h2", { tabindex: -1 }, name), badge(verdict)),
    ...about,
    sentences(reasons, "reasons"),
  );
}

function wayBack(path: Head["path"]): ElementPart {
  const steps = [{ text: "All services", href: OVERVIEW }, ...path];
  return h(
    "nav.way",
    { "aria-label": "Way back" },
    h("ol", {}, ...steps.map(({ text, href }) => h("li", {}, h("a", { href }, text)))),
  );
}

/** What the address names is not there. */
export function missing(what: string, name: string, waiting: boolean): readonly Part[] {
  return [
    h(
      "header.head",
      { key: "head" },
      wayBack([]),
      h("h2", { tabindex: -1 }, waiting ? name : `There is no ${what} “${name}”`),
    ),
    h(
      "p.nothing",
      { key: "nothing" },
      waiting
        ? "Its figures are on their way."
        : "It may have another name now, or be gone. All there are stand in the overview.",
    ),
  ];
}
