/** Which variables and headers hold secrets, by their names. */

const WORDS = new Set([
  ...["TOKEN", "TOKENS", "SECRET", "SECRETS", "PASSWORD", "PASSWORDS", "PASSWD", "PASSPHRASE", "PASSCODE", "PASS"],
  ...[
    "CREDENTIAL",
    "CREDENTIALS",
    "CREDS",
    "AUTH",
    "OAUTH",
    "AUTHORIZATION",
    "AUTHENTICATION",
    "BEARER",
    "COOKIE",
    "JWT",
  ],
  ...["APIKEY", "PRIVATEKEY", "ACCESSKEY", "SECRETKEY", "DBPASS", "PGPASSWORD", "PGPASS", "SSHPASS"],
]);
/** Words before KEY that make a secret of it. */
const KEYS = new Set([
  "API",
  "PRIVATE",
  "ACCESS",
  "SECRET",
  "ENCRYPTION",
  "SIGNING",
  "MASTER",
  "ACCOUNT",
  "SHARED",
  "AUTH",
]);
/** What is set where something is only switched: to hide these would hide half of what there is to read. */
const SWITCHES = new Set(["true", "false", "none", "null", "enabled", "disabled", "required", "optional"]);
const SHORTEST = 4;

/**
 * The values of those variables (or headers) whose names look as if they held a secret: `TOKEN`, `SECRET`, `PASSWORD`,
 * `API_KEY`, `PRIVATE_KEY`, `CREDENTIAL`, `AUTH` and the like as whole words, in whatever case: `githubToken`,
 * `x-api-key`. A password within an address, as in `postgres://app:PASSWORD@db/shop`, is one under any name. Values
 * shorter than 4 characters, and mere switches such as `true`, are none.
 *
 * @example
 * ```ts
 * import { secretNames } from "nines";
 *
 * const secrets = secretNames({ PATH: "/usr/bin", DB_PASSWORD: "tr0ub4dor", API_KEY: "k-1234" });
 * if (secrets.join() !== "tr0ub4dor,k-1234") throw new Error("two secrets");
 * ```
 */
export function secretNames(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    const values = looksSecret(name) ? [value, ...passwordsIn(value)] : passwordsIn(value);
    for (const secret of values) {
      if (secret.length >= SHORTEST && !SWITCHES.has(secret.toLowerCase())) found.add(secret);
    }
  }
  return [...found];
}

/** Whether a variable of this name is taken to hold a secret. */
function looksSecret(name: string): boolean {
  const words = name
    .slice(0, 1_000)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "");
  return words.some((word, index) => {
    // Alone, or after OLD, it is the folder that one is in.
    if (word === "PWD") return index > 0;
    return WORDS.has(word) || (/^KEYS?$/.test(word) && KEYS.has(words[index - 1] ?? ""));
  });
}

/** As it stands in the address, and as it is meant. */
function passwordsIn(value: string): string[] {
  const [, password] = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:]{0,1000}:([^\s/?#@]{1,1000})@/i.exec(value) ?? [];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
