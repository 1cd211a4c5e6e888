import { matrix } from "./cells.ts";
import { express4Host } from "./hosts/express.ts";
import { scenarios } from "./scenarios/index.ts";

matrix(express4Host, scenarios);
