import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import type { StreamState, TagState } from '../../functions/image/stream-state.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import type { RunImportsDependencies } from '../../functions/importing/run-imports.ts';
import { runRepositoryImport } from '../../functions/importing/run-repository-import.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';
import { createMemoryStores, type MemoryStores } from './fakes/memory-stores.ts';
import { LONG_AGO, streamOf, tagOf, trackingTag } from './fakes/streams.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const CHECKED = '2026-01-02T03:04:05Z';
const REPOSITORY = 'quay.io/x/y';
let registry: MemoryRegistry;
let stores: MemoryStores;

beforeEach(() => {
  registry = createMemoryRegistry();
  stores = createMemoryStores();
});

/** A stream that names the repository, not yet checked. */
function naming(...tags: readonly TagState[]): StreamState {
  return { ...streamOf('s', ...tags), dockerImageRepository: REPOSITORY, repositoryCheck: undefined };
}

const ALLOW: RunImportsDependencies['refuse'] = async () => null;

async function run({ isLastTry = false, timeLimit = 5_000, incarnation = '1', refuse = ALLOW } = {}) {
  const session = openSession(() => registry, { parallel: 16, timeLimit });
  const target = { namespace: 'ns', stream: 's', incarnation };
  const deps = { ...stores, clock: () => NOW, platform: DEFAULT_PLATFORM, refuse };
  try {
    return await runRepositoryImport(deps, session, { reason: 'repository', target }, isLastTry);
  } finally {
    session.close();
  }
}

const stream = () => stores.get('ns/s');
const tag = (name: string) => stream().tags.get(name);

