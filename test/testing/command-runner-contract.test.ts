import { expect, test } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../src/ports/command-runner.ts";
import { type CommandExamples, commandRunnerContract } from "../../src/testing/command-runner-contract.ts";

let done = false;
const EXAMPLES: CommandExamples = {
  succeeding: { program: "ok", args: [], stdout: "fine\n" },
  failing: { program: "no", args: [], exitCode: 3, stderr: "bad\n" },
  endless: { program: "endless", args: [] },
  missing: { program: "missing", args: [] },
  echo: (args) => ({ program: "echo", args }),
  changing: { program: "change", args: [], isDone: () => done },
};

/** A runner that keeps all promises; others each break one. */
class Sound implements CommandRunner {
  async run(request: CommandRequest, { signal, onOutput }: CommandOptions = {}): Promise<CommandResult> {
    const tell: NonNullable<CommandOptions["onOutput"]> = (stream, piece) => {
      try {
        onOutput?.(stream, piece);
      } catch {
        // Nobody's business.
      }
    };
    if (signal?.aborted === true) return {};
    if (request.isDryRun) return { exitCode: 0 };
    return this.answer(request, tell, signal);
  }
  async answer(
    { program, args }: CommandRequest,
    tell: NonNullable<CommandOptions["onOutput"]>,
    signal?: AbortSignal,
  ): Promise<CommandResult> {
    if (program === "missing")
      throw new AdapterError("no program", { adapter: "x", operation: "run", retryable: false });
    if (program === "endless")
      return new Promise((resolve) => signal?.addEventListener("abort", () => resolve({ signal: "SIGKILL" })));
    if (program === "ok") tell("stdout", "fine\n");
    if (program === "no") tell("stderr", Buffer.from("bad\n"));
    if (program === "echo") tell("stdout", JSON.stringify(args));
    if (program === "change") done = true;
    return { exitCode: program === "no" ? 3 : 0 };
  }
  async endLeftovers(_: string): Promise<number> {
    return 0;
  }
}

const FAULTS: Record<string, new () => CommandRunner> = {
  "tells a success and its output": class extends Sound {
    override async answer(...[request, tell, signal]: Parameters<Sound["answer"]>): Promise<CommandResult> {
      if (request.program === "ok") tell("stderr", "fine\n");
      return super.answer(request, tell, signal);
    }
  },
  "is not disturbed by who listens and throws": class extends Sound {
    override async run(request: CommandRequest, options?: CommandOptions): Promise<CommandResult> {
      if (request.program === "ok" && !request.isDryRun && options?.signal === undefined)
        options?.onOutput?.("stdout", "");
      return super.run(request, options);
    }
  },
  "begins nothing for who has given up": class extends Sound {
    override async run(request: CommandRequest, options: CommandOptions = {}): Promise<CommandResult> {
      const { signal, ...rest } = options;
      return super.run(request, signal?.aborted === true ? rest : options);
    }
  },
  "succeeds in a dry run": class extends Sound {
    override async run(request: CommandRequest, options?: CommandOptions): Promise<CommandResult> {
      return request.isDryRun && request.program === "ok" ? { exitCode: 1 } : super.run(request, options);
    }
  },
  "finds nothing left over of what never ran": class extends Sound {
    override async endLeftovers(): Promise<number> {
      return 1;
    }
  },
  "tells a failure as an answer, and standard error apart": class extends Sound {
    override async answer(...[request, tell, signal]: Parameters<Sound["answer"]>): Promise<CommandResult> {
      if (request.program === "no") throw new Error("exit code 3");
      return super.answer(request, tell, signal);
    }
  },
  "ends what it began within 250 ms when it is told to": class extends Sound {
    override async answer(...[request, tell, signal]: Parameters<Sound["answer"]>): Promise<CommandResult> {
      const result = await super.answer(request, tell, signal);
      if (request.program === "endless") await new Promise((resolve) => setTimeout(resolve, 300));
      return result;
    }
  },
  "rejects what cannot be begun, for good, and shows no argument": class extends Sound {
    override async answer(...[request, tell, signal]: Parameters<Sound["answer"]>): Promise<CommandResult> {
      if (request.program !== "missing") return super.answer(request, tell, signal);
      const cause = new Error(`spawn missing ${request.args.join(" ")}`);
      throw new AdapterError("no program", { adapter: "x", operation: "run", retryable: false, cause });
    }
  },
  "hands over each argument as it is": class extends Sound {
    override async run(request: CommandRequest, options?: CommandOptions): Promise<CommandResult> {
      return super.run({ ...request, args: request.args.filter((arg) => arg !== "") }, options);
    }
  },
  "keeps many that run at once apart": class extends Sound {
    #last: readonly string[] = [];
    override async answer(...[request, tell, signal]: Parameters<Sound["answer"]>): Promise<CommandResult> {
      this.#last = request.args;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return super.answer({ ...request, args: this.#last }, tell, signal);
    }
  },
  "changes nothing in a dry run": class extends Sound {
    override async run(request: CommandRequest, options?: CommandOptions): Promise<CommandResult> {
      return super.run(request.program === "change" ? { ...request, isDryRun: false } : request, options);
    }
  },
};

async function broken(Runner: new () => CommandRunner): Promise<string[]> {
  const found: string[] = [];
  for (const { name, check } of commandRunnerContract(() => new Runner(), EXAMPLES)) {
    done = false;
    await check().catch(() => found.push(name));
  }
  return found;
}

test("each promise has a runner that breaks it", () => {
  expect(commandRunnerContract(() => new Sound(), EXAMPLES).map(({ name }) => name)).toEqual(Object.keys(FAULTS));
});

test.each(Object.entries(FAULTS))("a runner is found out that does not: it %s", async (name, Runner) => {
  expect(await broken(Runner)).toEqual([name]);
});

test("a sound runner keeps them all", async () => {
  expect(await broken(Sound)).toEqual([]);
});

test("a listener that throws where nobody can catch it fails one case, and not the process", async () => {
  const later: Sound["run"] = async (_, options) => {
    setTimeout(() => options?.onOutput?.("stdout", "fine\n"), 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { exitCode: 0 };
  };
  const before = process.listeners("uncaughtException");
  const [, disturbed] = commandRunnerContract(() => ({ run: later }), { succeeding: EXAMPLES.succeeding });
  await expect(disturbed?.check()).rejects.toThrow("what onOutput throws is not caught; it would end the process");
  expect(process.listeners("uncaughtException")).toEqual(before);
});

test("it is said where an error shows an argument", async () => {
  class Leaking extends Sound {
    override async answer(...[{ args }]: Parameters<Sound["answer"]>): Promise<CommandResult> {
      const cause = Object.assign(new Error("spawn missing ENOENT"), { spawnargs: args });
      throw new AdapterError("no program", { adapter: "x", operation: "run", retryable: false, cause });
    }
  }
  const cases = commandRunnerContract(() => new Leaking(), EXAMPLES);
  const missing = cases.find(({ name }) => name.includes("shows no argument"));
  await expect(missing?.check()).rejects.toThrow("the error shows an argument, in cause.spawnargs");
});

test("what was made is let go of after each case, whether or not it holds", async () => {
  let open = 0;
  const create = (): CommandRunner => {
    open += 1;
    return { run: () => Promise.reject(new Error("no")) };
  };
  const dispose = (): void => void (open -= 1);
  for (const { check } of commandRunnerContract(create, EXAMPLES, { dispose })) await check().catch(() => undefined);
  expect(open).toBe(0);
});
