/** The steps of a runbook as commands of a Rundeck job. */
import { show } from "../../core/errors.ts";
import { type TemplateTag, tagsOf } from "../../core/template.ts";

import { isOnlyDestructive } from "../destructive.ts";
import type { Runbook, RunbookStep, WorkStep } from "../model.ts";
import { oneLine } from "./description.ts";
import { type JobOption, JobOptions } from "./options.ts";
import { isWrittenOut, longestSeconds, say, script, stepLines } from "./script.ts";
import type { VariableOf } from "./words.ts";

/** Something that Rundeck does otherwise, or not at all. */
export interface RundeckJobWarning {
  /** Keys and indexes in the runbook. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A step, or what is done when one failed. */
export interface JobCommand {
  readonly script: string;
  readonly description?: string;
  readonly keepgoingOnSuccess?: boolean;
  readonly errorhandler?: JobCommand;
}

type Path = readonly (string | number)[];

/** Steps side by side become steps one after the other; what a group has, its parts have. */
interface FlatStep {
  readonly step: WorkStep;
  readonly path: Path;
  /** The group that it is a part of. */
  readonly group: RunbookStep | undefined;
}

/** Writes the steps of one runbook, and gathers what they need and what is lost. */
export class JobWriter {
  readonly warnings: RundeckJobWarning[] = [];
  /** How long all may take. */
  seconds: number = 0;
  readonly #options: JobOptions;
  readonly #steps: readonly FlatStep[];

  constructor(runbook: Runbook, keyOption: string) {
    const [trigger, ...others] = runbook.triggers;
    this.#options = new JobOptions(others.length === 0 ? trigger?.alert : undefined);
    this.#options.optional(keyOption, "Told by nines, to find an execution again");
    this.#steps = runbook.steps.flatMap((step, index) => this.#flat(step, ["steps", index]));
    if (runbook.rollbackOnCancel) {
      this.#warn(["rollback_on_cancel"], "Rundeck takes nothing back when an execution is aborted");
    }
    if (runbook.lock.text !== runbook.name) {
      this.#warn(["lock"], "Rundeck only keeps executions of this job from running at once, whatever the lock is");
    }
  }

  options(): readonly JobOption[] {
    return this.#options.all();
  }

  commands(): readonly JobCommand[] {
    /** The newest first. */
    let undo: readonly (readonly string[])[] = [];
    return this.#steps.map((flat) => {
      const { step, path, group } = flat;
      this.#warnOf(step, path);
      this.seconds += longestSeconds(step);
      const gates = this.#gates(flat);
      const lines = [...gates.lines, ...stepLines(step, this.#variableOf(path))];
      const own = step.rollback.map((back, index) => this.#undo(back, [...path, "rollback", index], gates.isDone));
      const before = step.rollbackIf === "started" ? [...own, ...undo] : undo;
      const continues = step.continueOnFailure || group?.continueOnFailure === true;
      const handler = continues ? goOn(step.name) : takeBack(before);
      undo = [...own, ...undo];
      if (continues && own.length > 0) {
        this.#warn(
          [...path, "rollback"],
          "is also done where the step failed and the job went on: Rundeck does not tell",
        );
      }
      return {
        description: oneLine(step.title ?? step.name),
        script: script(lines),
        ...(handler === undefined ? {} : { errorhandler: handler }),
      };
    });
  }

