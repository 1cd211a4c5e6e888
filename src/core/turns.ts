/** Work on one thing, one after the other; work on different things side by side. */
export class Turns {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `work` when all that was asked for under `key` before has ended, however it ended. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const turn = before === undefined ? work() : before.then(work);
    const tail = turn.catch(() => undefined);
    this.#tails.set(key, tail);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
