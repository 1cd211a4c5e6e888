/** Finds many texts in one pass, however many there are: the automaton of Aho and Corasick, in flat arrays. */

/** Told of each place at which a needle ends: the longest one that ends there. */
export type OnMatch = (start: number, end: number) => void;

const ROOT = 0;
const NONE = -1;
const SMALL_CODES = 256;

/**
 * An automaton that knows some needles. Its states are numbers, 0 at first; each stands for the longest end of the text so
 * far that some needle begins with. The work is linear in the text (Aho, Corasick: Efficient string matching, 1975).
 */
export class NeedleAutomaton {
  // The edges, in a hash table with open addressing: from a state, by a code unit, to a state.
  readonly #mask: number;
  readonly #from: Int32Array;
  readonly #by: Uint16Array;
  readonly #to: Int32Array;
  readonly #rootTo: Int32Array = new Int32Array(SMALL_CODES).fill(NONE);
  /** The state for the next shorter end of the text. */
  readonly #shorter: Int32Array;
  readonly #depth: Int32Array;
  /** Length of the longest needle that ends in a state, 0 if none does. */
  readonly #longest: Int32Array;

  constructor(needles: Iterable<string>) {
    const list = [...needles];
    const most = list.reduce((sum, { length }) => sum + length, 1);
    const slots = 2 ** Math.ceil(Math.log2(most * 2));
    this.#mask = slots - 1;
    this.#from = new Int32Array(slots).fill(NONE);
    this.#by = new Uint16Array(slots);
    this.#to = new Int32Array(slots);
    const depth = new Int32Array(most);
    const longest = new Int32Array(most);
    const parent = new Int32Array(most);
    const code = new Uint16Array(most);
    let states = 1;
    for (const needle of list) {
      let state = ROOT;
      for (let index = 0; index < needle.length; index += 1) {
        const unit = needle.charCodeAt(index);
        let next = this.#edge(state, unit);
        if (next === NONE) {
          next = states;
          states += 1;
          this.#join(state, unit, next);
          parent[next] = state;
          code[next] = unit;
          depth[next] = index + 1;
        }
        state = next;
      }
      longest[state] = needle.length;
    }
    this.#depth = depth.slice(0, states);
    this.#longest = longest.slice(0, states);
    this.#shorter = new Int32Array(states);
    for (const state of byDepth(this.#depth)) this.#link(state, parent[state] as number, code[state] as number);
  }

  /** How many characters at the end of the text so far some needle begins with. */
  depthOf(state: number): number {
    return this.#depth[state] as number;
  }

  /** Goes on through `text` from `index`, and gives the state after it. */
  scan(text: string, index: number, state: number, onMatch: OnMatch): number {
    for (let at = index; at < text.length; at += 1) {
      state = this.#next(state, text.charCodeAt(at));
      const length = this.#longest[state] as number;
      if (length > 0) onMatch(at + 1 - length, at + 1);
    }
    return state;
  }

  #next(state: number, unit: number): number {
    while (state !== ROOT) {
      const next = this.#edge(state, unit);
      if (next !== NONE) return next;
      state = this.#shorter[state] as number;
    }
    const next = unit < SMALL_CODES ? (this.#rootTo[unit] as number) : this.#edge(ROOT, unit);
    return next === NONE ? ROOT : next;
  }

  #link(state: number, parent: number, unit: number): void {
    if (parent === ROOT) return;
    const shorter = this.#next(this.#shorter[parent] as number, unit);
    this.#shorter[state] = shorter;
    if (this.#longest[state] === 0) this.#longest[state] = this.#longest[shorter] as number;
  }

  #edge(state: number, unit: number): number {
    for (let slot = this.#slot(state, unit); ; slot = (slot + 1) & this.#mask) {
      const from = this.#from[slot] as number;
      if (from === NONE) return NONE;
      if (from === state && this.#by[slot] === unit) return this.#to[slot] as number;
    }
  }

  #join(state: number, unit: number, next: number): void {
    let slot = this.#slot(state, unit);
    while (this.#from[slot] !== NONE) slot = (slot + 1) & this.#mask;
    this.#from[slot] = state;
    this.#by[slot] = unit;
    this.#to[slot] = next;
    if (state === ROOT && unit < SMALL_CODES) this.#rootTo[unit] = next;
  }

  #slot(state: number, unit: number): number {
    const mixed = Math.imul(Math.imul(state, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}

/** All states but the root, the shallow ones first: counted into place. */
function byDepth(depth: Int32Array): Int32Array {
  const deepest = depth.reduce((most, value) => Math.max(most, value), 0);
  const places = new Int32Array(deepest + 2);
  for (const value of depth) places[value + 1] = (places[value + 1] as number) + 1;
  for (let level = 1; level < places.length; level += 1)
    places[level] = (places[level] as number) + (places[level - 1] as number);
  const order = new Int32Array(depth.length);
  depth.forEach((value, state) => {
    const place = places[value] as number;
    order[place] = state;
    places[value] = place + 1;
  });
  return order.subarray(1);
}
