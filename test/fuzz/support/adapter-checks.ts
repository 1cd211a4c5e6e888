/** What comes of the answers of other systems, checked: each value is of its type, and no message tells what it must not. */
import { type KubernetesApi, KubernetesPods } from "../../../src/adapters/kubernetes/index.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import { REPEATED } from "./replies.ts";
import { oddNumber } from "./values.ts";

/** A client as `@kubernetes/client-node`: what is 2xx is parsed, and all else is thrown with its body. */
export function cluster({
  fetch,
  signal,
}: {
  readonly fetch: HttpFetch;
  readonly signal: AbortSignal;
}): KubernetesPods {
  const call = async (): Promise<never> => {
    const { status, body } = await fetch("http://k8s.example", {
      method: "GET",
      headers: {},
      redirect: "manual",
      signal,
    });
    const reader = body?.getReader();
    let said = "";
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
      said += Buffer.from(piece.value ?? []).toString("latin1");
    }
    const parsed = said.startsWith("{")
      ? (JSON.parse(said) as { metadata?: { continue?: unknown; _continue?: unknown } | null })
      : said;
    if (status < 200 || status >= 300)
      throw Object.assign(new Error(`HTTP-Code: ${status} ${REPEATED}`), {
        code: status,
        body: status % 2 === 0 ? said : parsed,
      });
    if (typeof parsed === "object" && typeof parsed.metadata === "object" && parsed.metadata !== null)
      parsed.metadata._continue = parsed.metadata.continue;
    return (parsed === "null" ? null : parsed) as never;
  };
  const api: KubernetesApi = {
    listNamespacedPod: call,
    readNamespace: call,
    createNamespacedPodEviction: call,
    deleteNamespacedPod: call,
  };
  return new KubernetesPods({ api, maxPods: 40 });
}

export function sound(value: unknown): void {
  const odd = oddNumber(value);
  if (odd !== undefined) throw new Error(`a number that is none: ${odd}`);
}

export function text(value: unknown): void {
  if (typeof value !== "string") throw new Error(`${typeof value} where a text is promised`);
}

export function flag(value: unknown): void {
  if (typeof value !== "boolean") throw new Error(`${typeof value} where true or false is promised`);
}

export function labels(value: Readonly<Record<string, unknown>>): void {
  if (typeof value !== "object" || Array.isArray(value)) throw new Error("no labels");
  Object.values(value).forEach(text);
}

export function targets(
  found: readonly {
    readonly id: unknown;
    readonly healthy: unknown;
    readonly labels: Readonly<Record<string, string>>;
  }[],
): void {
  for (const one of found) {
    text(one.id);
    flag(one.healthy);
    labels(one.labels);
  }
}

export function pods(
  found: readonly {
    readonly name: unknown;
    readonly uid: unknown;
    readonly healthy: unknown;
    readonly owner: unknown;
    readonly labels: Readonly<Record<string, string>>;
  }[],
): void {
  for (const one of found) {
    text(one.name);
    text(one.uid);
    flag(one.healthy);
    labels(one.labels);
    if (one.owner !== undefined) text(one.owner);
  }
}

export function removal({ outcome, ...rest }: { readonly outcome: string }): void {
  if (!["removed", "refused", "gone"].includes(outcome)) throw new Error(`removal is ${outcome}`);
  if ("message" in rest) checkMessage(String(rest.message));
}

export function checkMessage(message: string): void {
  if (message.length > 2_000) throw new Error(`a message of ${message.length} characters`);
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(message))
    throw new Error(`a message of several lines: ${JSON.stringify(message)}`);
}
