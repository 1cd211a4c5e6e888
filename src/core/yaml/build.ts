/** Values from the events of a YAML text: strict about keys, tags and aliases, and never recursive. */
import type { DocumentLimits, Faults, Path } from "../faults.ts";
import { type BracesSlip, bracesSlip } from "./braces.ts";
import { anchorOf, EVENT, offsetOf, STYLE, tagOf, type YamlEvent, type YamlSource } from "./events.ts";
import * as rules from "./rules.ts";

/** Of so many each is explained. */
const MOST_SLIPS = 100;

/** A node, and what it weighs once the aliases in it are followed: known without following them. */
interface Node {
  readonly value: unknown;
  size: number;
  height: number;
  /** Its offset in the text. */
  readonly at: number | undefined;
}

/** A mapping or list that is being filled. */
interface Frame extends Node {
  readonly value: Record<string, unknown> | unknown[];
  /** The key whose value comes next. */
  key: string | undefined;
  /** What comes next in a mapping: a key, a value, or a value that has no place to go to. */
  due: "key" | "value" | "nothing";
  open: boolean;
}

/** What a document comes to. */
export interface Built {
  readonly value: unknown;
  /** Its keys and values, aliases expanded. */
  readonly size: number;
}

/**
 * The value of the first document in `source`; undefined if it is larger than `limits`. Faults of form go to `faults`
 * and leave the rest readable.
 *
 * @param spent - the size of the documents before it in the same text
 */
export function buildValue(
  source: YamlSource,
  limits: DocumentLimits,
  faults: Faults,
  spent: number,
): Built | undefined {
  return new Builder(source, limits, faults, spent).build();
}

class Builder {
  private readonly source: YamlSource;
  private readonly limits: DocumentLimits;
  private readonly faults: Faults;
  private readonly anchors = new Map<string, Node | Frame>();
  private readonly stack: Frame[] = [];
  private readonly spent: number;
  private slips = 0;

  constructor(source: YamlSource, limits: DocumentLimits, faults: Faults, spent: number) {
    this.source = source;
    this.limits = limits;
    this.faults = faults;
    this.spent = spent;
  }

  build(): Built | undefined {
    const { events } = this.source;
    // The first event opens the document.
    for (let index = 1; index < events.length; index += 1) {
      const event = events[index];
      if (event === undefined) break;
      const node = event.type === EVENT.pop ? this.close() : this.read(event);
      if (node === undefined) continue;
      const parent = this.stack[this.stack.length - 1];
      if (parent === undefined) return node;
      if (this.spent + parent.size + node.size > this.limits.maxNodes) {
        this.fault(rules.tooLarge(this.limits), event);
        return undefined;
      }
      this.put(parent, node, event);
    }
    return undefined;
  }

  /** The node that an event is, unless it only opens one. */
  private read(event: YamlEvent): Node | undefined {
    if (event.type === EVENT.alias) return this.aliased(event);
    if (event.type !== EVENT.scalar) {
      this.open(event);
      return undefined;
    }
    const node = { value: this.scalar(event), size: 1, height: 0, at: offsetOf(event) };
    this.remember(event, node);
    return node;
  }

  private open(event: YamlEvent): void {
    const isList = event.type === EVENT.sequence;
    const tag = tagOf(this.source, event);
    if (tag !== "" && tag !== "!" && tag !== (isList ? "!!seq" : "!!map")) this.fault(rules.badTag(tag), event);
    const frame: Frame = {
      value: isList ? [] : {},
      size: 1,
      height: 1,
      key: undefined,
      due: "key",
      open: true,
      at: offsetOf(event),
    };
    this.remember(event, frame);
    this.stack.push(frame);
  }

  private close(): Frame | undefined {
    const frame = this.stack.pop();
    if (frame !== undefined) frame.open = false;
    return frame;
  }

  private remember(event: YamlEvent, node: Node): void {
    const anchor = anchorOf(this.source, event);
    if (anchor !== "") this.anchors.set(anchor, node);
  }

  private aliased(event: YamlEvent): Node {
    const name = anchorOf(this.source, event);
    const target = this.anchors.get(name);
    if (target === undefined) this.fault(rules.unknownAlias(name), event);
    else if ("open" in target && target.open) this.fault(rules.cyclicAlias(name), event);
    else if (this.stack.length + target.height > this.limits.maxDepth) this.fault(rules.tooDeep(this.limits), event);
    else return { ...target, at: offsetOf(event) };
    return { value: null, size: 1, height: 0, at: offsetOf(event) };
  }

  private scalar(event: YamlEvent): unknown {
    const text = this.source.decode(event);
    const tag = tagOf(this.source, event);
    if (tag !== "") {
      const value = this.source.resolveTagged(tag, text);
      if (value !== undefined) return value;
      this.fault(rules.badTag(tag), event, event.tagStart);
      return text;
    }
    if (event.style !== STYLE.plain) return text;
    const frame = this.stack[this.stack.length - 1];
    if (frame?.due === "key" && !Array.isArray(frame.value)) {
      return text === "<<" ? rules.MERGE_KEY : this.source.resolve(text);
    }
    const problem = rules.scalarProblem(text);
    if (problem !== undefined) this.fault(problem, event);
    return this.source.resolve(text);
  }

  private put(parent: Frame, child: Node, event: YamlEvent): void {
    parent.size += child.size;
    parent.height = Math.max(parent.height, child.height + 1);
    const { value, key, due } = parent;
    if (Array.isArray(value)) {
      value.push(child.value);
    } else if (due === "key") {
      parent.due = this.takeKey(parent, value, child, event) ? "value" : "nothing";
    } else {
      if (due === "value" && key !== undefined) value[key] = child.value;
      parent.key = undefined;
      parent.due = "key";
    }
  }

  /** Whether `key` can take a value. */
  private takeKey(parent: Frame, mapping: object, { value: key, at }: Node, event: YamlEvent): boolean {
    const text = event.type === EVENT.scalar ? this.source.decode(event) : "";
    const problem = event.type === EVENT.alias ? rules.ALIAS_AS_KEY : rules.keyProblem(key, text);
    const slip = at === undefined ? undefined : this.slipAt(at);
    if (slip !== undefined) {
      const path = this.path();
      // Three braces are one slip.
      if (!this.faults.isSpoiled(path)) this.faults.spoil(path, slip.message, slip.offset);
      return false;
    }
    // The mapping around it is of the same braces.
    if (typeof key === "object" && this.slips > 0 && this.faults.isSpoiled(this.path())) return false;
    if (problem !== undefined || typeof key !== "string") {
      this.fault(problem ?? "", event, at);
      return false;
    }
    parent.key = key;
    if (!Object.hasOwn(mapping, key)) return true;
    const path = this.path();
    this.faults.add(path, rules.writtenTwice(path), at);
    return false;
  }

  private slipAt(at: number): BracesSlip | undefined {
    const { text } = this.source;
    if (text.slice(at - 1, at + 1) !== "{{" || this.slips >= MOST_SLIPS) return undefined;
    this.slips += 1;
    return bracesSlip(text, at, false);
  }

  private fault(message: string, event: YamlEvent, offset: number | undefined = offsetOf(event)): void {
    this.faults.spoil(this.path(), message, offset);
  }

  private path(): Path {
    const path: Array<string | number> = [];
    for (const { value, key } of this.stack) {
      if (Array.isArray(value)) path.push(value.length);
      else if (key !== undefined) path.push(key);
    }
    return path;
  }
}
