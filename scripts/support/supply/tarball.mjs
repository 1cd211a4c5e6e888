/** What the package that users install may hold, and how large it may be. */
export const ALLOWED = [
  /^dist\/.+\.(js|d\.ts)$/,
  /^docs\/(?:[a-z]+\/)?[A-Za-z-]+\.md$/,
  /^(README|CHANGELOG|SECURITY)\.md$/,
  /^LICENSE$/,
  /^package\.json$/,
];
export const NEEDED = ["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "package.json", "dist/index.js"];

/** Bytes; at the time of writing it was 1.8 MB packed and 5.9 MB unpacked, of which 0.8 MB are the docs. */
export const MOST_PACKED = 2_200_000;
export const MOST_UNPACKED = 7_000_000;

/** Of what `npm pack --json` tells. */
export function tarballProblems({ files, size, unpackedSize }) {
  const paths = files.map(({ path }) => path);
  return [
    ...paths.filter((path) => !ALLOWED.some((pattern) => pattern.test(path))).map((path) => `${path} is packed`),
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is not packed`),
    ...(size <= MOST_PACKED ? [] : [`${size} bytes packed, more than ${MOST_PACKED}`]),
    ...(unpackedSize <= MOST_UNPACKED ? [] : [`${unpackedSize} bytes unpacked, more than ${MOST_UNPACKED}`]),
  ];
}
