/** Which requests a target means: routes as routers write them, and hosts. */
import { invalid, show } from "../../core/errors.ts";

/** Whether a request is meant; `path` is what came, percent-encoded, without its query. */
export type RouteMatch = (method: string, path: string) => boolean;

/** Whether a call is meant; `host` has its port, such as `api.example.com:443`. */
export type HostMatch = (host: string) => boolean;

type Path = readonly (string | number)[];

/**
 * `GET /orders/:id`, `/orders/*`, `/*`. A parameter is one part of the path, a star at the end one part or more, `/*` everything. Without a
 * method any is meant; GET means HEAD too, as routers have it. A slash at the end makes no difference; case does.
 *
 * @throws {@link ConfigurationError} saying what is wrong with it
 */
export function routeMatch(text: unknown, path: Path): RouteMatch {
  const [, method, pattern] = parted(ROUTE, text);
  if (pattern === undefined) {
    throw invalid(path, `${show(text)} is no route; write one such as "GET /orders/:id", "/orders/*" or "/*"`);
  }
  const parts = partsOf(pattern);
  const last = parts.at(-1);
  const hasRest = last?.startsWith("*") ?? false;
  const wanted = (hasRest ? parts.slice(0, -1) : parts).map((part) => {
    if (PARAMETER.test(part)) return undefined;
    if (!SPECIAL.test(part)) return decoded(part);
    throw invalid(
      path,
      `${show(text)} has ${show(part)}; a part of a route is text, a parameter such as ":id", or a star at the end`,
    );
  });
  if (hasRest && !REST.test(last ?? "")) {
    throw invalid(path, `${show(text)} has ${show(last)}; a star stands alone, or has a name such as "*rest"`);
  }
  const fewest = wanted.length + (hasRest && wanted.length > 0 ? 1 : 0);
  const most = hasRest ? Infinity : wanted.length;
  return (askedMethod, askedPath) => {
    if (method !== undefined && method !== askedMethod && !(method === "GET" && askedMethod === "HEAD")) return false;
    const asked = partsOf(askedPath);
    if (asked.length < fewest || asked.length > most) return false;
    return wanted.every((part, index) => {
      const given = asked[index] ?? "";
      return part === undefined ? given !== "" : part === given || part === decoded(given);
    });
  };
}

/**
 * `api.example.com`, with a port `api.example.com:8443`, or all below it `*.example.com`. Without a port any is meant.
 *
 * @throws {@link ConfigurationError} saying what is wrong with it
 */
export function hostMatch(text: unknown, path: Path): HostMatch {
  const [, star, name = "", port] = parted(HOST, text);
  const host = URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : "";
  if (host === "") {
    throw invalid(
      path,
      `${show(text)} is no host; write one such as "api.example.com", "*.example.com" or "127.0.0.1:8080"`,
    );
  }
  return (asked) => {
    const { hostname, askedPort } = dividedHost(asked);
    if (port !== undefined && port !== askedPort) return false;
    return star === undefined ? hostname === host : hostname.endsWith(`.${host}`);
  };
}

const MOST_CHARACTERS = 500;
const ROUTE = /^(?:([A-Z]+) )?(\/[^\s?#]*)$/;
const HOST = /^(\*\.)?([^\s/?#@*:[\]]+|\[[0-9a-fA-F:.]+\])(?::([1-9][0-9]{0,4}))?$/;
const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/;
const REST = /^\*(?:[A-Za-z_][A-Za-z0-9_]*)?$/;
/** What is more than text for one router or another: refused, lest it be taken for text. */
const SPECIAL = /[:*?+(){}[\]|^$\\]/;

function parted(expression: RegExp, text: unknown): readonly (string | undefined)[] {
  return (typeof text === "string" && text.length <= MOST_CHARACTERS ? expression.exec(text) : undefined) ?? [];
}

function partsOf(path: string): readonly string[] {
  const inner = path.slice(1, path.length > 1 && path.endsWith("/") ? -1 : undefined);
  return inner === "" ? [] : inner.split("/");
}

function decoded(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function dividedHost(host: string): { readonly hostname: string; readonly askedPort: string | undefined } {
  const [, name = host, askedPort] = /^(.*?)(?::([0-9]+))?$/.exec(host) ?? [];
  // The root may be written, and says nothing.
  return { hostname: name.toLowerCase().replace(/\.$/, ""), askedPort };
}
