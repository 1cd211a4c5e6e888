/** The real client, for a server at an address. */
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

/** How to be known to it. */
export interface Access {
  readonly url: string;
  readonly token: string;
  /** Of a server with a certificate of its own; none for one without TLS. */
  readonly caFile?: string;
}

export function coreApi({ url, token, caFile }: Access): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      // It takes an address without TLS only from who checks no certificates.
      { name: "test", server: url, skipTLSVerify: caFile === undefined, ...(caFile === undefined ? {} : { caFile }) },
    ],
    users: [{ name: "test", token }],
    contexts: [{ name: "test", cluster: "test", user: "test" }],
    currentContext: "test",
  });
  return config.makeApiClient(CoreV1Api);
}
