import { beforeEach, describe, expect, it } from 'vitest';
import { blockRule } from '../../functions/image/blocked-registries.ts';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import type { TagState } from '../../functions/image/stream-state.ts';
import type { TagReference } from '../../functions/image/types.ts';
import { DEFAULT_IMPORT_POLICY } from '../../functions/importing/import-policy.ts';
import type { TagsMessage } from '../../functions/importing/ports.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { runImports } from '../../functions/importing/run-imports.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';
import { createMemoryStores, type MemoryStores } from './fakes/memory-stores.ts';
import { streamOf, tagOf, withImage } from './fakes/streams.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const SCHEDULED = { scheduled: true };
let registry: MemoryRegistry;
let stores: MemoryStores;

beforeEach(() => {
  registry = createMemoryRegistry();
  stores = createMemoryStores();
});

interface RunOptions {
  isLastTry?: boolean;
  timeLimit?: number;
  incarnation?: string;
  until?: number;
  blocked?: readonly string[];
}

async function run(
  reason: TagsMessage['reason'],
  targets: readonly string[],
  { isLastTry = false, timeLimit = 5_000, incarnation = '1', until, blocked = [] }: RunOptions = {},
) {
  const session = openSession(() => registry, { parallel: 16, timeLimit });
  const message: TagsMessage = {
    reason,
    ...(until === undefined ? {} : { until }),
    targets: targets.map((target) => {
      const [stream = '', tag = ''] = target.split(':');
      return { namespace: 'ns', stream, incarnation, tag };
    }),
  };
  try {
    return await runImports(
      {
        ...stores,
        clock: () => NOW,
        platform: DEFAULT_PLATFORM,
        refuse: async () => null,
        policy: { ...DEFAULT_IMPORT_POLICY, blocked: blockRule(blocked) },
      },
      session,
      message,
      isLastTry,
    );
  } finally {
    session.close();
  }
}

const tag = (stream: string, name: string): TagState | undefined => stores.get(`ns/${stream}`).tags.get(name);

describe('runImports of new tags', () => {
  it('imports them, one commit per stream, as the importer', async () => {
    const [one, two] = [registry.pushImage('quay.io/x/y:1'), registry.pushImage('quay.io/x/y:2')];
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1'), tagOf('2', 'quay.io/x/y:2')));
    stores.put(streamOf('t', tagOf('1', 'quay.io/x/y:1')));
    expect(await run('spec', ['s:1', 's:2', 't:1'])).toBe('done');
    expect([tag('s', '1'), tag('s', '2'), tag('t', '1')].map((each) => each?.items[0]?.image)).toEqual([one, two, one]);
    expect(stores.commits.map(({ actor, cause, now }) => ({ actor, cause, now }))).toEqual(
      Array.from({ length: 2 }, () => ({ actor: 'system:image-importer', cause: 'import', now: NOW })),
    );
    expect(registry.log).toHaveLength(4);
  });

  it('does nothing for a message that comes again', async () => {
    registry.pushImage('quay.io/x/y:1');
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1')));
    await run('spec', ['s:1', 's:1']);
    const asked = registry.log.length;
    await run('spec', ['s:1']);
    expect(registry.log).toHaveLength(asked);
    expect(stores.commits).toHaveLength(1);
  });

  it.each([
    ['tags that are gone', ['s:gone'], '1'],
    ['streams that are gone', ['gone:1'], '1'],
    ['an earlier stream of the same name', ['s:1'], '0'],
  ])('drops %s', async (_, targets, incarnation) => {
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1')));
    expect(await run('spec', targets, { incarnation })).toBe('done');
    expect(registry.log).toEqual([]);
  });

  it('tells a failure on the tag, once', async () => {
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1')));
    expect(await run('spec', ['s:1'])).toBe('done');
    expect(tag('s', '1')).toMatchObject({ items: [], conditions: [{ status: 'False', reason: 'NotFound' }], spec: { generation: 6 } });
    await run('spec', ['s:1']);
    expect(stores.commits).toHaveLength(1);
  });

  it('takes the platform the tag prefers', async () => {
    const { index, children } = registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/s390x']);
    const annotations = { 'importer.image.openshift.io/prefer-arch': 's390x' };
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1', {}, { annotations })));
    await run('spec', ['s:1']);
    const child = children['linux/s390x'];
    expect(tag('s', '1')).toMatchObject({ items: [{ image: child }], chosenFrom: { index, child, platform: 'linux/s390x' } });
  });

  it('comes again when the registry asks to wait, with the others done; the last time the tag tells why', async () => {
    registry.pushImage('quay.io/x/y:1');
    registry.fail('throttled.io', 'ERR_REGISTRY_RATE_LIMITED', 'slow down');
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1'), tagOf('2', 'throttled.io/x/y:2')));
    expect(await run('spec', ['s:1', 's:2'])).toBe('again');
    expect(tag('s', '1')?.items).toHaveLength(1);
    expect(tag('s', '2')?.conditions).toEqual([]);
    expect(await run('spec', ['s:1', 's:2'], { isLastTry: true })).toBe('done');
    expect(tag('s', '2')?.conditions[0]?.message).toContain('slow down');
  });

  it('comes again when there is no time left', async () => {
    registry.hang('quay.io');
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1')));
    expect(await run('spec', ['s:1'], { timeLimit: 30 })).toBe('again');
    expect(await run('spec', ['s:1'], { timeLimit: 30, isLastTry: true })).toBe('done');
    expect(tag('s', '1')?.conditions[0]).toMatchObject({ reason: 'Timeout' });
  });
});

