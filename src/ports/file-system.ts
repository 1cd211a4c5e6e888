/** What stores ask of a disk. Small enough to be faked: what a disk does wrong can be tried only with one that is not real. */

/**
 * A file that is open. Calls reject with an `Error` whose `code` is the system's, such as `ENOSPC`.
 */
export interface OpenFile {
  /** Reads from `position` on into `into`; how many bytes came, which may be fewer than fit, and 0 at the end. */
  read(position: number, into: Uint8Array): Promise<number>;
  /** Writes at `position`; how many of the bytes were taken, which may be fewer than all. */
  write(position: number, bytes: Uint8Array): Promise<number>;
  /** Cuts it off after `length` bytes. */
  truncate(length: number): Promise<void>;
  /** Resolves once everything that was written, and the length, survives a power cut. */
  datasync(): Promise<void>;
  /** How long it is, in bytes. */
  size(): Promise<number>;
  /** Lets go of it; whatever it answers, no other call is made. */
  close(): Promise<void>;
}

/** What is known of a file without opening it. */
export interface FileFacts {
  /** In bytes. */
  readonly size: number;
  /** When its content changed last, in epoch milliseconds. */
  readonly modifiedAt: number;
}

/**
 * The part of a file system that the stores of `nines/file` use. Paths are those of the platform. Calls reject with an
 * `Error` whose `code` is the system's: `ENOENT` where there is no such file, `EEXIST` where there is one already.
 */
export interface FileSystem {
  /** Opens a file: one that is there, to `read` or to `write` too, or to `create` one that must not be there yet. */
  open(path: string, mode: "read" | "write" | "create"): Promise<OpenFile>;
  /** Gives a file another name, in place of the file that had it. It survives a power cut after `syncFolder`. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; it is no fault if there is none. */
  remove(path: string): Promise<void>;
  /** Names of what is in a folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Makes a folder, and those that it is in, so that they survive a power cut; it is no fault if it is there. */
  makeFolder(path: string): Promise<void>;
  /** Resolves once the names in a folder, those that are new and those that are gone, survive a power cut. */
  syncFolder(path: string): Promise<void>;
  /** Undefined if there is no such file. */
  stat(path: string): Promise<FileFacts | undefined>;
}
