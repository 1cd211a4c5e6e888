/**
 * Behaves like the API server whose answers are in test/data/kubernetes, for what the adapter asks of it. What it does not have:
 * - TLS, HTTP/2, watching, field selectors, `gt` and `lt` in label selectors, other ways to log in than by a token;
 * - a controller: what is deleted is not made anew, and a budget counts what is ready now instead of reading its own status;
 * - a kubelet: a pod that has a node stays, on its way out, until the test lets it go; one that has none goes at once;
 * - words that were captured for anything but the answers that `stand-in.test.ts` compares: the others are after the same pattern.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { ROOT } from "../../support/spawn.ts";
import { compactJson, prettyJson } from "./go-json.ts";
import { labelSelector } from "./label-selector.ts";
import { bears, isReady, type StoredBudget, type StoredPod, type StoredUser } from "./stored.ts";

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: DeleteOptions & { readonly deleteOptions?: DeleteOptions };
}

interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string };
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: readonly string[];
}

interface Reply {
  readonly statusCode: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Asked extends SeenRequest {
  readonly user: StoredUser;
}

/** Thrown to answer with a `Status`. */
class Failure extends Error {
  readonly reply: Reply;
  constructor(statusCode: number, reason: string, message: string, details?: object, headers?: Reply["headers"]) {
    super(message);
    const more = details === undefined ? {} : { details };
    const body = { ...STATUS, status: "Failure", message, reason, ...more, code: statusCode };
    this.reply = { statusCode, body, ...(headers === undefined ? {} : { headers }) };
  }
}

const STATUS = { kind: "Status", apiVersion: "v1", metadata: {} };
const TOO_OLD =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.";

/** A running stand-in. */
export class KubernetesStandIn {
  readonly pods: StoredPod[] = [];
  readonly budgets: StoredBudget[] = [];
  /** Labels by name. */
  readonly namespaces = new Map<string, Readonly<Record<string, string>>>();
  /** By token. */
  readonly users = new Map<string, StoredUser>([["admin", { name: "admin", may: "all" }]]);
  readonly seen: SeenRequest[] = [];
  /** Lists that have been begun, by the version that they show. */
  readonly lists = new Map<number, readonly StoredPod[]>();
  resourceVersion = 228;
  now: () => Date = () => new Date();
  /** Answers instead, if it returns true. */
  intercept: (request: SeenRequest, response: ServerResponse) => boolean = () => false;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** With the three pods of the captured list, in the namespace `d`. */
  static async start(): Promise<KubernetesStandIn> {
    const standIn = new KubernetesStandIn();
    const text = readFileSync(join(ROOT, "test/data/kubernetes/pods-list.json"), "utf8");
    standIn.pods.push(...(JSON.parse(text) as { items: StoredPod[] }).items);
    standIn.namespaces.set("d", { "kubernetes.io/metadata.name": "d" });
    standIn.#server.listen(0, "127.0.0.1");
    await once(standIn.#server, "listening");
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk as string;
    const { method = "GET", headers } = request;
    const seen: SeenRequest = {
      method,
      url: new URL(request.url ?? "/", "http://kubernetes"),
      body: text === "" ? {} : (JSON.parse(text) as SeenRequest["body"]),
    };
    this.seen.push(seen);
    if (this.intercept(seen, response)) return;
    const reply = this.#reply(seen, headers.authorization);
    const isByHand = /^(?:curl|Wget)\//.test(headers["user-agent"] ?? "");
    response
      .writeHead(reply.statusCode, {
        "cache-control": "no-cache, private",
        "content-type": "application/json",
        ...reply.headers,
      })
      .end(isByHand ? prettyJson(reply.body) : compactJson(reply.body));
  }

  #reply(seen: SeenRequest, authorization: string | undefined): Reply {
    try {
      const user = this.#userOf(authorization);
      const [, namespace = "", kind, name = "", subresource] =
        /^\/api\/v1\/namespaces\/([^/]+)(?:\/(pods)(?:\/([^/]+)(?:\/(eviction))?)?)?$/.exec(seen.url.pathname) ?? [];
      const asked = { ...seen, user };
      switch (`${seen.method} ${[kind, name && "NAME", subresource].filter(Boolean).join("/")}`) {
        case "GET ":
          return this.#namespace(asked, namespace);
        case "GET pods":
          return this.#list(asked, namespace);
        case "DELETE pods/NAME":
          allow(asked, "delete", "pods", namespace, name);
          return this.#delete(this.#pod(namespace, name), seen.body);
        case "POST pods/NAME/eviction":
          return this.#evict(asked, namespace, name);
        default:
          throw new Failure(404, "NotFound", "the server could not find the requested resource", {});
      }
    } catch (error) {
      if (error instanceof Failure) return error.reply;
      throw error;
    }
  }

