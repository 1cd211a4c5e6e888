/** A snapshot that wants to be more than text, in every field that holds one. */
import type { DashboardMark, DashboardSnapshot } from "../../../src/dashboard/model.ts";
import { AT, shop } from "./fixtures.ts";

const RAN = "globalThis.ran=1";

/** A hundred of them; each is shown as it stands, and none runs. */
export const PAYLOADS: readonly string[] = [
  ...["script", "ScRiPt", "script ", "script/x", "script\t"].map((tag) => `<${tag}>${RAN}</script>`),
  ...["</script>", "</script >", "</SCRIPT>", "</style>", "</title>", "-->", "]]>", "</textarea>", "</noscript>"].map(
    (end) => `${end}<script>${RAN}</script>`,
  ),
  ...["img src=x", "svg", "body", "video src=x", "audio src=x", "iframe", "input autofocus", "details open"].flatMap(
    (tag) => ["onerror", "onload", "onfocus", "ontoggle"].map((handler) => `<${tag} ${handler}=${RAN}>`),
  ),
  ...[
    "javascript:",
    "JaVaScRiPt:",
    " javascript:",
    "java\nscript:",
    "vbscript:",
    "data:text/html,",
    "blob:",
    "file:///",
  ].map((scheme) => `${scheme}${RAN}`),
  ...['"', "'", "`", '" x="', "' x='"].map((quote) => `${quote} onmouseover=${RAN} ${quote}`),
  ...["{{", "${", "<%=", "#{", "[["].map((open) => `${open}constructor.constructor("${RAN}")()}}`),
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "undefined", "null", "NaN"],
  ...[
    "<template><script>",
    "<math><mi//xlink:href=",
    "<svg><style>",
    "<base href=//evil>",
    "<meta http-equiv=refresh>",
  ],
  ...[
    "<!--",
    "<![CDATA[",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "\\u003cscript\\u003e",
    "%3Cscript%3E",
    "<\u0000script>",
  ],
  ...[
    "\u202Eelbatuper\u202C",
    "\u2066\u2069\u200F",
    "שלום",
    "مرحبا",
    "a\u0301\u0302".repeat(30),
    "😀".repeat(40),
    "W".repeat(400),
  ],
  ...["#/slo/x", "?page=static", "//evil.example", "../..", "a/b/c", "\n\n\n", "\t", "\\", "/", "%"],
];

/** A snapshot with each of {@link PAYLOADS} in every field. */
export function hostileShop(at: number = AT): DashboardSnapshot {
  return hostileSnapshot(PAYLOADS, at);
}

/** A snapshot with each of those texts in every field that holds one: a service of each, and a mark. */
export function hostileSnapshot(all: readonly string[], at: number = AT): DashboardSnapshot {
  const { services } = shop(at);
  const [checkout] = services;
  const [availability] = checkout!.slos;
  return {
    title: "</title><script>globalThis.ran=1</script>",
    at,
    troubles: all.slice(0, 20),
    marks: all.map((text, index): DashboardMark => ({
      kind: (["incident", "deployment", "chaos", "exclusion"] as const)[index % 4]!,
      ...{ id: text, text, from: at - index * 1_000_000, services: [] },
      ...{ url: text, state: text, ...(index % 5 === 0 ? {} : { until: at }) },
    })),
    services: all.map((text) => ({
      ...checkout!,
      ...{ name: text, text, reasons: [text, text], logsUrl: text, failure: text },
      slos: [
        {
          ...availability!,
          ...{
            id: `${text}/slo`,
            name: text,
            title: text,
            description: text,
            reasons: [text],
            window: text,
            objective: text,
          },
          burns: availability!.burns.map((burn) => ({ ...burn, name: `${burn.name}${text}`, severity: text })),
          forecast: { ...availability!.forecast!, text },
          traces: [{ traceId: text, at, text, url: text }],
        },
      ],
      composites: checkout!.composites.map((one) => ({
        ...one,
        id: `${text}/all`,
        name: text,
        description: text,
        made: text,
      })),
      policy: { ...checkout!.policy!, reasons: [text], recommendations: [text], override: text },
      gate: { ...checkout!.gate!, policy: text, reasons: [text] },
      signals: { ...checkout!.signals!, saturation: { [text]: 0.5, cpu: 2 } },
      capacity: checkout!.capacity!.map((one) => ({ ...one, metric: text, text, unit: text })),
    })),
  };
}
