// Stryker's word for it is a checker: it lets a seeded part of the mutants through, each one by its own chance.
import { PluginKind, declareClassPlugin } from "@stryker-mutator/api/plugin";
import { NOT_SAMPLED, isSampled } from "../../../scripts/support/mutation.mjs";

class Sampler {
  init = () => Promise.resolve();

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    const percent = Number(process.env.NINES_MUTATION_SAMPLE);
    const seed = process.env.NINES_MUTATION_SEED;
    return Object.fromEntries(
      mutants.map(({ id, fileName, location: { start, end }, mutatorName, replacement }) => {
        // Whatever folder the files were copied to.
        const [file = fileName] = /src\/.*$/.exec(fileName.replaceAll("\\", "/")) ?? [];
        const place = `${file}:${start.line}:${start.column}-${end.line}:${end.column}`;
        return isSampled(`${place} ${mutatorName} ${replacement}`, { percent, seed })
          ? [id, { status: "passed" }]
          : [id, { status: "compileError", reason: NOT_SAMPLED }];
      }),
    );
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, "sampler", Sampler)];