describe('runImports of scheduled tags', () => {
  const imported = (name: string, from: string, digest: string, reference = `quay.io/x/y@${digest}`) =>
    withImage(tagOf(name, from, SCHEDULED), digest, reference);

  it('costs one HEAD per source and not a single write while nothing moves', async () => {
    const digest = registry.pushImage('quay.io/x/y:1');
    for (const name of ['s', 't', 'u'])
      stores.put(streamOf(name, imported('1', 'quay.io/x/y:1', digest), imported('2', 'quay.io/x/y:1', digest)));
    expect(await run('scheduled', ['s:1', 's:2', 't:1', 't:2', 'u:1', 'u:2'])).toBe('done');
    expect(registry.log).toEqual(['HEAD quay.io/x/y:1']);
    expect(stores.commits).toEqual([]);
  });

  it('imports what moved, and says that the schedule did', async () => {
    const old = registry.pushImage('quay.io/x/y:1', { version: 1 });
    stores.put(streamOf('s', imported('1', 'quay.io/x/y:1', old)));
    const moved = registry.pushImage('quay.io/x/y:1', { version: 2 });
    await run('scheduled', ['s:1']);
    expect(tag('s', '1')?.items.map(({ image }) => image)).toEqual([moved, old]);
    expect(stores.commits[0]?.cause).toBe('scheduled-import');
    expect(registry.log[0]).toBe('HEAD quay.io/x/y:1');
    expect(registry.log).toHaveLength(3);
  });

  it('costs one HEAD for an unchanged index, too, after its first import', async () => {
    registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64']);
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1', SCHEDULED)));
    await run('spec', ['s:1']);
    registry.log.length = 0;
    await run('scheduled', ['s:1']);
    expect(registry.log).toEqual(['HEAD quay.io/x/y:1']);
    expect(stores.commits).toHaveLength(1);
  });

  it('notices an index that moved without moving the child, once', async () => {
    const first = registry.pushIndex('quay.io/x/y:1', ['linux/amd64'], 'same');
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1', SCHEDULED)));
    await run('spec', ['s:1']);
    const second = registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64'], 'same');
    await run('scheduled', ['s:1']);
    expect(first.index).not.toBe(second.index);
    expect(tag('s', '1')).toMatchObject({ total: 1, chosenFrom: { index: second.index } });
    registry.log.length = 0;
    await run('scheduled', ['s:1']);
    expect(registry.log).toHaveLength(1);
  });

  it('brings back the source of a tag that was moved by hand', async () => {
    const { children } = registry.pushIndex('quay.io/x/y:1', ['linux/amd64']);
    stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1', SCHEDULED)));
    await run('spec', ['s:1']);
    const stream = stores.get('ns/s');
    const moved = tag('s', '1') as TagState;
    const pushed = { ...moved.items[0], created: 'x', dockerImageReference: 'pushed', image: 'sha256:other', generation: 6 };
    stores.put({ ...stream, tags: new Map([['1', { ...moved, items: [pushed] }]]) });
    await run('scheduled', ['s:1']);
    expect(tag('s', '1')?.items[0]?.image).toBe(children['linux/amd64']);
  });

  it('clears the failure of a source that is back, although the image is the same', async () => {
    const digest = registry.pushImage('quay.io/x/y:1');
    stores.put(streamOf('s', imported('1', 'quay.io/x/y:1', digest)));
    registry.fail('quay.io/x/y', 'ERR_REGISTRY_UNAUTHORIZED');
    await run('scheduled', ['s:1']);
    await run('scheduled', ['s:1']);
    expect(tag('s', '1')).toMatchObject({ conditions: [{ reason: 'Unauthorized' }], items: [{ image: digest }] });
    expect(stores.commits).toHaveLength(1);
    registry.fail('quay.io/x/y', undefined);
    await run('scheduled', ['s:1']);
    expect(tag('s', '1')).toMatchObject({ conditions: [], total: 1, items: [{ image: digest, generation: 7 }], spec: { generation: 7 } });
  });

  it('asks once more to learn why a HEAD failed, but not a registry that is down', async () => {
    stores.put(streamOf('s', imported('1', 'quay.io/x/y:gone', 'sha256:old'), imported('2', 'down.io/x/y:1', 'sha256:old')));
    registry.fail('down.io', 'ERR_REGISTRY_UNREACHABLE', 'connection refused');
    await run('scheduled', ['s:1', 's:2']);
    expect([...registry.log].sort()).toEqual(['GET quay.io/x/y:gone', 'HEAD down.io/x/y:1', 'HEAD quay.io/x/y:gone']);
    expect(tag('s', '1')?.conditions[0]?.reason).toBe('NotFound');
    expect(tag('s', '2')?.conditions[0]?.message).toBe('Internal error occurred: down.io/x/y:1: connection refused');
  });

  it('leaves a throttled tag as it is, even the last time, and asks that registry once', async () => {
    registry.fail('quay.io', 'ERR_REGISTRY_RATE_LIMITED');
    stores.put(streamOf('s', imported('1', 'quay.io/x/y:1', 'sha256:old')));
    expect(await run('scheduled', ['s:1'])).toBe('again');
    expect(await run('scheduled', ['s:1'], { isLastTry: true })).toBe('done');
    expect(stores.commits).toEqual([]);
  });

  it('does not wait for a registry that hangs: there is a next pass', async () => {
    registry.hang('quay.io');
    stores.put(streamOf('s', imported('1', 'quay.io/x/y:1', 'sha256:old')));
    expect(await run('scheduled', ['s:1'], { timeLimit: 30 })).toBe('done');
    expect(stores.commits).toEqual([]);
  });

  it('drops a message the next pass has overtaken, unread', async () => {
    stores.put(streamOf('s', imported('1', 'quay.io/x/y:1', 'sha256:old')));
    expect(await run('scheduled', ['s:1'], { until: NOW })).toBe('done');
    expect(registry.log).toEqual([]);
    await run('scheduled', ['s:1'], { until: NOW + 1 });
    expect(registry.log).not.toEqual([]);
  });

  it('drops tags that are scheduled no longer', async () => {
    stores.put(streamOf('s', withImage(tagOf('1', 'quay.io/x/y:1'), 'sha256:old', 'x')));
    await run('scheduled', ['s:1']);
    expect(registry.log).toEqual([]);
  });
});

