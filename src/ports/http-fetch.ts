/** The parts of the standard `fetch` that nines uses, so that any implementation of it can be handed in. */

/** What is sent. */
export interface HttpInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly redirect: "manual";
  readonly signal?: AbortSignal;
}

/** What comes back. */
export interface HttpReply {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: HttpBody | null;
}

/** The headers of an {@link HttpReply}. */
export interface HttpHeaders {
  /** The value of a header, whatever the case of its name. */
  get(name: string): string | null;
}

/** The body of an {@link HttpReply}, not read yet. */
export interface HttpBody {
  /** Who reads it. */
  getReader(): HttpBodyReader;
}

/** Reads an {@link HttpBody} piece by piece. */
export interface HttpBodyReader {
  /** The next piece. */
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  /** The rest is not wanted. */
  cancel(): Promise<void>;
}

/** `globalThis.fetch`, or one that does the same in another way: through a proxy, with a client certificate, recorded. */
export type HttpFetch = (url: string, init: HttpInit) => Promise<HttpReply>;
