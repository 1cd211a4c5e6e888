import { matrix } from "./cells.ts";
import { fastifyHost } from "./hosts/fastify.ts";
import { scenarios } from "./scenarios/index.ts";

matrix(fastifyHost, scenarios);