describe('runImports of held tags', () => {
  const HELD = { annotations: { 'image-streams.io/hold': 'freeze' } };
  const held = (from: string, image: string, more = HELD) => withImage(tagOf('1', from, SCHEDULED, more), image, 'quay.io/x/y@sha256:old');

  it.each([
    ['an image', () => registry.pushImage('quay.io/x/y:1')],
    ['the child of an index', () => registry.pushIndex('quay.io/x/y:1', ['linux/amd64', 'linux/arm64']).children['linux/amd64']],
  ])('tells of %s that waits once; then a check costs one HEAD and no write', async (_, push) => {
    const image = push();
    stores.put(streamOf('s', held('quay.io/x/y:1', 'sha256:old')));
    await run('scheduled', ['s:1']);
    const firstSeen = '2026-01-02T03:04:05Z';
    expect(tag('s', '1')).toMatchObject({
      items: [{ image: 'sha256:old' }],
      total: 1,
      pending: { image, reason: 'Held', firstSeen },
      spec: { generation: 2 },
    });
    registry.log.length = 0;
    await run('scheduled', ['s:1']);
    expect(registry.log).toEqual(['HEAD quay.io/x/y:1']);
    expect(stores.commits).toHaveLength(1);
  });

  it('moves the tag with the first check after the hold, and forgets an image that is gone upstream', async () => {
    const image = registry.pushImage('quay.io/x/y:1');
    const ended = { annotations: { 'image-streams.io/hold': 'x', 'image-streams.io/hold-until': '2026-01-02T03:04:05Z' } };
    const pending = {
      image,
      dockerImageReference: `quay.io/x/y@${image}`,
      firstSeen: '2026-01-01T00:00:00Z',
      reason: 'Held',
      generation: 2,
    } as const;
    stores.put(streamOf('s', { ...held('quay.io/x/y:1', 'sha256:old', ended), pending }));
    stores.put(
      streamOf('t', {
        ...held('quay.io/x/y:1', image),
        items: [{ ...pending, created: 'x', generation: 2 }],
        pending: { ...pending, image: 'sha256:gone' },
      }),
    );
    await run('scheduled', ['s:1', 't:1']);
    expect(tag('s', '1')).toMatchObject({ items: [{ image }, { image: 'sha256:old' }] });
    expect(tag('t', '1')).toMatchObject({ items: [{ image }], total: 1 });
    for (const stream of ['s', 't']) expect(tag(stream, '1')).not.toHaveProperty('pending');
  });

  it('imports what a person asked for, held or not', async () => {
    const image = registry.pushImage('quay.io/x/y:1');
    const asked = held('quay.io/x/y:1', 'sha256:old');
    stores.put(streamOf('s', { ...asked, spec: { ...(asked.spec as TagReference), generation: 5 } }));
    await run('spec', ['s:1']);
    expect(tag('s', '1')?.items[0]?.image).toBe(image);
  });

  it('never takes a denied image, and asks for it no more', async () => {
    const { index, children } = registry.pushIndex('quay.io/x/y:1', ['linux/amd64']);
    stores.put({ ...streamOf('s', tagOf('1', 'quay.io/x/y:1', SCHEDULED)), deniedImages: [index] });
    await run('spec', ['s:1']);
    expect(tag('s', '1')).toMatchObject({ items: [], pending: { image: children['linux/amd64'], reason: 'Denied', denied: index } });
    registry.log.length = 0;
    await run('spec', ['s:1']);
    expect(registry.log).toEqual([]);
    await run('scheduled', ['s:1']);
    expect(registry.log).toEqual(['HEAD quay.io/x/y:1']);
    expect(stores.commits).toHaveLength(1);
  });

  it('tells of a registry that fails without asking for another import', async () => {
    registry.fail('quay.io/x/y', 'ERR_REGISTRY_UNAUTHORIZED');
    stores.put(streamOf('s', held('quay.io/x/y:1', 'sha256:old')));
    await run('scheduled', ['s:1']);
    expect(tag('s', '1')).toMatchObject({ conditions: [{ reason: 'Unauthorized', generation: 2 }], spec: { generation: 2 } });
    registry.fail('quay.io/x/y', undefined);
    registry.pushImage('quay.io/x/y:1');
    await run('spec', ['s:1']);
    expect(stores.commits).toHaveLength(1);
    await run('scheduled', ['s:1']);
    expect(tag('s', '1')).toMatchObject({ conditions: [], items: [{ image: 'sha256:old' }], pending: { reason: 'Held' } });
  });
});

