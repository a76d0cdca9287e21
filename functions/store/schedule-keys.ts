/** Keys of what is done by the clock: scheduled tags, checkpoints, and registries that are left alone. */
import { below, CLUSTER, encodeName, joined, type Key, type KeyRange, type StreamLife, END } from './keys.ts';

export function checkpointKey(interval: string, shard: number): Key {
  return { pk: CLUSTER, sk: joined('SCHED', encodeName(interval), String(shard)) };
}

export function checkpointsRange(): KeyRange {
  return below(CLUSTER, 'SCHED');
}

/** How far the checks whether images are still there got. */
export function imageCheckKey(shard: number): Key {
  return { pk: CLUSTER, sk: joined('IMAGECHECK', String(shard)) };
}

export function imageChecksRange(): KeyRange {
  return below(CLUSTER, 'IMAGECHECK');
}

/** Of a registry that is left alone for a while, or with certain credentials; its name comes from outside. */
export function backoffKey({ host, credentials }: { readonly host: string; readonly credentials?: string }): Key {
  return { pk: CLUSTER, sk: joined('HOST', encodeName(host), ...(credentials === undefined ? [] : [encodeName(credentials)])) };
}

export function backoffsAtRange(host: string): KeyRange {
  const { pk, sk } = backoffKey({ host });
  return { pk, from: sk, to: `${sk}${END}` };
}

export function backoffsRange(): KeyRange {
  return below(CLUSTER, 'HOST');
}

/** Key of index `scheduled`. */
export function scheduledPartition(interval: string, shard: number): string {
  return joined('SCHED', encodeName(interval), String(shard));
}

export function scheduledSort(life: StreamLife, tag: string): string {
  return joined(encodeName(life.namespace), encodeName(life.stream), life.incarnation, encodeName(tag));
}
