import { afterAll } from "vitest";

import { matrix } from "./cells.ts";
import { honoHost, hushHono } from "./hosts/hono.ts";
import { scenarios } from "./scenarios/index.ts";

afterAll(hushHono());

matrix(honoHost, scenarios);
