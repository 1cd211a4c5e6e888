/** Plain objects from outside, under the same rules as text: bounded, acyclic, own keys only. */
import { show } from "./errors.ts";
import { DOCUMENT_LIMITS, type DocumentLimits, Faults, type OpenDocument, type Path } from "./faults.ts";
import { keyProblem, tooDeep, tooLarge } from "./yaml/rules.ts";

/** A container that is being copied. */
interface Frame {
  readonly from: object;
  readonly to: Record<string, unknown> | unknown[];
  /** What is left to copy; keys or indexes, in order. */
  readonly steps: Iterator<string | number>;
  step: string | number;
}

/**
 * A copy of `input`, made without recursion: what is checked is what is used, whatever becomes of the original. A
 * key whose value is undefined is left out.
 */
export function openPlain(
  input: unknown,
  options: {
    readonly file?: string;
    readonly limits?: Partial<DocumentLimits>;
    /** What is taken as it is, such as functions: for documents that are written in TypeScript. */
    readonly isKept?: (value: unknown) => boolean;
  } = {},
): OpenDocument {
  const limits = { ...DOCUMENT_LIMITS, ...options.limits };
  const faults = new Faults();
  const nowhere = (): undefined => undefined;
  const places = { locate: nowhere, placeAt: nowhere, locateIn: nowhere };
  const document = { value: undefined as unknown, file: options.file, ...places };
  const stack: Frame[] = [];
  const open = new Set<object>();
  let nodes = 1;

  document.value = enter(input);
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const next = frame.steps.next();
    if (next.done === true) {
      open.delete(frame.from);
      stack.pop();
      continue;
    }
    frame.step = next.value;
    nodes += 1;
    if (nodes > limits.maxNodes) {
      faults.spoil(path(), tooLarge(limits));
      throw faults.error(document);
    }
    copy(frame, next.value);
  }
  return { document, faults };

  function copy({ from, to }: Frame, step: string | number): void {
    const value = (from as Record<string | number, unknown>)[step];
    if (typeof step === "number") {
      (to as unknown[]).push(enter(value));
      return;
    }
    const problem = keyProblem(step, step);
    if (problem !== undefined) faults.spoil(path().slice(0, -1), problem);
    else if (value !== undefined) (to as Record<string, unknown>)[step] = enter(value);
  }

  function enter(value: unknown): unknown {
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return value;
    if (options.isKept?.(value) === true) return value;
    const isList = Array.isArray(value);
    const problem = containerProblem(value, isList);
    if (problem !== undefined || typeof value !== "object") {
      faults.spoil(path(), problem ?? "");
      return null;
    }
    const frame = {
      from: value,
      to: isList ? [] : {},
      steps: isList ? value.keys() : Object.keys(value).values(),
      step: "",
    };
    open.add(value);
    stack.push(frame);
    return frame.to;
  }

  function containerProblem(value: unknown, isList: boolean): string | undefined {
    if (typeof value !== "object" || value === null) return `${show(value)} is not read here; ${ALLOWED}`;
    if (open.has(value)) return "this value is a part of itself";
    if (stack.length >= limits.maxDepth) return tooDeep(limits);
    if (isList || isPlain(value)) return undefined;
    return `an object of the class ${show(value.constructor.name)} is not read here; ${ALLOWED}`;
  }

  function path(): Path {
    return stack.map(({ step }) => step);
  }
}

const ALLOWED = "allowed: plain objects, lists, text, numbers, true, false and null";

/** Whether it is an object of no class. That of another realm has a prototype which is not this realm's, but which has none of its own. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
