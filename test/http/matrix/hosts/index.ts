import type { Host } from "../host.ts";
import { express4Host, express5Host } from "./express.ts";
import { fastifyHost } from "./fastify.ts";
import { honoAppHost, honoHost } from "./hono.ts";
import { koaHost } from "./koa.ts";
import { nodeHost } from "./node.ts";

/** All hosts, in the order of their names. */
export const hosts: readonly Host[] = [
  express4Host,
  express5Host,
  fastifyHost,
  honoHost,
  honoAppHost,
  koaHost,
  nodeHost,
];
