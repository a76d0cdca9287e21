/** Cuts events into PutEvents requests. Pure. */
import type { BusEvent } from './ports.ts';

/** EventBridge PutEvents: at most 10 entries, less than 1 MB together (aws-facts.md §4). */
const MAX_ENTRIES = 10;
const MAX_BYTES = 1_000_000;

/** An event, its position, and the bytes of its detail. */
export interface ChunkEntry {
  readonly index: number;
  readonly event: BusEvent;
  readonly detail: string;
}

/**
 * Requests in order. One holds at most one event of each tag, so that an entry that fails and is sent again cannot come after a later one
 * of its tag. `overhead`: bytes an entry costs besides its detail.
 */
export function chunkEvents(events: readonly BusEvent[], overhead: number): readonly (readonly ChunkEntry[])[] {
  const chunks: ChunkEntry[][] = [];
  let subjects = new Set<string>();
  let bytes = 0;
  for (const [index, event] of events.entries()) {
    const detail = JSON.stringify(event.detail);
    const size = Buffer.byteLength(detail) + overhead;
    const subject = subjectOf(event);
    let chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length === MAX_ENTRIES || bytes + size > MAX_BYTES || subjects.has(subject)) {
      chunk = [];
      chunks.push(chunk);
      subjects = new Set();
      bytes = 0;
    }
    chunk.push({ index, event, detail });
    subjects.add(subject);
    bytes += size;
  }
  return chunks;
}

function subjectOf({ detail }: BusEvent): string {
  return JSON.stringify('tag' in detail ? [detail.uid, detail.tag] : [detail.uid]);
}
