/** A suite that needs a real program is skipped while a mutant is tried, as where the program is missing. */
import { describe } from "vitest";

export type * from "../../support/services.ts";

export const describeWithService = (_needed: readonly string[], name: string): void => {
  describe.skip(name, () => undefined);
};

export const findService = (): undefined => undefined;

export const service = (name: string): string => {
  throw new Error(`${name} is not asked while a mutant is tried`);
};
