import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { blockRule } from '../../functions/image/blocked-registries.ts';
import { applyAvailability } from '../../functions/image/missing-image.ts';
import { checkImages } from '../../functions/importing/check-images.ts';
import { DEFAULT_IMPORT_POLICY } from '../../functions/importing/import-policy.ts';
import type { ImageTarget, RegistryClient } from '../../functions/importing/ports.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { RegistryError, type RegistryErrorCode } from '../../functions/registry/errors.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';
import { createMemoryStores, type MemoryStores } from './fakes/memory-stores.ts';
import { streamOf, tagOf, withImage } from './fakes/streams.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const ABSENT = new RegistryError('ERR_REGISTRY_NOT_FOUND', 'manifest unknown', { isAbsence: true });
const GONE = `sha256:${'0'.repeat(64)}`;

let registry: MemoryRegistry;
let stores: MemoryStores;
let found: number[];

beforeEach(() => {
  registry = createMemoryRegistry();
  stores = createMemoryStores();
  found = [];
});

const pointing = (tag: string, image: string) => withImage(tagOf(tag, 'quay.io/x/y:1'), image, `quay.io/x/y@${image}`);
const target = (stream: string, tag: string, image: string, isMissing = false): ImageTarget => ({
  namespace: 'ns',
  stream,
  incarnation: '1',
  tag,
  pullSpec: `quay.io/x/y@${image}`,
  insecure: false,
  isMissing,
});

async function check(targets: readonly ImageTarget[], client: RegistryClient = registry, { isLastTry = false, until = NOW + 1 } = {}) {
  const session = openSession(() => client, { parallel: 16, timeLimit: 5_000 });
  const deps = { ...stores, clock: () => NOW, onMissing: (count: number) => void found.push(count) };
  try {
    return await checkImages(deps, session, { reason: 'images', targets, until }, isLastTry);
  } finally {
    session.close();
  }
}

/** A registry that says of everything that HEAD and GET fail so. */
const failing = (head: RegistryError | null, get: RegistryError | null): RegistryClient => ({
  ...registry,
  headManifest: (repository, reference) => (head === null ? registry.headManifest(repository, reference) : Promise.reject(head)),
  getManifest: (repository, reference) => (get === null ? registry.getManifest(repository, reference) : Promise.reject(get)),
});
const missing = (stream = 's', tag = '1') => stores.get(`ns/${stream}`).tags.get(tag)?.missing;

