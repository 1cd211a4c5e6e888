/** Answers of the systems that adapters speak to: each comes to a value of its type, or to an error that names who and what. */
import { isReliabilityError } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { Random } from "../../../src/core/random.ts";
import { drawn } from "../support/drawn.ts";
import type { Words } from "../support/mutated.ts";
import { answering, anyReply, inTime, REPEATED, type Reply, type Sample } from "../support/replies.ts";
import type { FuzzTarget, Outcome } from "../types.ts";
import { checkMessage } from "../support/adapter-checks.ts";
import { AT } from "../support/adapter-clients.ts";
import { type Surface, SURFACES } from "../support/adapter-surfaces.ts";

interface Asked {
  readonly what: string;
  readonly replies: readonly Reply[];
}

const WORDS: Words = {
  names: [
    ...[
      "id",
      "status",
      "error",
      "metadata",
      "items",
      "labels",
      "name",
      "uid",
      "continue",
      "ownerReferences",
      "conditions",
    ],
    ...[
      "phase",
      "message",
      "reason",
      "details",
      "causes",
      "code",
      "kind",
      "toxics",
      "attributes",
      "toxicity",
      "latency",
      "rate",
    ],
    ...[
      "executions",
      "entries",
      "offset",
      "completed",
      "execCompleted",
      "unmodified",
      "permalink",
      "argstring",
      "failedNodes",
      "job",
    ],
    ...[
      "silenceID",
      "comment",
      "nines",
      "incident",
      "last",
      "time",
      "timeEnd",
      "tags",
      "text",
      "deletionTimestamp",
      "lastModified",
    ],
  ],
  values: [
    ...[
      "Status",
      "NotFound",
      "running",
      "succeeded",
      "failed",
      "aborted",
      "failed-with-retry",
      "scheduled",
      "other",
      "pending",
      "true",
    ],
    ...[
      "uid",
      REPEATED,
      "https://user:pw@x/",
      "javascript:alert(1)",
      "x [k1]",
      "INC-0001",
      "-nines_key RUN-0001/restart",
      "\ud800",
      "..",
      "a/b",
    ],
    ...[
      "Cannot evict\u2028pod: more than one PodDisruptionBudget",
      "1e999",
      "1608560842000",
      1e308,
      387,
      0.5,
      "e".repeat(3_000),
      [null],
      { state: null },
    ],
  ],
};

function anyAsked(random: Random): Asked {
  const what = random.pick(Object.keys(SURFACES));
  const { samples } = SURFACES[what] as Surface;
  const share = 1.3 / samples.length;
  const calls = samples.length + random.integer(0, 2);
  const replies = Array.from({ length: calls }, (_, index): Reply => {
    const all = samples[Math.min(index, samples.length - 1)] as readonly Sample[];
    if (random.next() < share) return anyReply(all, random, WORDS);
    const { status = 200, headers = {}, body } = random.pick(all);
    return { status, headers, body: Buffer.from(body).toString("latin1"), pieces: 0, ending: "ends" };
  });
  return { what, replies };
}

/** Who asks sets the time limit; here it is a quarter of an hour. */
const PATIENCE_MS = 900_000;

async function run({ what, replies }: Asked): Promise<Outcome> {
  const surface = SURFACES[what];
  if (surface === undefined) throw new Error(`there is no surface ${what}`);
  const clock = new ManualClock(AT);
  const controller = new AbortController();
  const patience = new Error("the patience of who asks is at its end");
  clock.schedule(() => controller.abort(patience), PATIENCE_MS);
  const { fetch } = answering(replies);
  try {
    await inTime(clock, surface.ask({ fetch, clock, signal: controller.signal, replies }));
    return { taken: true };
  } catch (error) {
    if (error === patience) return { refused: patience.message, at: "the signal" };
    if (!isReliabilityError(error) || (error.code !== "adapter" && error.code !== "timeout")) throw error;
    checkMessage(error.message);
    const place =
      /^(\S+ ?\S* could not [^:]+): /.exec(error.message)?.[1] ??
      /^([a-z]+: .+) did not finish/.exec(error.message)?.[1];
    return { refused: error.message, at: place ?? "" };
  }
}

export const target: FuzzTarget<Asked> = {
  name: "adapter-answers",
  description: "answers of pagers, chats, status pages, clusters, proxies and job runners",
  inputs: drawn(anyAsked),
  run,
};