  #flat(step: RunbookStep, path: Path): readonly FlatStep[] {
    if (step.kind !== "parallel") return [{ step, path, group: undefined }];
    this.#warn(
      path,
      `${show(step.name)}: steps side by side run one after the other in Rundeck, up to the first that fails`,
    );
    return step.steps.map((part, index) => ({ step: part, path: [...path, "steps", index], group: step }));
  }

  /** What must be answered before a step begins, and how a script tells that it began. */
  #gates({ step, path, group }: FlatStep): { readonly lines: readonly string[]; readonly isDone: readonly string[] } {
    const lines: string[] = [];
    const isDone: string[] = [];
    for (const one of group === undefined ? [step] : [group, step]) {
      const at = one === step ? path : path.slice(0, 2);
      const { name, when, approval } = one;
      if (when !== undefined) {
        const variable = this.#options.question(`do ${name}`, `do_${name}`, `Whether ${name} is to be done`);
        lines.push(unlessYes(variable, [say([`${name} is left out`]), "exit 0"]));
        isDone.push(isYes(variable));
        if (one === step || isFirst(path)) {
          this.#warn([...at, "when"], "Rundeck cannot look at what came before; it asks when the job is started");
        }
      }
      // What is nothing but destructive asks once, and before it asks for approvals.
      const isAsked = group?.kind === "parallel" && group.isDestructive && isOnlyDestructive(group);
      if (one === group ? isAsked : one.isDestructive && !isAsked) {
        const about = "Whether steps that are destructive are done; without it they are only named";
        const variable = this.#options.question("destructive", "destructive", about, "no");
        lines.push(unlessYes(variable, [say([`${name} would be done, but is destructive`]), "exit 0"]));
        isDone.push(isYes(variable));
      }
      if (approval !== undefined) {
        const about = approval.message ?? `Whether ${name} may be done`;
        const variable = this.#options.question(`approve ${name}`, `approve_${name}`, about);
        lines.push(unlessYes(variable, [say([`${name} was not approved`], "stderr"), "exit 1"]));
        isDone.push(isYes(variable));
        if (one === step || isFirst(path)) {
          this.#warn(
            [...at, "approval"],
            "Rundeck asks for it when the job is started, and not when its turn has come",
          );
        }
      }
    }
    return { lines, isDone };
  }

  /** A step that takes back another, in a shell of its own; done only where that one was. */
  #undo(step: WorkStep, path: Path, isDone: readonly string[]): readonly string[] {
    this.#warnOf(step, path);
    this.seconds += longestSeconds(step);
    const { lines } = this.#gates({ step, path, group: undefined });
    const failed = say([`${step.name} could not be done`], "stderr");
    const body = ["(", ...lines, ...stepLines(step, this.#variableOf(path)), `) || ${failed}`];
    return isDone.length === 0 ? body : [`if ${isDone.join(" && ")}; then`, ...body, "fi"];
  }

  #variableOf(path: Path): VariableOf {
    return (tag: TemplateTag) => {
      const { variable, isNew } = this.#options.valueOf(tag);
      if (isNew && tag.path[0] === "steps") {
        this.#warn(path, `Rundeck does not hand on ${tag.name}; it asks for it when the job is started`);
      }
      if (isNew && tag.path[0] === "secrets") {
        this.#warn(
          path,
          `${tag.name} is asked for when the job is started; give its option a place in the key storage`,
        );
      }
      return { name: variable, isOptional: tag.path[0] === "incident" };
    };
  }

  #warnOf(step: WorkStep, path: Path): void {
    const { name } = step;
    if (step.kind === "action")
      this.#warn(path, `${show(name)}: Rundeck has no actions in TypeScript; the step fails there`);
    if (step.kind === "manual")
      this.#warn(path, `${show(name)}: Rundeck prints what is to be done, and goes on at once`);
    if (step.kind === "http" && !isWrittenOut(step)) {
      this.#warn(path, `${show(name)}: a request with values in it cannot be written for sh; the step fails there`);
    }
    if (step.kind === "command" && step.runner !== undefined) {
      this.#warn(
        [...path, "runner"],
        `${show(step.runner)} is not known to Rundeck, which runs the command on its nodes`,
      );
    }
    if (tagsIn(step).some(({ path: [root] }) => root === "run")) {
      this.#warn(path, "values of the run are asked for when the job is started");
    }
  }

  #warn(path: Path, message: string): void {
    this.warnings.push({ path, message });
  }
}

function tagsIn(step: WorkStep): readonly TemplateTag[] {
  if (step.kind !== "command") return [];
  const { command, environment } = step;
  return [...(command.shell ? command.values : command.args), ...Object.values(environment)].flatMap(tagsOf);
}

function isFirst(path: Path): boolean {
  return path.at(-1) === 0;
}

function isYes(variable: string): string {
  return `[ "\${${variable}-}" = yes ]`;
}

function unlessYes(variable: string, otherwise: readonly string[]): string {
  return `${isYes(variable)} || { ${otherwise.join("; ")}; }`;
}

/** The step counts as done, so the job goes on. */
function goOn(name: string): JobCommand {
  return { script: script([say([`${name} failed; the job goes on`], "stderr")]), keepgoingOnSuccess: true };
}

/** The handler fails as well, so that the job is shown as failed. */
function takeBack(undo: readonly (readonly string[])[]): JobCommand | undefined {
  if (undo.length === 0) return undefined;
  return {
    description: "Takes back what was done",
    script: script([...undo.flat(), "exit 1"]),
    keepgoingOnSuccess: false,
  };
}
