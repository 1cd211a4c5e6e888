/** Where state is kept across restarts. */

/** What every call to the outside takes. */
export interface CallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal;
}

/**
 * Keeps small documents (up to a few megabytes) by key. A save that resolved survives a crash; one that did not leaves
 * the document as it was before or as it was to be, never half of each.
 */
export interface StateStore {
  /** The document that was saved last under `key`; undefined if there is none. */
  load(key: string, options?: CallOptions): Promise<string | undefined>;
  /** Replaces the document under `key`. */
  save(key: string, document: string, options?: CallOptions): Promise<void>;
}