describe('runRepositoryImport', () => {
  it('makes every tag of the repository one of the stream, in one commit, as the importer', async () => {
    const [one, latest] = [registry.pushImage(`${REPOSITORY}:1`), registry.pushImage(`${REPOSITORY}:latest`)];
    stores.put(naming());
    expect(await run()).toBe('done');
    expect(tag('1')).toMatchObject({
      spec: { from: { kind: 'DockerImage', name: `${REPOSITORY}:1` }, generation: 6, importPolicy: { importMode: 'Legacy' } },
      items: [{ image: one, dockerImageReference: `${REPOSITORY}@${one}`, generation: 6 }],
    });
    expect(tag('latest')?.items[0]?.image).toBe(latest);
    expect(stream()).toMatchObject({ repositoryCheck: CHECKED, generation: 6 });
    expect(stores.commits).toMatchObject([{ actor: 'system:image-importer', cause: 'import', now: NOW }]);
  });

  it('imports the 50 tags that come first', async () => {
    for (let minor = 0; minor < 55; minor += 1) registry.pushImage(`${REPOSITORY}:1.${minor}`);
    for (const name of ['latest', 'nightly']) registry.pushImage(`${REPOSITORY}:${name}`);
    stores.put(naming());
    await run();
    expect(stream().tags.size).toBe(50);
    expect(['latest', '1.54', '1.6', '1.5', 'nightly'].map((name) => stream().tags.has(name))).toEqual([true, true, true, false, false]);
  });

  it('talks plain HTTP where the stream allows it, and so do its tags from then on', async () => {
    registry.pushImage(`${REPOSITORY}:1`);
    stores.put({ ...naming(), annotations: { 'openshift.io/image.insecureRepository': 'true' } });
    await run();
    expect(tag('1')?.spec?.importPolicy).toEqual({ importMode: 'Legacy', insecure: true });
  });

  it('leaves tags that come from a registry to their own import, and takes over the others', async () => {
    const digest = registry.pushImage(`${REPOSITORY}:alias`);
    registry.pushImage(`${REPOSITORY}:own`);
    stores.put(naming(tagOf('own', 'docker.io/team/own:1'), trackingTag('alias', 'own')));
    await run();
    expect(tag('own')).toMatchObject({ spec: { from: { name: 'docker.io/team/own:1' } }, items: [] });
    expect(registry.log).not.toContain(`GET ${REPOSITORY}:own`);
    expect(tag('alias')).toMatchObject({
      spec: { from: { kind: 'DockerImage', name: `${REPOSITORY}:alias` } },
      items: [{ image: digest }],
    });
  });

  it('tells of a tag that failed in a condition, without making it a spec tag', async () => {
    registry.pushImage(`${REPOSITORY}:1`);
    registry.pushImage(`${REPOSITORY}:2`);
    registry.fail(`GET ${REPOSITORY}:2`, 'ERR_REGISTRY_UNAUTHORIZED');
    stores.put(naming());
    expect(await run()).toBe('done');
    expect(tag('2')).toMatchObject({ spec: null, items: [], conditions: [{ reason: 'Unauthorized', generation: 6 }] });
    expect(tag('1')?.items).toHaveLength(1);
  });

  it.each([
    ['the registry asks to wait', () => registry.fail(`GET ${REPOSITORY}:2`, 'ERR_REGISTRY_RATE_LIMITED')],
    ['there is no time', () => registry.hang(`GET ${REPOSITORY}:2`)],
  ])('has a tag wait for its own import when %s', async (_, spoil) => {
    registry.pushImage(`${REPOSITORY}:1`);
    registry.pushImage(`${REPOSITORY}:2`);
    spoil();
    stores.put(naming());
    expect(await run({ timeLimit: 200 })).toBe('done');
    expect(tag('1')?.items).toHaveLength(1);
    expect(tag('2')).toMatchObject({ spec: { from: { name: `${REPOSITORY}:2` }, generation: 6 }, items: [], conditions: [] });
  });

  it('comes again while the tags cannot be listed, and the last time leaves it at that', async () => {
    stores.put(naming());
    registry.fail('TAGS', 'ERR_REGISTRY_UNAUTHORIZED');
    expect(await run()).toBe('again');
    expect(stores.commits).toEqual([]);
    expect(await run({ isLastTry: true })).toBe('done');
    expect(stream()).toMatchObject({ repositoryCheck: CHECKED, generation: 5 });
    expect(stream().tags.size).toBe(0);
  });

  it('tells of a stream that may not be stored in a condition of each tag, once', async () => {
    registry.pushImage(`${REPOSITORY}:1`);
    stores.put(naming());
    const refuse = async (_: StreamState | null, { tags }: StreamState) =>
      tags.get('1')?.spec == null ? null : ({ metadata: {}, status: 'Failure', reason: 'Invalid', message: 'too many tags' } as const);
    expect(await run({ refuse })).toBe('done');
    expect(tag('1')).toMatchObject({ spec: null, items: [], conditions: [{ reason: 'Invalid', message: 'too many tags' }] });
    expect(stream().repositoryCheck).toBe(CHECKED);
  });

  it('is satisfied with an empty repository', async () => {
    registry.listTags = async () => [];
    stores.put(naming());
    expect(await run()).toBe('done');
    expect(stream().repositoryCheck).toBe(CHECKED);
  });

  it.each([
    ['was checked already', () => stores.put({ ...naming(), repositoryCheck: LONG_AGO }), '1'],
    ['names none', () => stores.put({ ...naming(), dockerImageRepository: '' }), '1'],
    ['was made anew', () => stores.put(naming()), '0'],
    ['is gone', () => undefined, '1'],
  ])('asks nobody when the stream %s', async (_, put, incarnation) => {
    put();
    expect(await run({ incarnation })).toBe('done');
    expect(registry.log).toEqual([]);
    expect(stores.commits).toEqual([]);
  });

  it('keeps what others do to the stream meanwhile', async () => {
    registry.pushImage(`${REPOSITORY}:1`);
    registry.pushImage(`${REPOSITORY}:2`);
    stores.put(naming());
    stores.beforeCommit = (attempt) => {
      if (attempt === 1) stores.put({ ...naming(tagOf('1', 'docker.io/team/own:1')), revision: 8 });
    };
    await run();
    expect(tag('1')).toMatchObject({ spec: { from: { name: 'docker.io/team/own:1' } }, items: [] });
    expect(tag('2')?.items).toHaveLength(1);
    expect(stream().repositoryCheck).toBe(CHECKED);
  });
});
