import { describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { FetchedImage } from '../../functions/importing/fetch-image.ts';
import type { TagOutcome } from '../../functions/importing/merge-import.ts';
import { refuseUnstored, storeImages, storeOutcomes, type StreamImport } from '../../functions/importing/store-import.ts';
import type { Status } from '../../functions/kubernetes/types.ts';
import { createMemoryStores, type MemoryStores } from './fakes/memory-stores.ts';
import { streamOf, tagOf, trackingTag, withImage } from './fakes/streams.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const [A, B, C] = ['a', 'b', 'c'].map((char) => `sha256:${char.repeat(64)}`) as [string, string, string];
const FROM = 'quay.io/x/y:1';

function fetched(digest: string, children: readonly string[] = []): FetchedImage {
  const image = (name: string) => ({ metadata: { name }, dockerImageReference: `quay.io/x/y@${name}`, dockerImageManifest: '{}' });
  return { image: image(digest), children: children.map(image), tag: '1' };
}

function success(tag: string, image: FetchedImage, from = FROM): TagOutcome {
  const source = { tag, from, importPolicy: { importMode: 'Legacy' }, referencePolicy: { type: 'Source' } } as const;
  return { kind: 'success', source, fetched: image };
}

function work(
  stores: MemoryStores,
  read: StreamState | null,
  outcomes: readonly TagOutcome[],
  more: Partial<StreamImport> = {},
): StreamImport {
  const create = { ...streamOf('s'), incarnation: '', revision: 0, generation: 0, repositoryCheck: undefined };
  const readAgain = () => stores.streams.readStream('ns', 's');
  const policies = { whenRetargeted: 'store-others', refusalOn: 'all-tags', refuse: async () => null, coversRepository: false } as const;
  return { read, readAgain, create, outcomes, ...policies, actor: 'me', cause: 'import', now: NOW, ...more };
}

describe('storeOutcomes', () => {
  it('creates the stream with the imported tag, everything of generation 1', async () => {
    const stores = createMemoryStores();
    const { stream } = await storeOutcomes(stores, work(stores, null, [success('1', fetched(A, [C]))]));
    expect(stream).toMatchObject({ generation: 1, repositoryCheck: '2026-01-02T03:04:05Z' });
    expect(stream?.tags.get('1')).toMatchObject({ spec: { generation: 1, from: { name: FROM } }, items: [{ image: A, generation: 1 }] });
    expect(stores.commits[0]).toMatchObject({ before: null, actor: 'me', cause: 'import', now: NOW });
    expect(stores.commits[0]?.children).toEqual([{ digest: C, dockerImageReference: `quay.io/x/y@${C}`, inHistory: false }]);
  });

  it('gives spec tag, event and stream the same new generation', async () => {
    const stores = createMemoryStores();
    const read = streamOf('s', tagOf('1', FROM));
    stores.put(read);
    const { stream } = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))]));
    expect(stream).toMatchObject({ generation: 6 });
    expect(stream?.tags.get('1')).toMatchObject({ spec: { generation: 6 }, items: [{ generation: 6 }] });
  });

  it.each([
    ['single tags of a stream without one', '', undefined, false, true],
    ['single tags', 'quay.io/x/y', undefined, false, false],
    ['the repository', 'quay.io/x/y', undefined, true, true],
    ['single tags after the repository', 'quay.io/x/y', '2025-01-01T00:00:00Z', false, true],
  ])('notes when the repository was checked, in an import of %s', async (_, repository, checked, coversRepository, expected) => {
    const stores = createMemoryStores();
    const read = { ...streamOf('s', tagOf('1', FROM)), dockerImageRepository: repository, repositoryCheck: checked };
    stores.put(read);
    const { stream } = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))], { coversRepository }));
    expect(stream?.repositoryCheck).toBe(expected ? '2026-01-02T03:04:05Z' : undefined);
    const again = await storeOutcomes(stores, work(stores, stream, [success('1', fetched(A))], { coversRepository }));
    expect(again.stream).toBe(stream);
  });

  it('moves the tags that track an imported one', async () => {
    const stores = createMemoryStores();
    const read = streamOf('s', tagOf('1', FROM), trackingTag('stable', '1'), trackingTag('prod', 'stable'));
    stores.put(read);
    const { stream } = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))]));
    expect(stream?.tags.get('prod')?.items[0]?.image).toBe(A);
  });

  it('writes nothing when nothing changed', async () => {
    const stores = createMemoryStores();
    const read = streamOf('s', withImage(tagOf('1', FROM), A, `quay.io/x/y@${A}`));
    stores.put(read);
    const { stream } = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))]));
    expect(stream).toBe(read);
    expect(stores.commits).toEqual([]);
  });

  it('writes when the stream was never checked, as upstream', async () => {
    const stores = createMemoryStores();
    const read = { ...streamOf('s', withImage(tagOf('1', FROM), A, `quay.io/x/y@${A}`)), repositoryCheck: undefined };
    stores.put(read);
    await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))]));
    expect(stores.get('ns/s')).toMatchObject({ repositoryCheck: '2026-01-02T03:04:05Z', generation: 5 });
  });

  it('merges into what others wrote meanwhile', async () => {
    const stores = createMemoryStores();
    const read = streamOf('s', tagOf('1', FROM));
    stores.put(read);
    const theirs = withImage(tagOf('2', 'quay.io/x/y:2'), B, `quay.io/x/y@${B}`);
    stores.beforeCommit = (attempt) => {
      if (attempt === 1) stores.put({ ...streamOf('s', tagOf('1', FROM), theirs), revision: 8, generation: 6 });
    };
    const { stream, retargeted } = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))]));
    expect(stream?.tags.get('1')).toMatchObject({ spec: { generation: 7 }, items: [{ image: A, generation: 7 }] });
    expect(stream?.tags.get('2')).toBe(theirs);
    expect(retargeted).toEqual([]);
  });

  it('drops the result of a tag that was pointed elsewhere meanwhile, and keeps the others', async () => {
    const stores = createMemoryStores();
    const read = streamOf('s', tagOf('1', FROM), tagOf('2', FROM));
    stores.put(read);
    const retargeted = tagOf('1', 'quay.io/elsewhere:1');
    stores.beforeCommit = (attempt) => {
      if (attempt === 1) stores.put({ ...streamOf('s', retargeted, tagOf('2', FROM)), revision: 8 });
    };
    const result = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A)), success('2', fetched(A))]));
    expect(result.retargeted).toEqual(['1']);
    expect(result.stream?.tags.get('1')).toBe(retargeted);
    expect(result.stream?.tags.get('2')?.items[0]?.image).toBe(A);
  });

  it('stores nothing at all then, if that is asked for', async () => {
    const stores = createMemoryStores();
    const read = streamOf('s', tagOf('1', FROM), tagOf('2', FROM));
    stores.put({ ...streamOf('s', tagOf('1', 'quay.io/elsewhere:1'), tagOf('2', FROM)), revision: 8 });
    const outcomes = [success('1', fetched(A)), success('2', fetched(A))];
    const result = await storeOutcomes(stores, work(stores, read, outcomes, { whenRetargeted: 'store-nothing' }));
    expect(result.retargeted).toEqual(['1']);
    expect(stores.commits).toEqual([]);
  });

  it.each([
    ['another source', tagOf('1', 'quay.io/elsewhere:1'), ['1']],
    ['another mode', tagOf('1', FROM, { importMode: 'PreserveOriginal' }), ['1']],
    ['a mere reference', tagOf('1', FROM, {}, { reference: true }), ['1']],
    ['the same source, scheduled', tagOf('1', FROM, { scheduled: true }), []],
    ['the same source, asked for again', tagOf('1', FROM, {}, { generation: 9 }), []],
  ])('judges a concurrent spec change: %s', async (_, now, expected) => {
    const stores = createMemoryStores();
    const read = streamOf('s', tagOf('1', FROM));
    stores.put({ ...streamOf('s', now), revision: 8 });
    const { retargeted } = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))]));
    expect(retargeted).toEqual(expected);
  });

  it('agrees with somebody who creates the same stream and tag at the same time', async () => {
    const stores = createMemoryStores();
    stores.beforeCommit = (attempt) => {
      if (attempt === 1) stores.put(streamOf('s', withImage(tagOf('1', FROM), A, `quay.io/x/y@${A}`)));
    };
    const result = await storeOutcomes(stores, work(stores, null, [success('1', fetched(A))]));
    expect(result).toMatchObject({ retargeted: [], stream: { uid: 'uid-s' } });
  });

  it.each([
    ['deleted', null],
    ['made anew', { ...streamOf('s', tagOf('1', FROM)), incarnation: '2', revision: 9 }],
  ])('does not write to a stream that was %s meanwhile', async (_, now) => {
    const stores = createMemoryStores();
    const read = streamOf('s', tagOf('1', FROM));
    if (now !== null) stores.put(now);
    const result = await storeOutcomes(stores, work(stores, read, [success('1', fetched(A))]));
    expect(result).toEqual({ stream: null, retargeted: ['1'] });
    expect(stores.commits).toEqual([]);
  });

  it.each([
    ['new-tags', ['new']],
    ['all-tags', ['known', 'new', 'other']],
  ] as const)('tells on %s why nothing was imported, and makes no spec tag for it', async (refusalOn, told) => {
    const stores = createMemoryStores();
    const shown = (tag: string) => withImage(tagOf(tag, FROM), B, `quay.io/x/y@${B}`);
    stores.put(streamOf('s', shown('known'), shown('other')));
    const refused: Status = { metadata: {}, status: 'Failure', reason: 'Invalid', message: 'too much', code: 422 };
    const outcomes = ['known', 'new', 'other'].map((tag) => success(tag, fetched(A)));
    const more = { refusalOn, refuse: async () => refused };
    const result = await storeOutcomes(stores, work(stores, stores.get('ns/s'), outcomes, more));
    expect(result).toMatchObject({ refused, retargeted: [] });
    const tags = [...stores.get('ns/s').tags.values()];
    expect(
      tags
        .filter(({ conditions }) => conditions.some(({ message }) => message === 'too much'))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(told);
    expect(stores.get('ns/s').tags.get('new')?.spec).toBeNull();
    expect(stores.get('ns/s').tags.get('known')?.items[0]?.image).toBe(B);
    // The same refusal again is no news.
    await storeOutcomes(stores, work(stores, stores.get('ns/s'), outcomes, more));
    expect(stores.commits).toHaveLength(1);
  });

  it('creates no stream that is refused, and asks about no stream that stays as it is', async () => {
    const stores = createMemoryStores();
    const refuse = async (): Promise<Status> => ({ metadata: {}, status: 'Failure' });
    const result = await storeOutcomes(stores, work(stores, null, [success('1', fetched(A))], { refuse }));
    expect([result.stream, stores.commits]).toEqual([null, []]);
    stores.put(streamOf('s', withImage(tagOf('1', FROM), A, `quay.io/x/y@${A}`)));
    const again = await storeOutcomes(stores, work(stores, stores.get('ns/s'), [success('1', fetched(A))], { refuse }));
    expect(again).not.toHaveProperty('refused');
  });

  it('stores nothing when a refusal is thrown', async () => {
    const stores = createMemoryStores();
    const refuse = () => Promise.reject(new Error('refused'));
    await expect(storeOutcomes(stores, work(stores, null, [success('1', fetched(A))], { refuse }))).rejects.toThrow('refused');
    expect(stores.commits).toEqual([]);
  });
});

