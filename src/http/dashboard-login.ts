/** Who may look at a dashboard: browsers send a user's name and password with an event stream too, and no other secret. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { WebhookAuth } from "../response/webhook/auth.ts";
import type { HeadersLike } from "../signals/response.ts";

/** A user of HTTP's own login (RFC 7617). */
export interface BasicLogin {
  /** 1 to 100 characters, and no colon. */
  readonly user: string;
  /** 8 to 1,000 characters. */
  readonly password: string;
}

/** What a browser is asked with. */
export const CHALLENGE = 'Basic realm="dashboard", charset="UTF-8"';

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const UNTYPED = /[\u0000-\u001f\u007f]/;

/** Tells whether a request comes from who knows the password, in a time that tells nothing of it; all do if there is none. */
export function loginOf(basic: BasicLogin | undefined): (headers: HeadersLike) => Promise<boolean> {
  if (basic === undefined) return () => Promise.resolve(true);
  checkOptions(basic, "dashboardHandler (basic)", ["user", "password"], ["basic"]);
  const { user, password } = basic as { readonly user: unknown; readonly password: unknown };
  if (typeof user !== "string" || !/^[^:]{1,100}$/.test(user) || UNTYPED.test(user)) {
    throw invalid(["basic", "user"], `${show(user)} is no user; write 1 to 100 characters without a colon`);
  }
  // Never shows what it refuses.
  if (typeof password !== "string" || password.length < 8 || password.length > 1_000 || UNTYPED.test(password)) {
    throw invalid(["basic", "password"], "is not a password; text of 8 to 1,000 characters is");
  }
  // What follows the scheme's name is compared as a bearer's secret is.
  const auth = new WebhookAuth({ bearer: [encoded(`${user}:${password}`)], hmac: undefined });
  return ({ authorization }) => {
    const given = Array.isArray(authorization) ? authorization.join() : (authorization ?? "");
    return auth.knowsBearer(/^basic /i.test(given) ? given.replace(/^basic/i, "Bearer") : undefined);
  };
}

function encoded(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