describe('registries that are blocked', () => {
  it.each(['spec', 'scheduled'] as const)('are not asked for tags (%s), which say why; once', async (reason) => {
    const digest = registry.pushImage('quay.io/x/y:1');
    const known = withImage(tagOf('1', 'quay.io/x/y:1', SCHEDULED), digest, `quay.io/x/y@${digest}`);
    stores.put(streamOf('s', reason === 'spec' ? { ...known, spec: known.spec && { ...known.spec, generation: 5 } } : known));
    await run(reason, ['s:1'], { blocked: ['quay.io'] });
    expect(registry.log).toEqual([]);
    expect(tag('s', '1')).toMatchObject({
      items: [{ image: digest }],
      conditions: [{ reason: 'Forbidden', message: 'forbidden: registry quay.io blocked' }],
    });
    await run(reason, ['s:1'], { blocked: ['quay.io'] });
    expect(stores.commits).toHaveLength(1);
  });

  it('answer somebody who tags the same again', async () => {
    const condition = {
      type: 'ImportSuccess', status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z',
      reason: 'Forbidden', message: 'forbidden: registry quay.io blocked', generation: 2,
    } as const; // prettier-ignore
    const asked = tagOf('1', 'quay.io/x/y:1', {}, { generation: 5 });
    stores.put(streamOf('s', { ...asked, conditions: [condition] }));
    await run('spec', ['s:1'], { blocked: ['quay.io'] });
    expect(tag('s', '1')?.conditions).toEqual([{ ...condition, generation: 5 }]);
    await run('spec', ['s:1'], { blocked: ['quay.io'] });
    expect(stores.commits).toHaveLength(1);
  });
});
