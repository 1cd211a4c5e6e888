/** Extra variables as data: Ansible takes a text with {{ }} in it for a template, and that is code. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file of variables, for `--extra-vars @PATH`. */
export interface VariablesFile {
  readonly path: string;
  /** Removes it. */
  remove(): Promise<void>;
}

/** Variables as YAML that Ansible never takes for templates. Half letters (lone surrogates) become U+FFFD. */
function unsafeYaml(variables: ReadonlyMap<string, string>): string {
  const lines = [...variables].map(([name, value]) => `${JSON.stringify(name)}: !unsafe ${quoted(value)}\n`);
  return `---\n${lines.join("")}`;
}

/** Writes variables to a file that only this user can read, in a folder of its own. */
export async function writeVariables(variables: ReadonlyMap<string, string>, key: string): Promise<VariablesFile> {
  const folder = await mkdtemp(join(tmpdir(), prefixOf(key)));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "variables.yml");
    await writeFile(path, unsafeYaml(variables), { mode: 0o600, flag: "wx" });
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Removes what a process that died has left of the variables of `key`. */
export async function removeLeftVariables(key: string): Promise<void> {
  const folder = tmpdir();
  const prefix = prefixOf(key);
  const left = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function prefixOf(key: string): string {
  return `nines-ansible-${createHash("sha256").update(key).digest("hex").slice(0, 16)}-`;
}

/** A double-quoted YAML text in ASCII: `\uXXXX` pairs, as JSON has them, are not allowed there. */
function quoted(value: string): string {
  const text = value.replace(/[^ !#-[\]-~]/gu, (letter) => {
    const code = letter.codePointAt(0) as number;
    const whole = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    return `\\U${whole.toString(16).toUpperCase().padStart(8, "0")}`;
  });
  return `"${text}"`;
}
