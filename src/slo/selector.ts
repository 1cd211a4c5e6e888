/** The `select` of an SLO: which requests count. */
import { invalid, show } from "../core/errors.ts";
import { suggestion } from "../core/nearest.ts";
import { field } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import type { RequestSelector } from "./model.ts";
import { textField } from "./texts.ts";

const MOST_ITEMS = 1_000;

// RFC 9110, the registry of methods that it opens, and PURGE, which caches use.
const METHODS =
  "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY PURGE ACL BIND CHECKOUT COPY LINK LOCK MERGE MKACTIVITY " +
  "MKCALENDAR MKCOL MOVE PROPFIND PROPPATCH REBIND REPORT SEARCH SOURCE UNBIND UNLINK UNLOCK UNSUBSCRIBE SUBSCRIBE NOTIFY";
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS.split(" "));

const method = field((input) => {
  const name = typeof input === "string" && input.length < 40 ? input.toUpperCase() : "";
  if (KNOWN_METHODS.has(name)) return name;
  const meant = name === "" ? "" : suggestion(name, [...KNOWN_METHODS]);
  throw invalid([], `${show(input)} is not an HTTP method${meant}`);
}, "GET");

const statusCode = field((input) => {
  const text = typeof input === "number" || typeof input === "string" ? String(input).toLowerCase() : "";
  if (/^[1-5](?:xx|\d\d)$/.test(text)) return text;
  throw invalid([], `${show(input)} is not a status code; write one such as 404, or a class such as 2xx`);
}, "2xx");

const route = textField(1_000, "/users/:id").refine((text) => text.startsWith("/") || text === "*", {
  error: ({ input }) => `${show(input)} is not a route; begin it with /, such as /users/:id or /api/*`,
});

const operation = textField(200, "send-mail");

/** A list, or its one item. */
function oneOrMore(item: z.ZodType<string>): z.ZodType<readonly string[]> {
  const one = z.union([z.string(), z.number()]).pipe(item as z.ZodType<string, string | number>);
  return z
    .union([z.array(item).min(1).max(MOST_ITEMS), one.transform((only) => [only])])
    .transform((items) => [...new Set(items)]);
}

/** What is left out is not narrowed. */
export const selectorField: z.ZodType<RequestSelector> = z
  .strictObject({
    routes: oneOrMore(route).optional(),
    methods: oneOrMore(method).optional(),
    status_codes: oneOrMore(statusCode).optional(),
    operations: oneOrMore(operation).optional(),
  })
  .transform(({ routes, methods, status_codes, operations }, context) => {
    const given = [routes, methods, status_codes, operations].filter((list) => list !== undefined);
    if (context.issues.length === 0 && given.length === 0) {
      context.issues.push({
        code: "custom",
        message: "selects nothing; write routes, methods, status_codes or operations, or leave it out",
        input: {},
      });
    }
    if (operations !== undefined && routes !== undefined) {
      context.issues.push({
        code: "custom",
        message: "selects nothing; an operation has no route: write routes or operations",
        input: {},
      });
    }
    return {
      ...(operations === undefined ? {} : { operations }),
      ...(routes === undefined ? {} : { routes }),
      ...(methods === undefined ? {} : { methods }),
      ...(status_codes === undefined ? {} : { statusCodes: status_codes }),
    };
  });
