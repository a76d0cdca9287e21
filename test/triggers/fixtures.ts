/** Triggers, tags and fake ports for tests of matching and firing. */
import { EMPTY_TAG, type StreamState } from '../../functions/image/stream-state.ts';
import { StoreError } from '../../functions/store/errors.ts';
import type { TriggerStore } from '../../functions/triggers/ports.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { Delivery, Outcome } from '../../functions/triggers/targets/target.ts';
import type { TargetSpec } from '../../functions/triggers/target-spec.ts';
import type { TriggerDelivery } from '../../functions/triggers/types.ts';

export const DIGEST_A = `sha256:${'a'.repeat(64)}`;
export const DIGEST_B = `sha256:${'b'.repeat(64)}`;
export const NOW = Date.parse('2026-08-01T10:00:00Z');
/** What the target of a trigger acts on. */
export const GROUP = 'a'.repeat(64);
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export function storedTrigger(over: Partial<StoredTrigger> = {}): StoredTrigger {
  return {
    namespace: 'shop',
    name: 'deploy',
    uid: 'uid-1',
    revision: 10,
    creationTimestamp: '2026-08-01T09:00:00Z',
    generation: 1,
    labels: {},
    annotations: {},
    spec: {
      images: [{ from: { kind: 'ImageStreamTag', name: 'web:latest' } }],
      target: { webhook: { url: 'https://hooks.example/deploy' } },
    },
    status: { observedGeneration: 0, conditions: [] },
    follows: [{ namespace: 'shop', stream: 'web', tag: 'latest' }],
    targetKey: GROUP,
    ...over,
  };
}

/** A stream whose tags point to the digests given; '' makes a reference tag. */
export function streamOf(name: string, tags: Readonly<Record<string, string>>, over: Partial<StreamState> = {}): StreamState {
  const states = Object.entries(tags).map(([tag, image]) => {
    const dockerImageReference = image === '' ? 'redis:7' : `quay.io/shop/${name}@${image}`;
    const items = [{ created: '2026-08-01T09:30:00Z', dockerImageReference, image, generation: 1 }];
    return [tag, { ...EMPTY_TAG, name: tag, items, total: 1 }] as const;
  });
  return {
    namespace: 'shop',
    name,
    uid: `uid-of-${name}`,
    incarnation: '1',
    revision: 100,
    creationTimestamp: '2026-08-01T09:00:00Z',
    generation: 1,
    labels: {},
    annotations: null,
    lookupPolicy: { local: false },
    dockerImageRepository: '',
    tags: new Map(states),
    ...over,
  };
}

/** A store of one trigger that compares and swaps; `writes` are what was stored. */
export function fakeTriggers(
  initial: StoredTrigger | null,
): TriggerStore & { current: StoredTrigger | null; writes: StoredTrigger[]; history: TriggerDelivery[]; beforeWrite: () => void } {
  const conflict = () => new StoreError('ERR_STORE_CONFLICT', 'changed meanwhile');
  const store = {
    current: initial,
    writes: [] as StoredTrigger[],
    /** Deliveries that came to an end, oldest first. */
    history: [] as TriggerDelivery[],
    beforeWrite: () => undefined as void,
    async readTrigger(namespace: string, name: string) {
      return store.current?.namespace === namespace && store.current.name === name ? store.current : null;
    },
    async listTriggers() {
      return { items: store.current === null ? [] : [store.current], revision: 1 };
    },
    async createTrigger(trigger: StoredTrigger) {
      if (store.current !== null) throw new StoreError('ERR_STORE_EXISTS', 'exists');
      return save({ ...trigger, revision: 1 });
    },
    async updateTrigger(trigger: StoredTrigger, concluded?: TriggerDelivery) {
      store.beforeWrite();
      if (store.current?.uid !== trigger.uid || store.current.revision !== trigger.revision) throw conflict();
      if (concluded !== undefined) store.history.push(concluded);
      return save({ ...trigger, revision: trigger.revision + 1 });
    },
    async deleteTrigger(trigger: StoredTrigger) {
      if (store.current?.revision !== trigger.revision) throw conflict();
      store.current = null;
    },
    async listTriggersFollowing() {
      return store.current === null ? [] : [store.current];
    },
    async listTriggersActingOn(targetKey: string) {
      return store.current?.targetKey === targetKey ? [store.current] : [];
    },
    async listDueTriggers(now: number) {
      return store.current?.deferred !== undefined && store.current.deferred.due <= now ? [store.current] : [];
    },
    async listDeliveries() {
      return { deliveries: store.history.toReversed() };
    },
  };
  function save(trigger: StoredTrigger): StoredTrigger {
    store.current = trigger;
    store.writes.push(trigger);
    return trigger;
  }
  return store;
}

/** Streams by namespace/name; answers only the tags asked for, as the store does. */
export function fakeStreams(...streams: readonly StreamState[]) {
  const asked: string[] = [];
  return {
    asked,
    async readTags(namespace: string, name: string, tags: readonly string[]) {
      asked.push(`${namespace}/${name}`);
      const stream = streams.find((one) => one.namespace === namespace && one.name === name);
      return stream === undefined ? null : { ...stream, tags: new Map([...stream.tags].filter(([tag]) => tags.includes(tag))) };
    },
  };
}

/** A target that answers one outcome after the other, the last one for ever. */
export function fakeTarget(...outcomes: readonly Outcome[]) {
  const requests: Omit<Delivery, 'target'>[] = [];
  const targets: TargetSpec[] = [];
  const deliver = async (target: TargetSpec, request: Omit<Delivery, 'target'>): Promise<Outcome> => {
    requests.push(request);
    targets.push(target);
    return outcomes[Math.min(requests.length, outcomes.length) - 1] ?? { kind: 'delivered' };
  };
  return { requests, targets, deliver };
}
