/** Whether anything that all code shares has been changed: prototypes, their constructors, the global names. */
const SHARED: readonly object[] = [
  ...[Object, Array, Function, String, Number, Boolean, Symbol, Map, Set, WeakMap, Promise, RegExp, Error, Date],
  ...[Uint8Array, ArrayBuffer, URL, URLSearchParams, TextDecoder, Buffer],
].flatMap((constructor) => [constructor.prototype as object, constructor]);
/** What a careless merge would hit first. */
const FIRST: readonly object[] = [Object.prototype, Object, Array.prototype, Function.prototype];

/** Settings of V8 and what the last regular expression matched: these change by themselves. */
const LIVING: ReadonlySet<string | symbol> = new Set([
  ...["stackTraceLimit", "prepareStackTrace", "captureStackTrace", "poolSize"],
  ...["input", "$_", "lastMatch", "$&", "lastParen", "$+", "leftContext", "$`", "rightContext", "$'"],
  ...["$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9"],
]);

/** Each tells what has changed since, or undefined. */
export interface PrototypeWatch {
  /** A few microseconds: the objects that a careless merge would hit first. */
  readonly first: () => string | undefined;
  /** A quarter of a millisecond. */
  readonly all: () => string | undefined;
}

type Property = readonly [key: string | symbol, descriptor: PropertyDescriptor];
interface Picture {
  readonly object: object;
  readonly properties: readonly Property[];
  readonly above: unknown;
}

/** Remembers how everything is now. */
export function watchPrototypes(): PrototypeWatch {
  const pictures = SHARED.map(pictureOf);
  const first = pictures.filter(({ object }) => FIRST.includes(object));
  const globals = new Set(Reflect.ownKeys(globalThis));
  return {
    first: () => firstChange(first),
    all() {
      const added = Reflect.ownKeys(globalThis).find((key) => !globals.has(key) && !isOfNode(key));
      return firstChange(pictures) ?? (added === undefined ? undefined : `globalThis has a new name ${String(added)}`);
    },
  };
}

/** The first fetch puts its dispatcher there. */
function isOfNode(key: string | symbol): boolean {
  return typeof key === "symbol" && key.description?.startsWith("undici.") === true;
}

function pictureOf(object: object): Picture {
  const keys = Reflect.ownKeys(object).filter((key) => !LIVING.has(key));
  const properties = keys.map((key): Property => [key, Object.getOwnPropertyDescriptor(object, key) ?? {}]);
  return { object, properties, above: Object.getPrototypeOf(object) };
}

function firstChange(pictures: readonly Picture[]): string | undefined {
  for (const picture of pictures) {
    const change = changeOf(picture);
    if (change !== undefined) return `${nameOf(picture.object)} ${change}`;
  }
  return undefined;
}

function changeOf({ object, properties, above }: Picture): string | undefined {
  if (Object.getPrototypeOf(object) !== above) return "inherits from something else";
  for (const [key, before] of properties) {
    const now = Object.getOwnPropertyDescriptor(object, key);
    if (now === undefined) return `has lost ${String(key)}`;
    const isSame =
      Object.is(now.value, before.value) &&
      now.get === before.get &&
      now.set === before.set &&
      now.writable === before.writable &&
      now.enumerable === before.enumerable &&
      now.configurable === before.configurable;
    if (!isSame) return `has another ${String(key)}`;
  }
  const keys = Reflect.ownKeys(object);
  if (keys.length === properties.length) return undefined;
  const added = keys.find((key) => !LIVING.has(key) && !properties.some(([known]) => known === key));
  return added === undefined ? undefined : `has a new property ${String(added)}`;
}

function nameOf(object: object): string {
  const owner = SHARED.find((one) => "prototype" in one && one.prototype === object);
  return owner === undefined ? (object as { name: string }).name : `${(owner as { name: string }).name}.prototype`;
}
