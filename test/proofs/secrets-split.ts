import { type Random, seededRandom } from "../../src/core/random.ts";
import { OutputCapture } from "../../src/runbook/performing/capture.ts";
import { Redactor } from "../../src/runbook/redact/redactor.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Secrets in any of their forms, split anywhere, do not come out, nor more than half of one; all other text comes out as it was.";

interface Size {
  readonly texts: number;
}

export const quick: Size = { texts: 3_000 };
export const full: Size = { texts: 300_000 };

const TEXTS_A_REDACTOR = 20;
const ALPHABETS = [
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  "abcdefghijklmnopqrstuvwxyz0123456789-_.",
  "0123456789abcdef",
  "abcXYZ019!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ",
  "aäöü€😀ßéxyz <&>\"'",
];
/** None of these letters is in a secret or in one of its forms. */
const SURROUNDINGS = Array.from("ЖЗИЙКЛМНОПРСТ漢字仮名交じり🦊🐻");

/** How programs write text into text, each made by other means than those of the redactor. */
const ENCODINGS: Readonly<Record<string, (secret: string, random: Random) => string>> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
  "JSON in JSON": (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  "JSON in ASCII": (secret) =>
    Array.from(JSON.stringify(secret).slice(1, -1))
      .flatMap((letter) =>
        letter < "\u007f" ? [letter] : units(letter).map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`),
      )
      .join(""),
  URL: (secret) => encodeURIComponent(secret),
  "URL, lower case": (secret) => Array.from(secret, (letter) => lowerCodes(encodeURIComponent(letter))).join(""),
  form: (secret) => new URLSearchParams([["", secret]]).toString().slice(1),
  hex: (secret) => Buffer.from(secret).toString("hex"),
  "upper hex": (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  base64: (secret) => Buffer.from(secret).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  "base64 of more": (secret, random) => {
    const more = (most: number): string => "xyzzy".slice(0, random.integer(0, most));
    return Buffer.from(`${more(5)}${secret}${more(5)}`).toString(random.pick(["base64", "base64url"]));
  },
  shell: (secret) => secret.split("'").join("'\\''"),
  HTML: (secret) => Array.from(secret, (letter) => HTML[letter] ?? letter).join(""),
};
const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const figures = { texts: 0, secretsHidden: 0, lettersLetThrough: 0, textsWithoutSecrets: 0 };
  const forms = new Map<string, number>();
  while (figures.texts < size.texts) {
    const secrets = Array.from({ length: random.integer(1, 4) }, () => anySecret(random));
    const redactor = new Redactor(secrets);
    for (let text = 0; text < TEXTS_A_REDACTOR && figures.texts < size.texts; text += 1) {
      one(secrets, redactor);
      if (figures.texts % 20_000 === 0) log(`${String(figures.texts)} texts`);
    }
  }
  if (forms.size !== Object.keys(ENCODINGS).length) throw new Error("not every form was tried");
  return { ...figures, forms: forms.size };

  function one(secrets: readonly string[], redactor: Redactor): void {
    const where = `seed ${seed}, text ${String(figures.texts)}`;
    const written: string[] = [];
    const around: string[] = [anyText(random)];
    for (let count = random.integer(0, 3); count > 0; count -= 1) {
      const form = random.pick(Object.keys(ENCODINGS));
      forms.set(form, (forms.get(form) ?? 0) + 1);
      written.push((ENCODINGS[form] as (typeof ENCODINGS)[string])(random.pick(secrets), random));
      around.push(anyText(random));
    }
    const text = around.map((part, index) => part + (written[index] ?? "")).join("");
    const out = throughCapture(text, redactor, random);
    if (out !== redactor.text(text)) throw new Error(`in pieces it is not as in one (${where})`);
    for (const secret of written) {
      const half = Math.floor(secret.length / 2) + 1;
      for (let from = 0; from + half <= secret.length; from += 1) {
        const piece = secret.slice(from, from + half);
        if (out.includes(piece)) throw new Error(`a piece of ${String(half)} letters came out (${where})`);
      }
    }
    // What is left between the hidden ones: the surroundings, and of base64 a few letters of what stood beside the secret.
    const kept = Array.from(out)
      .filter((letter) => SURROUNDINGS.includes(letter))
      .join("");
    if (kept !== around.join("")) throw new Error(`other text was changed (${where})`);
    if (written.length === 0 && out !== text) throw new Error(`a text without secrets was changed (${where})`);
    figures.texts += 1;
    figures.secretsHidden += written.length;
    figures.lettersLetThrough += around.join("").length;
    if (written.length === 0) figures.textsWithoutSecrets += 1;
  }
}

/** 8 to 60 letters; one in eight has several lines. */
function anySecret(random: Random): string {
  const letters = Array.from(random.pick(ALPHABETS));
  const word = (): string => Array.from({ length: random.integer(8, 60) }, () => random.pick(letters)).join("");
  return random.integer(1, 8) === 1 ? `${word()}\n${word()}\n${word()}` : word();
}

function anyText(random: Random): string {
  return Array.from({ length: random.integer(1, 40) }, () => random.pick(SURROUNDINGS)).join("");
}

/** As bytes, cut anywhere: also within letters. Every other text comes byte by byte. */
function throughCapture(text: string, redactor: Redactor, random: Random): string {
  let out = "";
  const capture = new OutputCapture({ redactor, onText: (piece) => void (out += piece) });
  const bytes = Buffer.from(text);
  const most = random.pick([1, 3, 10, 100]);
  for (let from = 0; from < bytes.length;) {
    const length = random.integer(1, most);
    capture.push(bytes.subarray(from, from + length));
    from += length;
  }
  const { text: kept } = capture.end();
  if (kept !== out) throw new Error("what is kept is not what was told");
  return out;
}

function units(letter: string): number[] {
  return Array.from({ length: letter.length }, (_, index) => letter.charCodeAt(index));
}

function lowerCodes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}
