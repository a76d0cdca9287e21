import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../functions/image/platform.ts';
import type { SourceRequest } from '../../functions/importing/import-image.ts';
import { importImages, type ImagesRequest, type ImagesResult } from '../../functions/importing/import-images.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';

const NOW = '2026-01-02T03:04:05Z';

const from = (text: string, more: Partial<SourceRequest> = {}): SourceRequest => ({
  from: text,
  insecure: false,
  importMode: 'Legacy',
  platform: parsePlatform('linux/amd64'),
  ...more,
});

async function run(
  registry: MemoryRegistry,
  request: ImagesRequest,
  { timeLimit = 5_000, repositoryTags = 50 }: { timeLimit?: number; repositoryTags?: number } = {},
): Promise<ImagesResult> {
  const session = openSession(() => registry, { parallel: 16, timeLimit });
  try {
    return await importImages(session, request, { now: NOW, repositoryTags });
  } finally {
    session.close();
  }
}

describe('importImages', () => {
  it('answers every image for itself, in order', async () => {
    const registry = createMemoryRegistry();
    registry.pushImage('quay.io/x/y:1');
    registry.fail('quay.io/private', 'ERR_REGISTRY_UNAUTHORIZED');
    const requests = ['quay.io/x/y:1', 'quay.io/x/y:gone', 'quay.io/private/z:1', 'not a reference', '*', 'localhost'];
    const { images } = await run(registry, { images: requests.map((text) => from(text)) });
    expect(images.map((image) => [image.kind, image.tag, image.kind === 'fetched' ? '' : image.status.code])).toEqual([
      ['fetched', '1', ''],
      ['failed', 'gone', 404],
      ['failed', '1', 401],
      ['failed', '', 422],
      ['failed', '', 500],
      ['failed', '', 500],
    ]);
  });

  it('fetches a source once, however often and however differently it is written', async () => {
    const registry = createMemoryRegistry();
    const digest = registry.pushImage('registry-1.docker.io/library/mysql:latest');
    const { images } = await run(registry, { images: [from('mysql'), from('docker.io/library/mysql:latest'), from('mysql')] });
    expect(registry.log).toHaveLength(2);
    expect(images.map((image) => image.kind === 'fetched' && image.fetched.image.dockerImageReference)).toEqual([
      `mysql@${digest}`,
      `docker.io/library/mysql@${digest}`,
      `mysql@${digest}`,
    ]);
  });

  it('fetches in parallel: the time of many is the time of one', async () => {
    const registry = createMemoryRegistry();
    registry.delay = 10;
    for (let tag = 0; tag < 15; tag += 1) registry.pushImage(`quay.io/x/y:${tag}`);
    const started = performance.now();
    await run(registry, { images: Array.from({ length: 15 }, (_, tag) => from(`quay.io/x/y:${tag}`)) });
    expect(registry.peak()).toBe(15);
    expect(performance.now() - started).toBeLessThan(15 * 10);
  });

  it('answers what is not there in time as pending, and what is as fetched', async () => {
    const registry = createMemoryRegistry();
    registry.pushImage('quay.io/x/y:1');
    registry.pushImage('slow.io/x/y:1');
    registry.hang('slow.io');
    const { images } = await run(registry, { images: [from('quay.io/x/y:1'), from('slow.io/x/y:1')] }, { timeLimit: 50 });
    expect(images[0]?.kind).toBe('fetched');
    expect(images[1]).toMatchObject({ kind: 'pending', tag: '1', status: { code: 504, reason: 'Timeout' } });
  });

  it('throws what is no registry error: a defect is not a failed image', async () => {
    const registry = { ...createMemoryRegistry(), getManifest: () => Promise.reject(new TypeError('defect')) };
    await expect(run(registry, { images: [from('quay.io/x/y:1')] })).rejects.toThrow('defect');
  });
});

describe('importImages of a repository', () => {
  function pushTags(...tags: readonly string[]): MemoryRegistry {
    const registry = createMemoryRegistry();
    for (const tag of tags) registry.pushImage(`quay.io/x/y:${tag}`);
    return registry;
  }

  it('imports the first tags in order and names the others', async () => {
    const registry = pushTags('other', '1.0', 'latest', '2.0');
    const { repository } = await run(registry, { images: [], repository: from('quay.io/x/y') }, { repositoryTags: 2 });
    expect(repository?.images?.map(({ tag, kind }) => [tag, kind])).toEqual([
      ['latest', 'fetched'],
      ['2.0', 'fetched'],
    ]);
    expect(repository).toMatchObject({ status: { status: 'Success' }, additionalTags: ['1.0', 'other'] });
  });

  it('also imports tags that images[] fetch from the same place', async () => {
    const registry = pushTags('1.0', '2.0', '3.0');
    const request = { images: [from('quay.io/x/y:1.0')], repository: from('quay.io/x/y') };
    const { repository } = await run(registry, request, { repositoryTags: 1 });
    expect(repository?.images?.map(({ tag }) => tag)).toEqual(['3.0', '1.0']);
    expect(repository?.additionalTags).toEqual(['2.0']);
    expect(registry.log).toHaveLength(5);
  });

  it('takes the empty tag for latest, once', async () => {
    const registry = pushTags('latest');
    const listed = { ...registry, listTags: async () => ['', 'latest'] };
    const { repository } = await run(listed, { images: [], repository: from('quay.io/x/y') });
    expect(repository?.images?.map(({ tag }) => tag)).toEqual(['latest']);
  });

  it('counts failures', async () => {
    const registry = pushTags('1.0', '2.0');
    registry.fail('GET quay.io/x/y:1.0', 'ERR_REGISTRY_DENIED');
    const { repository } = await run(registry, { images: [], repository: from('quay.io/x/y') });
    expect(repository).toMatchObject({
      status: { reason: 'ImportFailed', message: 'one of the images from this repository failed to import' },
      images: [{ kind: 'fetched' }, { kind: 'failed' }],
    });
  });

  it('answers nothing but the failure when the tags cannot be listed', async () => {
    const { repository } = await run(createMemoryRegistry(), { images: [], repository: from('quay.io/x/y') });
    expect(repository).toEqual({
      status: expect.objectContaining({ code: 404, message: expect.stringContaining('"quay.io/x/y"') as string }) as object,
    });
  });

  it('does not wait for a list longer than it may', async () => {
    const registry = pushTags('1.0');
    registry.hang('TAGS');
    const { repository } = await run(registry, { images: [], repository: from('quay.io/x/y') }, { timeLimit: 30 });
    expect(repository).toEqual({ status: expect.objectContaining({ code: 504 }) as object });
  });
});
