/** A client-go informer in miniature: list, watch from the list's revision, apply events, go on from the last revision known, list again on 410. */
import type { ListOptions, WatchAnswer, WatchOptions } from '../../../functions/kubernetes/handlers.ts';
import type { KubernetesList, KubernetesObject } from '../../../functions/kubernetes/types.ts';

export interface Served {
  list(options: ListOptions): Promise<KubernetesList<KubernetesObject>>;
  watch(options: WatchOptions): Promise<WatchAnswer>;
}

export interface Informer {
  /** resourceVersion by namespace and name. */
  readonly cache: ReadonlyMap<string, string>;
  readonly lists: number;
  /** Names of the events seen, in order. */
  readonly events: readonly string[];
  /** One request: a list where there is no revision to go on from, else a watch. */
  step(): Promise<void>;
}

export function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

/** With `bookmarks` it goes on from what the server says it knows, without from the last object it was told of. */
export function createInformer(
  served: Served,
  { bookmarks, ...options }: Pick<WatchOptions, 'bookmarks' | 'matchesLabels' | 'fieldRequirements'>,
): Informer {
  const cache = new Map<string, string>();
  const events: string[] = [];
  let since: number | null = null;
  let lists = 0;

  async function list(): Promise<void> {
    const { items, metadata } = await served.list(options);
    cache.clear();
    for (const item of items) cache.set(keyOf(item), item.metadata?.resourceVersion ?? '');
    since = Number(metadata.resourceVersion);
    lists += 1;
  }

  async function watch(from: number): Promise<void> {
    const answer = await served.watch({ ...options, bookmarks, since: from });
    for (const { type, object } of answer.events) {
      if (type === 'ERROR') {
        since = null;
        return;
      }
      events.push(`${type} ${keyOf(object)}`);
      const revision = object.metadata?.resourceVersion ?? '';
      if (type === 'DELETED') cache.delete(keyOf(object));
      else cache.set(keyOf(object), revision);
      since = Number(revision);
    }
    if (bookmarks) since = Number(answer.resourceVersion);
  }

  return {
    cache,
    events,
    get lists() {
      return lists;
    },
    step: () => (since === null ? list() : watch(since)),
  };
}
