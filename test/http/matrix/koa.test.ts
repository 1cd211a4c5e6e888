import { matrix } from "./cells.ts";
import { koaHost } from "./hosts/koa.ts";
import { scenarios } from "./scenarios/index.ts";

matrix(koaHost, scenarios);