describe('storeImages', () => {
  it('stores images and children once, without their texts', async () => {
    const stores = createMemoryStores();
    const { images } = await storeImages(stores.images, [fetched(A, [C]), fetched(B, [C])], NOW);
    expect([...stores.storedImages.keys()].sort()).toEqual([A, B, C]);
    expect(stores.storedImages.get(A)).not.toHaveProperty('dockerImageManifest');
    expect(images.get(A)?.metadata.uid).toBeDefined();
  });

  it('leaves an image that exists as it is, and answers the one that was fetched', async () => {
    const stores = createMemoryStores();
    stores.storedImages.set(A, { metadata: { name: A }, dockerImageReference: 'first/seen@here' });
    const { images } = await storeImages(stores.images, [fetched(A)], NOW);
    expect(stores.storedImages.get(A)?.dockerImageReference).toBe('first/seen@here');
    expect(images.get(A)?.dockerImageReference).toBe(`quay.io/x/y@${A}`);
  });

  it('turns an image too large to store, or with such a child, into a failed import', async () => {
    const stores = createMemoryStores();
    stores.tooLarge.add(C);
    const { refused } = await storeImages(stores.images, [fetched(A, [C]), fetched(B)], NOW);
    const result = refuseUnstored({ kind: 'fetched', tag: '1', fetched: fetched(A, [C]) }, refused);
    expect(result).toMatchObject({
      kind: 'failed',
      tag: '1',
      status: { code: 500, message: expect.stringContaining('too large') as string },
    });
    expect(refuseUnstored({ kind: 'fetched', tag: '1', fetched: fetched(B) }, refused).kind).toBe('fetched');
  });
});
