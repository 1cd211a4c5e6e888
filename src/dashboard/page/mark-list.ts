/** What happened, as a list for whoever reads instead of looking at the time axis. */
import type { DashboardMark, DashboardTrace } from "../model.ts";

import { moment, outward } from "./bits.ts";
import { h, type ElementPart } from "./parts.ts";
import { isNamed } from "./marks.ts";
import { stretchText } from "./times.ts";

const KINDS: Readonly<Record<DashboardMark["kind"], string>> = {
  incident: "Incident",
  runbook: "Runbook",
  halt: "Halt",
  deployment: "Deployment",
  chaos: "Chaos",
  exclusion: "Exclusion",
};

export function markList(marks: readonly DashboardMark[]): ElementPart {
  return h(
    "ul.marks",
    {},
    ...marks.map((mark) =>
      h(
        "li",
        { key: `${mark.kind} ${mark.id}`, "data-kind": mark.kind },
        h("span.kind", {}, KINDS[mark.kind]),
        h(
          "span.what",
          {},
          outward(mark.url, mark.text),
          h(
            "span.about",
            {},
            [isNamed(mark) ? mark.id : undefined, mark.state].filter((part) => part !== undefined).join(" · "),
          ),
        ),
        h("span.when", {}, moment(mark.from, stretchText(mark.from, mark.until))),
      ),
    ),
  );
}

/** Requests that failed. */
export function traceList(traces: readonly DashboardTrace[]): ElementPart {
  return h(
    "ul.marks",
    {},
    ...traces.map(({ traceId, at, text, url }) =>
      h(
        "li",
        { key: traceId, "data-kind": "trace" },
        h("span.what", {}, outward(url, text), h("span.about.code", {}, traceId)),
        h("span.when", {}, moment(at)),
      ),
    ),
  );
}
