import type { Item } from './item-size.ts';
import { CODEC_VERSION, type Entity, type ItemBase } from './items.ts';

/** Tombstones stay this long: longer than anybody's list or watch, and than a stream record lives (24 h). */
const TOMBSTONE_SECONDS = 24 * 60 * 60;

/** Attributes every item carries: `entity` is what stream filters match. */
export function tagged<E extends Entity>(entity: E): { readonly entity: E; readonly v: number } {
  return { entity, v: CODEC_VERSION };
}

/** Reads an item as the kind it says it is. Throws for another kind or a codec version written by newer code: better no answer than a wrong one. */
export function decode<T extends ItemBase>(item: Item, entity: T['entity']): T {
  if (item['entity'] !== entity || item['v'] !== CODEC_VERSION) {
    throw new Error(`stored item is ${String(item['entity'])} v${String(item['v'])}, expected ${entity} v${CODEC_VERSION}`);
  }
  // Written by this codec: `entity` and `v` together say which shape it has.
  return item as unknown as T;
}

/** Value of `ttl` (epoch seconds) of a tombstone written at `now` (ms). */
export function tombstoneTtl(now: number): number {
  return Math.floor(now / 1000) + TOMBSTONE_SECONDS;
}

/** RFC 3339, UTC, whole seconds, as Kubernetes writes timestamps. */
export function formatTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
