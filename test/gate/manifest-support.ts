/** Hostile names, gates that listen, and manifests as they are read, for the tests of manifests. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import fc from "fast-check";

import { wellFormed } from "../../src/core/well-formed.ts";
import { parseYaml } from "../../src/core/yaml/yaml.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import { gateHandler } from "../../src/http/node.ts";
import { FakeTeller, serviceStatus, sloStatus } from "./support.ts";

export const kubernetes = { service: "checkout", url: "http://ops.default.svc:8080/gate" } as const;
export const token = { secret: "release-gate", key: "bearer" } as const;
export const SECRET = "what-deployments-send";

/** Names that mean something to YAML, shells, URLs, and to the templates of one tool or another. */
export const hostile = [
  "it's",
  'say "yes"',
  "two\nlines",
  "- list: {a: 1}",
  "# comment",
  "{{args.token}}",
  "{{ .Values.secret }}",
  "${HOME}",
  "$(GATE_TOKEN)",
  "$$(GATE_TOKEN)",
  "`id`",
  "$(touch /tmp/owned); rm -rf /",
  "${{ secrets.TOKEN }}",
  "a&service=other&status=",
  "../../admin?x=1#y",
  "--help",
  "-x",
  "größe 😀",
  "yes",
  "\u2028\u0085\ufeff",
] as const;

export const names: fc.Arbitrary<string> = fc
  .oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }))
  .filter((name) => name.trim() !== "" && wellFormed(name) === name);

/** What a test looks at in the text of a manifest. */
export function read(yaml: string): unknown {
  return parseYaml(yaml).value;
}

const servers: Server[] = [];

/** Ends what {@link listening} began. */
export function closeAll(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

/** The address of a server that answers so. */
export async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/gate`;
}

/** Share of the budget that is consumed; any other service is fine. */
const consumed = new Map([
  ["spent", 1.2],
  ["silent", undefined],
  ["burning", 0.3],
]);

/** The address of a gate that asks for a secret. */
export function listeningGate(whenUnknown: "open" | "closed"): Promise<string> {
  const statuses = new FakeTeller((service) => {
    const share = consumed.has(service) ? consumed.get(service) : 0.1;
    const slo = sloStatus({ service, consumed: share, ...(service === "burning" ? { failing: 0.05 } : {}) });
    return serviceStatus([slo], [], service);
  });
  return listening(gateHandler(new ReleaseGate({ statuses, whenUnknown, maxAgeMs: 8e15 }), { bearer: SECRET }));
}
