/** What browsers are told about a dashboard's answers. */
import { invalid, show } from "../core/errors.ts";

/** Of all answers: they are of no use to other sites. */
const OWN = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
};
const MOST_ANCESTORS = 20;
const SOURCE = /^https?:\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i;
/** The page says it first of all. */
const PAGE_POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/;
const HEAD_CHARACTERS = 4_096;
const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&quot;": '"',
  "&#39;": "'",
  "&lt;": "<",
  "&gt;": ">",
};

/** Makes the headers of each kind of answer. */
export class DashboardHeaders {
  readonly #frameAncestors: string;

  /** @param frameAncestors - who may show the page in a frame; nobody unless told */
  constructor(frameAncestors: string | readonly string[] | undefined) {
    this.#frameAncestors = `frame-ancestors ${ancestorsOf(frameAncestors).join(" ")}`;
  }

  /** Of a page: it may do what it says itself that it may, and cannot say who may frame it. */
  page(html: string, cacheControl: string): Record<string, string> {
    const [, written = "default-src &#39;none&#39;"] = PAGE_POLICY.exec(html.slice(0, HEAD_CHARACTERS)) ?? [];
    const policy = written.replace(/&(?:amp|quot|#39|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
    return {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": cacheControl,
      "Content-Security-Policy": `${policy}; ${this.#frameAncestors}`,
      ...OWN,
      Vary: "Accept-Encoding",
    };
  }

  /** Of what is no page. */
  data(contentType: string): Record<string, string> {
    return {
      "Content-Type": contentType,
      "Cache-Control": "no-store",
      "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
      ...OWN,
    };
  }

  /** Of a stream: whoever stands between shall hand it on at once, and as it is. */
  events(): Record<string, string> {
    return {
      ...this.data("text/event-stream"),
      "Cache-Control": "no-store, no-transform",
      "X-Accel-Buffering": "no",
    };
  }
}

function ancestorsOf(given: unknown): readonly string[] {
  if (given === undefined) return ["'none'"];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0 || list.length > MOST_ANCESTORS) {
    throw invalid("frameAncestors", `has ${String(list.length)} entries; write 1 to ${String(MOST_ANCESTORS)}`);
  }
  return list.map((one, index) => {
    if (one === "self" || one === "'self'") return "'self'";
    // Anything else in it would be a rule of its own.
    if (typeof one === "string" && one.length <= 300 && SOURCE.test(one)) return one;
    const path = Array.isArray(given) ? ["frameAncestors", index] : ["frameAncestors"];
    throw invalid(path, `${show(one)} may frame nothing; write self, or an origin such as https://grafana.example.com`);
  });
}
