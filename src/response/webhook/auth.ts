/** Tells whether a request comes from who knows the secret, in a time that tells nothing of it. */
import type { SoundWebhook } from "./options.ts";

/** The type is global only where the compiler knows browsers. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const LONGEST_HEADER = 5_000;
const MOST_SIGNATURES = 10;
const SIGNATURE = /^[0-9a-f]{64}$/i;

/** Checks bearer tokens and signatures. */
export class WebhookAuth {
  readonly #bearer: readonly string[] | undefined;
  readonly #hmac: SoundWebhook["hmac"];
  #digests: Promise<readonly Uint8Array[]> | undefined;
  #keys: Promise<readonly Key[]> | undefined;

  constructor({ bearer, hmac }: Pick<SoundWebhook, "bearer" | "hmac">) {
    this.#bearer = bearer;
    this.#hmac = hmac;
  }

  /** Whether a body must be read before one knows who sent it. */
  get signed(): boolean {
    return this.#hmac !== undefined;
  }

  /** Whether the header `Authorization` holds one of the secrets; true if there are none to hold. */
  async knowsBearer(authorization: string | null | undefined): Promise<boolean> {
    if (this.#bearer === undefined) return true;
    this.#digests ??= Promise.all(this.#bearer.map(digest));
    const header = authorization ?? "";
    const match = header.length <= LONGEST_HEADER ? /^bearer +(\S+) *$/i.exec(header) : null;
    // Digests have one length whatever they are of, and all secrets are looked at whichever it is.
    const given = await digest(match?.[1] ?? "");
    let isKnown = 0;
    for (const known of await this.#digests) isKnown |= areEqual(known, given);
    return isKnown === 1 && match !== null;
  }

  /** Whether `body` was signed with one of the secrets; true if none are asked for. */
  async knowsSignature(
    body: Uint8Array<ArrayBuffer>,
    header: (name: string) => string | null | undefined,
  ): Promise<boolean> {
    if (this.#hmac === undefined) return true;
    const { header: name, secrets, prefix } = this.#hmac;
    this.#keys ??= Promise.all(secrets.map(keyOf));
    const given = signaturesIn(header(name) ?? "", prefix);
    if (given.length === 0) return false;
    let isKnown = 0;
    for (const key of await this.#keys) {
      const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, body));
      for (const one of given) isKnown |= areEqual(signature, one);
    }
    return isKnown === 1;
  }
}

function signaturesIn(header: string, prefix: string): readonly Uint8Array[] {
  if (header.length > LONGEST_HEADER) return [];
  return header
    .split(",", MOST_SIGNATURES)
    .map((part) => part.trim())
    .filter((part) => part.startsWith(prefix) && SIGNATURE.test(part.slice(prefix.length)))
    .map((part) => {
      const digits = part.slice(prefix.length);
      return Uint8Array.from({ length: 32 }, (_, index) => parseInt(digits.slice(2 * index, 2 * index + 2), 16));
    });
}

/** 1 if they are, 0 if not; every byte is looked at. */
function areEqual(a: Uint8Array, b: Uint8Array): number {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0 ? 1 : 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function keyOf(secret: string): Promise<Key> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
