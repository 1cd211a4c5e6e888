import { afterAll } from "vitest";

import { matrix } from "./cells.ts";
import { honoAppHost, hushHono } from "./hosts/hono.ts";
import { scenarios } from "./scenarios/index.ts";

afterAll(hushHono());

matrix(honoAppHost, scenarios);
