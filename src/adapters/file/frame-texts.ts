/** Reading texts back out of a log, by the places that an index knows. */
import type { OpenFile } from "../../ports/file-system.ts";
import { readFully, systemError } from "./bytes.ts";
import { ChangeReader } from "./changes.ts";
import { readFrame } from "./frames.ts";
import type { EventsPlace, Place } from "./incident-index.ts";

/** Frames that are so near to each other are read together with what is between them. */
const NEAR = 16 * 1024;
const LARGEST_READ = 1024 * 1024;

/** The bytes of the events at `places`, but for those up to the version `after`. */
export async function readEvents(
  file: OpenFile,
  path: string,
  places: readonly EventsPlace[],
  after: number,
): Promise<Buffer[]> {
  const texts: Buffer[][] = new Array<Buffer[]>(places.length);
  await readChanges(file, path, places, (change, index) => {
    const { version, count } = places[index] as EventsPlace;
    texts[index] = change.events(Math.max(0, after - (version - count)));
  });
  return texts.flat();
}

/** The bytes of the summaries at `places`. */
export async function readSummaries(file: OpenFile, path: string, places: readonly Place[]): Promise<Buffer[]> {
  const texts: Buffer[] = new Array<Buffer>(places.length);
  await readChanges(file, path, places, (change, index) => {
    texts[index] = change.summary() as Buffer;
  });
  return texts;
}

/** Reads the frames of `places`, those that are near each other at once, and goes to each change. */
async function readChanges(
  file: OpenFile,
  path: string,
  places: readonly Place[],
  onChange: (change: ChangeReader, index: number) => void,
): Promise<void> {
  const order = places.map((place, index) => ({ place, index }));
  order.sort((a, b) => a.place.frameAt - b.place.frameAt);
  const reader = new ChangeReader();
  for (let first = 0; first < order.length;) {
    const start = order[first]?.place.frameAt ?? 0;
    let end = start;
    let next = first;
    for (; next < order.length; next += 1) {
      const { frameAt, frameLength } = (order[next] as (typeof order)[number]).place;
      const grown = Math.max(end, frameAt + frameLength);
      if (next > first && (frameAt > end + NEAR || grown - start > LARGEST_READ)) break;
      end = grown;
    }
    const bytes = Buffer.allocUnsafe(end - start);
    const came = await readFully(file, start, bytes);
    let lastFrame: ReturnType<typeof readFrame> = "damaged";
    let lastAt = -1;
    for (; first < next; first += 1) {
      const { place, index } = order[first] as (typeof order)[number];
      const at = place.frameAt - start;
      // Changes of one frame follow each other here; its sum is worked out once.
      if (place.frameAt !== lastAt) lastFrame = readFrame(bytes.subarray(0, came), at, start);
      lastAt = place.frameAt;
      if (typeof lastFrame === "string") {
        throw systemError("EIO", `the frame at byte ${String(place.frameAt)} of ${path} is damaged`);
      }
      reader.start(bytes, at + place.changeAt, lastFrame.end);
      reader.next();
      onChange(reader, index);
    }
  }
}
