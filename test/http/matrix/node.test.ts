import { matrix } from "./cells.ts";
import { nodeHost } from "./hosts/node.ts";
import { scenarios } from "./scenarios/index.ts";

matrix(nodeHost, scenarios);
