/** The home of zod. */
export { z } from "zod";
