/** Opening the log of a store: what is whole is built upon, what is torn is cut off, what is damaged is refused or kept aside. */
import { dirname, join } from "node:path";

import { AdapterError } from "../../core/errors.ts";
import { isError, messageOfThrown } from "../../core/thrown.ts";
import type { FileSystem, OpenFile } from "../../ports/file-system.ts";
import { copyBytes, readFully, replaceFile } from "./bytes.ts";
import { ChangeReader } from "./changes.ts";
import { compact } from "./compaction.ts";
import { IncidentIndex } from "./incident-index.ts";
import { IncidentLog } from "./incident-log.ts";
import { FORMAT, HEADER_LENGTH, readHeader } from "./log-header.ts";
import { scanFrames } from "./log-scan.ts";

/** What was found when a store was opened. */
export interface IncidentFileReport {
  /** How many incidents there are. */
  readonly incidents: number;
  /** How many events they have. */
  readonly events: number;
  /** Bytes of commits that were being written when the process or the machine died; nobody was told that they are safe. */
  readonly tornBytes: number;
  /** Stretches of the file that were safe once, and were not whole any more; none unless they were to be kept aside. */
  readonly damages: readonly { readonly at: number; readonly bytes: number }[];
  /** Commits behind a damage that do not follow from what is left. */
  readonly strayCommits: number;
  /** Where the damaged file was kept; undefined if none was. */
  readonly keptAside: string | undefined;
}

/** What is to be done with a log that is damaged. */
export type DamagedLog = "refuse" | "keep-aside";

/** A log that can be gone on with. */
export interface OpenedLog {
  readonly log: IncidentLog;
  readonly index: IncidentIndex;
  readonly report: IncidentFileReport;
}

const ASIDE_OF_LOG = /^incidents\.log\.(damaged\.\d+\.)?[0-9a-f-]{36}\.writing$/;

/** Removes what processes that died have left; the folder must be this store's alone. */
export async function sweepAside(fileSystem: FileSystem, folder: string): Promise<void> {
  for (const name of await fileSystem.list(folder)) {
    if (ASIDE_OF_LOG.test(name)) await fileSystem.remove(join(folder, name));
  }
}

/** Opens the log at `path`, or makes it. A damaged one is kept at `asidePath`. */
export async function openLog(
  fileSystem: FileSystem,
  path: string,
  damaged: DamagedLog,
  asidePath: string,
): Promise<OpenedLog> {
  if ((await fileSystem.stat(path)) === undefined) {
    const log = await IncidentLog.create(fileSystem, path);
    return { log, index: new IncidentIndex(), report: reportOf(new IncidentIndex()) };
  }
  const file = await fileSystem.open(path, "write");
  try {
    return await readLog(fileSystem, file, path, damaged, asidePath);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

async function readLog(
  fileSystem: FileSystem,
  file: OpenFile,
  path: string,
  damaged: DamagedLog,
  asidePath: string,
): Promise<OpenedLog> {
  const size = await file.size();
  const header = Buffer.alloc(HEADER_LENGTH);
  const found = readHeader(header.subarray(0, await readFully(file, 0, header)));
  if (found !== undefined && "format" in found) {
    throw refused(`${path} has format ${String(found.format)}; this version of nines reads format ${String(FORMAT)}`);
  }
  // A header is never torn: a log gets its name when it is there.
  if (found === undefined && damaged === "refuse") throw damage(path, 0);
  const index = new IncidentIndex(found?.highest);
  const reader = new ChangeReader();
  let stray = 0;
  let firstStray: { readonly at: number; readonly why: string } | undefined;
  const scan = await scanFrames(file, found === undefined ? 0 : HEADER_LENGTH, size, (bytes, frame, at, from) => {
    try {
      index.applyFrame(reader, bytes, frame, at, from);
    } catch (error) {
      stray += 1;
      firstStray ??= { at, why: isError(error) ? messageOfThrown(error) : "it cannot be read" };
    }
  });
  const isDamaged = scan.damages.length > 0 || stray > 0 || found === undefined;
  if (isDamaged && damaged === "refuse") {
    const [first] = scan.damages;
    if (first !== undefined && !(firstStray !== undefined && firstStray.at < first.at)) throw damage(path, first.at);
    throw refused(`${path}: the commit at byte ${String(firstStray?.at)} ${firstStray?.why ?? ""}`);
  }
  const { tornBytes, length, damages } = scan;
  const report = { ...reportOf(index), tornBytes, damages, strayCommits: stray };
  if (!isDamaged) {
    if (tornBytes > 0) await file.truncate(length);
    // What a process that was killed had written and not synced is whole, but not safe yet. So is the file's name.
    await file.datasync();
    await fileSystem.syncFolder(dirname(path));
    return { log: new IncidentLog(fileSystem, path, file, length), index, report };
  }
  await (await replaceFile(fileSystem, asidePath, (copy) => copyBytes(file, copy, size))).close();
  const rewritten = await rewrite(fileSystem, path, new IncidentLog(fileSystem, path, file, length), index);
  return { ...rewritten, report: { ...report, keptAside: asidePath } };
}

/** Writes what is left of a damaged log anew. */
async function rewrite(
  fileSystem: FileSystem,
  path: string,
  log: IncidentLog,
  index: IncidentIndex,
): Promise<{ log: IncidentLog; index: IncidentIndex }> {
  let rewritten = index;
  // Nothing of it is appended to yet: the tail that compaction would copy is empty.
  await compact({
    fileSystem,
    path,
    log,
    index,
    exclusively: (work) => work(),
    switchTo: async (file, length, next, rename) => {
      await log.replace(file, length, rename);
      rewritten = next;
    },
    stopped: () => false,
  });
  return { log, index: rewritten };
}

function reportOf({ incidents, events }: IncidentIndex): IncidentFileReport {
  return { incidents, events, tornBytes: 0, damages: [], strayCommits: 0, keptAside: undefined };
}

function damage(path: string, at: number): Error {
  const way = 'restore the file, or open it with { damaged: "keep-aside" }';
  return refused(`${path} is damaged at byte ${String(at)}, where it was whole once; ${way}`);
}

function refused(message: string): AdapterError {
  return new AdapterError(message, { adapter: "incident file", operation: "open", retryable: false });
}