  #userOf(authorization: string | undefined): StoredUser {
    if (authorization === undefined) return { name: "system:anonymous", may: [] };
    const user = this.users.get(authorization.replace(/^Bearer /, ""));
    if (user === undefined) throw new Failure(401, "Unauthorized", "Unauthorized");
    return user;
  }

  #namespace(asked: Asked, name: string): Reply {
    allow(asked, "get", "namespaces", name, name);
    const labels = this.namespaces.get(name);
    if (labels === undefined) throw notFound("namespaces", name);
    const spec = { finalizers: ["kubernetes"] };
    const body = { kind: "Namespace", apiVersion: "v1", metadata: { name, labels }, spec, status: { phase: "Active" } };
    return { statusCode: 200, body };
  }

  #list(asked: Asked, namespace: string): Reply {
    allow(asked, "list", "pods", namespace);
    const query = asked.url.searchParams;
    const selector = query.get("labelSelector") ?? "";
    const fits = selectorOf(selector);
    const limit = Number(query.get("limit") ?? 0);
    const from = query.get("continue");
    const { rv, start } = from === null ? { rv: this.resourceVersion, start: "" } : tokenOf(from);
    const snapshot = from === null ? structuredClone(this.pods) : this.lists.get(rv);
    if (snapshot === undefined) throw new Failure(410, "Expired", TOO_OLD);
    const items = snapshot
      .filter(({ metadata }) => metadata.namespace === namespace && metadata.name >= start && fits(metadata.labels))
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const page = limit > 0 ? items.slice(0, limit) : items;
    const left = items.length - page.length;
    const last = page.at(-1)?.metadata.name ?? "";
    if (left > 0) this.lists.set(rv, snapshot);
    const token = { v: "meta.k8s.io/v1", rv, start: `${last}\0` };
    // How many come is told only where nothing was selected.
    const metadata = {
      resourceVersion: String(rv),
      ...(left > 0 ? { continue: Buffer.from(JSON.stringify(token)).toString("base64url") } : {}),
      ...(left > 0 && selector === "" ? { remainingItemCount: left } : {}),
    };
    return { statusCode: 200, body: { kind: "PodList", apiVersion: "v1", metadata, items: page } };
  }

  #evict(asked: Asked, namespace: string, name: string): Reply {
    allow(asked, "create", "pods/eviction", namespace, name);
    const pod = this.#pod(namespace, name);
    const budgets = this.budgets.filter((one) => one.namespace === namespace && bears(pod, one.matchLabels));
    if (budgets.length > 1) {
      const message =
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
      throw new Failure(500, "InternalError", message);
    }
    const [budget] = budgets;
    // Who is not ready disrupts nothing by going.
    if (budget !== undefined && isReady(pod)) {
      const ready = this.pods.filter(
        (one) => one.metadata.namespace === namespace && bears(one, budget.matchLabels) && isReady(one),
      ).length;
      if (ready <= budget.minAvailable) {
        const message = `The disruption budget ${budget.name} needs ${String(budget.minAvailable)} healthy pods and has ${String(ready)} currently`;
        const details = { causes: [{ reason: "DisruptionBudget", message }] };
        const said = "Cannot evict pod as it would violate the pod's disruption budget.";
        throw new Failure(429, "TooManyRequests", said, details);
      }
    }
    this.#delete(pod, asked.body.deleteOptions ?? {});
    return { statusCode: 201, body: { ...STATUS, status: "Success", code: 201 } };
  }

  #delete(pod: StoredPod, { preconditions, gracePeriodSeconds, dryRun }: DeleteOptions): Reply {
    const { metadata, spec } = pod;
    const { name } = metadata;
    if (preconditions?.uid !== undefined && preconditions.uid !== metadata.uid) {
      const message = `Operation cannot be fulfilled on Pod "${name}": the UID in the precondition (${preconditions.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
      throw new Failure(409, "Conflict", message, { name, kind: "Pod" });
    }
    const isDry = dryRun?.[0] === "All";
    // What no node has begun to run ends at once.
    const seconds = spec.nodeName === undefined ? 0 : (gracePeriodSeconds ?? spec.terminationGracePeriodSeconds);
    const until = new Date(this.now().getTime() + seconds * 1_000).toISOString().replace(/\.\d+Z$/, "Z");
    if (!isDry) this.resourceVersion += 1;
    const { labels, ownerReferences, managedFields, ...head } = metadata;
    const going: StoredPod = {
      ...pod,
      metadata: {
        ...head,
        resourceVersion: isDry ? metadata.resourceVersion : String(this.resourceVersion),
        deletionTimestamp: until,
        deletionGracePeriodSeconds: seconds,
        labels,
        ...(ownerReferences === undefined ? {} : { ownerReferences }),
        ...(managedFields === undefined ? {} : { managedFields }),
      },
    };
    if (!isDry) this.pods.splice(this.pods.indexOf(pod), 1, ...(seconds === 0 ? [] : [going]));
    return { statusCode: 200, body: { kind: "Pod", apiVersion: "v1", ...going } };
  }

  #pod(namespace: string, name: string): StoredPod {
    const pod = this.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    if (pod === undefined) throw notFound("pods", name);
    return pod;
  }
}

function allow({ user }: Asked, verb: string, resource: string, namespace: string, name?: string): void {
  if (user.may === "all" || user.may.includes(`${verb} ${resource}`)) return;
  const kind = resource.replace(/\/.*/, "");
  const what = name === undefined ? kind : `${kind} "${name}"`;
  const message = `${what} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`;
  const details = name === undefined ? { kind } : { name, kind };
  throw new Failure(403, "Forbidden", message, details, { "x-content-type-options": "nosniff" });
}

function notFound(kind: string, name: string): Failure {
  return new Failure(404, "NotFound", `${kind} "${name}" not found`, { name, kind });
}

function selectorOf(text: string): ReturnType<typeof labelSelector> {
  try {
    return labelSelector(text);
  } catch (error) {
    throw new Failure(400, "BadRequest", (error as Error).message);
  }
}

function tokenOf(text: string): { readonly rv: number; readonly start: string } {
  return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as { rv: number; start: string };
}
