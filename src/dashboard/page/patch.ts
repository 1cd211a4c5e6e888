/** Parts become elements, and stay the same elements while what they say changes: focus, selection and scrolling are kept. */
import { visible } from "../../core/escape.ts";

import type { Drawing, ElementPart, Part, Properties } from "./parts.ts";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path"]);
/** What people read is shown as it is, marks of direction included. */
const READ = new Set(["title", "aria-label", "placeholder"]);
const APART = new Set(["key", "on", "style"]);

type Value = string | number | boolean | undefined;

/** A part that stands on the page. */
interface Stood {
  part: Part;
  readonly node: Element | Text;
  element: ElementPart | undefined;
  children: Stood[];
  drawing: Drawing<unknown> | undefined;
}

const stoodIn = new WeakMap<Element, Stood[]>();

/** Makes `parent` hold just these. */
export function patch(parent: Element, parts: readonly Part[]): void {
  const focused = parent.ownerDocument.activeElement;
  stoodIn.set(parent, patchChildren(parent, stoodIn.get(parent) ?? [], parts));
  // An element that was moved among its neighbours has lost the focus on the way.
  if (focused instanceof HTMLElement && focused.isConnected && focused !== parent.ownerDocument.activeElement) {
    focused.focus({ preventScroll: true });
  }
}

function patchChildren(parent: Element, before: readonly Stood[], parts: readonly Part[]): Stood[] {
  const known = new Map(before.map((stood, place) => [keyOf(stood.part, place), stood]));
  const gone = new Set(before);
  const after = parts.map((part, place) => {
    const key = keyOf(part, place);
    const stood = known.get(key);
    known.delete(key);
    if (stood === undefined) return stand(part);
    gone.delete(stood);
    return renew(stood, part);
  });
  for (const stood of gone) {
    stood.node.remove();
    forget(stood);
  }
  order(parent, after);
  return after;
}

/** Moves as few as it can: what goes down a list is moved itself, instead of all that it passes. */
function order(parent: Element, wanted: readonly Stood[]): void {
  let there = parent.firstChild;
  for (const { node } of wanted) {
    if (node !== there && there?.nextSibling === node) {
      const passed = there;
      there = node;
      parent.append(passed);
    }
    if (node === there) there = node.nextSibling;
    else parent.insertBefore(node, there);
  }
}

function keyOf(part: Part, place: number): string {
  if (typeof part === "string") return `text ${String(place)}`;
  const tag = part.kind === "element" ? part.tag : part.kind;
  return part.key === undefined ? `${tag} ${String(place)}` : `${tag} of ${part.key}`;
}

function stand(part: Part): Stood {
  if (typeof part === "string") {
    return { part, node: document.createTextNode(visible(part)), element: undefined, children: [], drawing: undefined };
  }
  if (part.kind === "drawn") {
    const drawing = part.make();
    return { part, node: drawing.element, element: undefined, children: [], drawing };
  }
  const element = part.kind === "lazy" ? part.make() : part;
  const node = SVG_TAGS.has(element.tag)
    ? document.createElementNS(SVG, element.tag)
    : document.createElement(element.tag);
  setProperties(node, {}, element.properties);
  const children = element.children.map(stand);
  node.append(...children.map((child) => child.node));
  return { part, node, element, children, drawing: undefined };
}

function renew(stood: Stood, part: Part): Stood {
  const { part: before, node } = stood;
  stood.part = part;
  if (typeof part === "string") {
    if (part !== before) (node as Text).data = visible(part);
    return stood;
  }
  if (part.kind !== "element" && typeof before !== "string" && before.kind === part.kind) {
    if (part.of.length === before.of.length && part.of.every((one, place) => Object.is(one, before.of[place]))) {
      return stood;
    }
  }
  if (part.kind === "drawn") {
    if (stood.drawing !== undefined) part.renew(stood.drawing);
    return stood;
  }
  const element = part.kind === "lazy" ? part.make() : part;
  const was = stood.element;
  stood.element = element;
  setProperties(node as Element, was?.properties ?? {}, element.properties);
  stood.children = patchChildren(node as Element, stood.children, element.children);
  return stood;
}

function forget({ drawing, children }: Stood): void {
  drawing?.destroy();
  children.forEach(forget);
}

function setProperties(node: Element, before: Properties, after: Properties): void {
  if (before === after) return;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name as keyof Properties], after[name as keyof Properties]] as [Value, Value];
    if (was !== is && !APART.has(name)) setAttribute(node, name, is);
  }
  for (const [name, value] of Object.entries(after.style ?? {})) {
    if (before.style?.[name as `--${string}`] !== value) (node as HTMLElement).style.setProperty(name, String(value));
  }
  for (const [name, listener] of Object.entries(after.on ?? {})) {
    (node as unknown as Record<string, unknown>)[`on${name}`] = listener;
  }
}

function setAttribute(node: Element, name: string, value: Value): void {
  if (name === "value") {
    const input = node as HTMLInputElement;
    if (input.value !== value) input.value = String(value ?? "");
  } else if (value === undefined || value === false) {
    node.removeAttribute(name);
  } else {
    const text = value === true ? "" : String(value);
    node.setAttribute(name, READ.has(name) ? visible(text) : text);
  }
}
