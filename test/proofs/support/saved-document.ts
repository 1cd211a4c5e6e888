/** Documents of many sizes that tell whether they are whole. */

/** The document of that version: up to 2 MB, the same each time. */
export function documentOf(version: number): string {
  const line = `${String(version)} äöü€ `;
  return JSON.stringify({ version, text: line.repeat(1 + ((version * 7_919) % 100_000)) });
}

/** The version of a whole document; throws if it is not exactly as it was made. */
export function versionOf(document: string): number {
  const { version } = JSON.parse(document) as { version: number };
  if (documentOf(version) !== document) throw new Error(`version ${String(version)} is not whole`);
  return version;
}
