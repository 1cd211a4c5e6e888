/** Faults on the connections that go through a Toxiproxy. */
import { pause } from "../../core/abort.ts";
import { invalid, show } from "../../core/errors.ts";
import type { FaultKind, FaultPlane, FaultTarget, PlacedFault } from "../../ports/fault-plane.ts";
import type { CallOptions } from "../../ports/store.ts";

import type { Proxy } from "./answers.ts";
import { nameText, ToxiproxyApi } from "./api.ts";
import { readOptions, type ToxicStream, type ToxiproxyOptions, type ToxiproxySettings } from "./options.ts";
import { faultOf, TOXIC_KINDS, toxicOf } from "./toxic.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";
export type { ToxicStream, ToxiproxyOptions } from "./options.ts";

/** A fault as Toxiproxy has it: in whole milliseconds and thousands of bytes, its share a 32-bit number. */
export interface PlacedToxic extends PlacedFault {
  readonly stream: ToxicStream;
}

/**
 * A {@link FaultPlane} over Toxiproxy's HTTP API: its proxies are the targets, its toxics the faults. A toxic is named after the
 * fault's id, with a prefix by which the plane knows its own: it never touches what others have put.
 *
 * @example
 * ```ts
 * import { ToxiproxyPlane } from "nines/toxiproxy";
 *
 * const called: string[] = [];
 * const plane = new ToxiproxyPlane({
 *   url: "http://127.0.0.1:8474",
 *   fetch: async (url, { method, body = "" }) => {
 *     called.push(`${method} ${new URL(url).pathname} ${body}`);
 *     return method === "DELETE" ? new Response(null, { status: 204 }) : new Response(body);
 *   },
 * });
 * const fault = { kind: "latency", latencyMs: 300, jitterMs: 50 } as const;
 * await plane.place({ id: "slow", target: "redis", fault, share: 0.5 });
 * if (!(await plane.remove({ id: "slow", target: "redis" }))) throw new Error("it was there");
 * if (!called[0]?.includes('"latency":300')) throw new Error(called[0]);
 * if (called[1] !== "DELETE /proxies/redis/toxics/nines-slow ") throw new Error(called[1]);
 * ```
 */
export class ToxiproxyPlane implements FaultPlane {
  readonly name: string;
  readonly kinds: readonly FaultKind[] = TOXIC_KINDS;
  readonly #api: ToxiproxyApi;
  readonly #settings: ToxiproxySettings;

  constructor(options: ToxiproxyOptions = {}) {
    this.#settings = readOptions(options);
    this.#api = new ToxiproxyApi(this.#settings);
    this.name = this.#settings.name;
  }

  /** All proxies, by their names; one that is disabled is not healthy. Labels are `listen` and `upstream`. */
  async targets({ signal }: CallOptions = {}): Promise<readonly FaultTarget[]> {
    const proxies = await this.#api.proxies(signal);
    return proxies
      .filter(({ name }) => canBeAsked(name))
      .map(({ name, listen, upstream, enabled }) => ({ id: name, healthy: enabled, labels: { listen, upstream } }))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Puts a toxic. `signal` counts until it is sent; then it is waited for what Toxiproxy says. */
  async place({ id, target, fault, share }: PlacedFault, { signal }: CallOptions = {}): Promise<void> {
    checkTarget(target);
    const { stream } = this.#settings;
    if (!(typeof share === "number" && share > 0 && share <= 1))
      throw invalid("share", `${show(share)} is no share; write a number above 0, at most 1`);
    const toxic = { ...toxicOf(fault), name: this.#nameOf(id), stream, toxicity: share };
    signal?.throwIfAborted();
    // Toxiproxy can change the numbers of a toxic, but neither its type nor its stream: one that is there makes room.
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (await this.#api.add(target, toxic)) return;
      await this.#api.remove(target, toxic.name, undefined);
    }
    throw this.#api.failure(
      `put ${toxic.type} on ${nameText(target)}`,
      `somebody else puts ${toxic.name} again and again`,
    );
  }

  /**
   * Takes a toxic away; false if it is not there, or its proxy is not. That is looked at twice, a quarter of a second apart: what was
   * sent by a process that was killed then may be on its way still.
   */
  async remove({ id, target }: Pick<PlacedFault, "id" | "target">, { signal }: CallOptions = {}): Promise<boolean> {
    checkTarget(target);
    const name = this.#nameOf(id);
    if (await this.#api.remove(target, name, signal)) return true;
    await pause(this.#settings.clock, ON_ITS_WAY_MS, { signal, keepAlive: true });
    return this.#api.remove(target, name, signal);
  }

  /** Those that a plane with this prefix has put, in this process or another. */
  async toxics({ signal }: CallOptions = {}): Promise<readonly PlacedToxic[]> {
    const proxies = await this.#api.proxies(signal);
    return proxies.filter(({ name }) => canBeAsked(name)).flatMap((proxy) => this.#ours(proxy));
  }

  /** Takes away all of {@link toxics}, and nothing else; gives those that it took. For hands, when the journal is lost. */
  async removeAll(options: CallOptions = {}): Promise<readonly PlacedToxic[]> {
    const removed: PlacedToxic[] = [];
    for (const toxic of await this.toxics(options)) if (await this.remove(toxic, options)) removed.push(toxic);
    return removed;
  }

  #ours({ name: target, toxics }: Proxy): readonly PlacedToxic[] {
    const { prefix } = this.#settings;
    return toxics.flatMap(({ name, type, stream, toxicity, attributes }) => {
      const fault = faultOf(type, attributes);
      const id = name.slice(prefix.length);
      if (fault === undefined || !name.startsWith(prefix) || !ID.test(id)) return [];
      return [{ id, target, fault, share: toxicity, stream }];
    });
  }

  #nameOf(id: string): string {
    if (typeof id === "string" && ID.test(id)) return `${this.#settings.prefix}${id}`;
    throw invalid("id", `${show(id)} cannot name a toxic; write 1 to 200 of A-Z, a-z, 0-9, ., _ and -`);
  }
}

const ATTEMPTS = 3;
const ON_ITS_WAY_MS = 250;
/** Toxiproxy takes any name, but finds none again that has a slash in it. */
const ID = /^[A-Za-z0-9._-]{1,200}$/;

function checkTarget(target: unknown): void {
  if (typeof target !== "string" || !canBeAsked(target))
    throw invalid("target", `${show(target)} is no name of a proxy that Toxiproxy could find`);
}

/** Its router takes an encoded slash for a slash, and tidies dots away. */
function canBeAsked(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && name.length <= 1_000 && !name.includes("/");
}