describe('checkImages', () => {
  it('costs one HEAD for an image that is there, whoever points to it, and neither read nor write', async () => {
    const image = registry.pushImage('quay.io/x/y:1');
    stores.put(streamOf('s', pointing('1', image)));
    const targets = Array.from({ length: 20 }, (_, index) => ({ ...target('s', '1', image), namespace: `ns${index}` }));
    stores.streams.readTags = () => Promise.reject(new Error('read'));
    expect(await check(targets)).toBe('done');
    expect(registry.log).toEqual([`HEAD quay.io/x/y:${image}`]);
  });

  it('marks tags whose registry has nothing of the kind, one commit per stream, and says how many', async () => {
    stores.put(streamOf('s', pointing('1', GONE), pointing('2', GONE)));
    expect(await check([target('s', '1', GONE), target('s', '2', GONE)], failing(ABSENT, ABSENT))).toBe('done');
    expect([missing('s', '1'), missing('s', '2')].map((each) => each?.message)).toEqual(['manifest unknown', 'manifest unknown']);
    expect(stores.commits.map(({ actor, cause }) => [actor, cause])).toEqual([['system:image-importer', 'import']]);
    expect(stores.get('ns/s').generation).toBe(5);
    expect(found).toEqual([2]);
    await check([target('s', '1', GONE, true), target('s', '2', GONE)], failing(ABSENT, ABSENT));
    expect(stores.commits).toHaveLength(1);
  });

  it('takes the mark away when the image is back', async () => {
    const image = registry.pushImage('quay.io/x/y:1');
    const lost = applyAvailability(
      streamOf('s', pointing('1', image)),
      [{ tag: '1', pullSpec: `quay.io/x/y@${image}`, message: 'manifest unknown' }],
      '2026-01-01T00:00:00Z',
    );
    stores.put(lost);
    await check([target('s', '1', image, true)]);
    expect(missing()).toBeUndefined();
    expect(stores.commits).toHaveLength(1);
    expect(found).toEqual([]);
  });

  it('drops what is said of an image the tag no longer points to, and of another life of the stream', async () => {
    const newer = registry.pushImage('quay.io/x/y:1');
    stores.put(streamOf('s', pointing('1', newer)));
    await check([target('s', '1', GONE)], failing(ABSENT, ABSENT));
    stores.put({ ...streamOf('t', pointing('1', GONE)), incarnation: '2' });
    await check([target('t', '1', GONE), target('deleted', '1', GONE)], failing(ABSENT, ABSENT));
    expect(stores.commits).toEqual([]);
  });

  it('survives a lost race', async () => {
    stores.put(streamOf('s', pointing('1', GONE)));
    stores.beforeCommit = (attempt) => {
      if (attempt === 1) stores.put({ ...stores.get('ns/s'), revision: 99 });
    };
    await check([target('s', '1', GONE)], failing(ABSENT, ABSENT));
    expect(missing()?.message).toBe('manifest unknown');
  });

  it.each([
    ['a HEAD that is refused, and a GET that finds it', new RegistryError('ERR_REGISTRY_NOT_FOUND', '404'), null, 'done'],
    [
      'a 404 that is not the registry’s own',
      new RegistryError('ERR_REGISTRY_NOT_FOUND', '404'),
      new RegistryError('ERR_REGISTRY_NOT_FOUND', '404'),
      'done',
    ],
    ['a registry that throttles', new RegistryError('ERR_REGISTRY_RATE_LIMITED', 'later'), ABSENT, 'again'],
    ['a GET that is throttled', ABSENT, new RegistryError('ERR_REGISTRY_RATE_LIMITED', 'later'), 'again'],
  ] as const)('believes nothing for %s', async (_, head, get, outcome) => {
    const image = registry.pushImage('quay.io/x/y:1');
    stores.put(streamOf('s', pointing('1', image)));
    expect(await check([target('s', '1', image)], failing(head, get))).toBe(outcome);
    expect(stores.commits).toEqual([]);
    if (outcome === 'again') expect(await check([target('s', '1', image)], failing(head, get), { isLastTry: true })).toBe('done');
  });

  it('marks a tag only for a definite 404 twice', async () => {
    const codes: readonly RegistryErrorCode[] = [
      'ERR_REGISTRY_NOT_FOUND', 'ERR_REGISTRY_REPOSITORY_NOT_FOUND', 'ERR_REGISTRY_UNAUTHORIZED', 'ERR_REGISTRY_BAD_CREDENTIALS',
      'ERR_REGISTRY_DENIED', 'ERR_REGISTRY_RATE_LIMITED', 'ERR_REGISTRY_UNAVAILABLE', 'ERR_REGISTRY_TIMEOUT', 'ERR_REGISTRY_UNREACHABLE',
      'ERR_REGISTRY_DIGEST_MISMATCH', 'ERR_REGISTRY_INVALID_RESPONSE', 'ERR_REGISTRY_TOO_LARGE',
    ]; // prettier-ignore
    const answer = fc.option(
      fc
        .record({ code: fc.constantFrom(...codes), isAbsence: fc.boolean() })
        // Only a 404 can be an absence: error-mapping.test.ts.
        .map(({ code, isAbsence }) => new RegistryError(code, 'no', { isAbsence: isAbsence && code.endsWith('NOT_FOUND') })),
    );
    await fc.assert(
      fc.asyncProperty(answer, answer, async (head, get) => {
        stores = createMemoryStores();
        const image = registry.pushImage('quay.io/x/y:1');
        stores.put(streamOf('s', pointing('1', image)));
        await check([target('s', '1', image)], failing(head, get));
        expect(missing() !== undefined).toBe(head?.code.endsWith('NOT_FOUND') === true && get?.isAbsence === true);
      }),
    );
  });

  it('asks no registry that is blocked', async () => {
    stores.put(streamOf('s', pointing('1', GONE)));
    const session = openSession(() => registry, { parallel: 16, timeLimit: 5_000 });
    const policy = { ...DEFAULT_IMPORT_POLICY, blocked: blockRule(['quay.io']) };
    await checkImages({ ...stores, clock: () => NOW, policy }, session, { reason: 'images', targets: [target('s', '1', GONE)] }, false);
    session.close();
    expect(registry.log).toEqual([]);
    expect(stores.commits).toEqual([]);
  });

  it('is needless when the next pass is due', async () => {
    expect(await check([target('s', '1', GONE)], failing(ABSENT, ABSENT), { until: NOW })).toBe('done');
    expect(stores.commits).toEqual([]);
  });
});
