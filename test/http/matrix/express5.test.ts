import { matrix } from "./cells.ts";
import { express5Host } from "./hosts/express.ts";
import { scenarios } from "./scenarios/index.ts";

matrix(express5Host, scenarios);
