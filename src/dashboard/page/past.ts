/** The course of an SLO that came without one: asked for while somebody looks at it, and now and then again. */
import type { DashboardSteps } from "../model.ts";

/** What was told is good for so long. */
const FRESH_MS = 60_000;

/** Asks where the page came from. */
export class PastAsker {
  readonly #heard: (id: string, past: readonly DashboardSteps[]) => void;
  readonly #askedAt = new Map<string, number>();

  constructor(heard: (id: string, past: readonly DashboardSteps[]) => void) {
    this.#heard = heard;
  }

  /** Asks for the course of one SLO, unless that was done a moment ago. Never rejects: the page says that it is not known. */
  async ask(id: string, now: number): Promise<void> {
    if (now - (this.#askedAt.get(id) ?? -Infinity) < FRESH_MS) return;
    this.#askedAt.set(id, now);
    try {
      const response = await fetch(`?past=${encodeURIComponent(id)}`);
      if (response.ok) this.#heard(id, (await response.json()) as readonly DashboardSteps[]);
    } catch {
      // Asked again later.
    }
  }
}
