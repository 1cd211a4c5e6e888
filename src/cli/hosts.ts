/** Of which Prometheus an error is: its own words keep the address to themselves, where others may read them. */
const HOSTS = new WeakMap<Error, string>();

/** Remembers of whom `error` is. @param host - host and port, and no more of the address: a path may be a secret */
export function noteHost(error: Error, host: string): void {
  HOSTS.set(error, host);
}

/** What an error says, behind the host if it is of one. */
export function withHost(error: Error): string {
  const host = HOSTS.get(error);
  return host === undefined ? error.message : `${host}: ${error.message}`;
}
