/** fast-check with one seed, so that a run is the same tomorrow; NINES_SEED asks for other cases. */
import * as real from "fast-check";

real.configureGlobal({ ...real.readConfigureGlobal(), seed: Number(process.env.NINES_SEED ?? 1) });

export * from "fast-check";
export { default } from "fast-check";
