/** What stands on the page, told as values; `patch.ts` makes elements of them. */

type Attribute = string | number | boolean | undefined;

/** Of an element. What is undefined or false is left out. */
export interface Properties {
  /** Tells it from its neighbours: it stays the same element wherever it goes. */
  readonly key?: string;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
  /** Custom properties of its style: the page's policy takes no style attribute. */
  readonly style?: Readonly<Record<`--${string}`, string | number>>;
  readonly class?: string | undefined;
  readonly [name: `aria-${string}` | `data-${string}`]: Attribute;
  readonly id?: string;
  readonly role?: string;
  readonly title?: string | undefined;
  readonly href?: string;
  readonly rel?: string;
  readonly target?: string;
  readonly download?: Attribute;
  readonly type?: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly autocomplete?: string;
  readonly spellcheck?: string;
  readonly hidden?: boolean;
  readonly tabindex?: number;
  readonly scope?: string;
  readonly colspan?: number;
  readonly for?: string;
  readonly datetime?: string;
  readonly viewBox?: string;
  readonly width?: number;
  readonly height?: number;
  readonly preserveAspectRatio?: string;
  readonly d?: string;
}

export interface ElementPart {
  readonly kind: "element";
  readonly tag: string;
  readonly key: string | undefined;
  readonly properties: Properties;
  readonly children: readonly Part[];
}

/** A part that is looked at again only if something that it is made of has changed. */
export interface LazyPart {
  readonly kind: "lazy";
  readonly key: string;
  readonly of: readonly unknown[];
  readonly make: () => ElementPart;
}

/** What draws itself into its own element, and keeps what the reader did there. */
export interface Drawing<Input> {
  readonly element: HTMLElement;
  update(input: Input): void;
  destroy(): void;
}

/** A place for a drawing. */
export interface DrawnPart {
  readonly kind: "drawn";
  readonly key: string;
  readonly of: readonly unknown[];
  readonly make: () => Drawing<unknown>;
  readonly renew: (drawing: Drawing<unknown>) => void;
}

export type Part = string | ElementPart | LazyPart | DrawnPart;
export type Child = Part | number | undefined | false | readonly Child[];

/** An element with its class: `h("p.note", {}, "text")`. */
export function h(name: string, properties: Properties = {}, ...children: readonly Child[]): ElementPart {
  const [tag = "div", ...classes] = name.split(".");
  const all = [...classes, ...(properties.class === undefined ? [] : [properties.class])].join(" ");
  return {
    kind: "element",
    tag,
    key: properties.key,
    properties: all === "" ? properties : { ...properties, class: all },
    children: flat(children),
  };
}

/** `make()`, if one of `of` is not what it was. */
export function lazy(key: string, of: readonly unknown[], make: () => ElementPart): LazyPart {
  return { kind: "lazy", key, of, make };
}

/** Drawn of `input` by `draw`, and told again if one of `of` is not what it was. */
export function drawn<Input>(
  key: string,
  of: readonly unknown[],
  draw: (input: Input) => Drawing<Input>,
  input: Input,
): DrawnPart {
  return { kind: "drawn", key, of, make: () => draw(input), renew: (drawing) => drawing.update(input) };
}

function flat(children: readonly Child[]): Part[] {
  return children.flatMap((child): Part[] => {
    if (child === undefined || child === false || child === "") return [];
    if (typeof child === "number") return [String(child)];
    return isMany(child) ? flat(child) : [child];
  });
}

function isMany(child: Part | readonly Child[]): child is readonly Child[] {
  return Array.isArray(child);
}
