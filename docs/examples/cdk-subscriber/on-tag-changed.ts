import type { TagChangedEvent } from 'image-streams/events';

/** Newest revision by stream and tag; keep it in a table, since events come again and in any order. */
const newest = new Map<string, bigint>();

export async function handler({ detail }: TagChangedEvent): Promise<void> {
  const key = `${detail.uid}/${detail.tag}`;
  const revision = BigInt(detail.revision);
  if (revision <= (newest.get(key) ?? 0n)) return;
  newest.set(key, revision);
  console.log(`${detail.namespace}/${detail.stream}:${detail.tag} is now ${detail.dockerImageReference}`);
}
