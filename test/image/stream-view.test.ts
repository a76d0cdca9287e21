import { describe, expect, it, test } from 'vitest';
import { localRepository, resolvedReference, viewStream } from '../../functions/image/stream-view.ts';
import { alias, digest, EARLIER, failure, NOW, specTag, stream, tagEvent, tagState } from './builders.ts';

const A = digest('a');

describe('viewStream', () => {
  it('prints what is always printed and omits what is empty', () => {
    expect(viewStream(stream(), {})).toEqual({
      kind: 'ImageStream',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 'app', namespace: 'team', uid: 'uid-1', resourceVersion: '7', generation: 4, creationTimestamp: EARLIER },
      spec: { lookupPolicy: { local: false } },
      status: { dockerImageRepository: '' },
    });
  });

  it('has no resourceVersion before it is stored', () => {
    expect(viewStream(stream([], { revision: 0 }), {}).metadata).not.toHaveProperty('resourceVersion');
  });

  it('prints a resourceVersion of microseconds exactly', () => {
    expect(viewStream(stream([], { revision: 1_787_479_200_123_457 }), {}).metadata.resourceVersion).toBe('1787479200123457');
  });

  it('sorts tags by name, in spec and status', () => {
    const names = ['b', 'a b/c', '', 'Z', 'a'];
    const view = viewStream(stream(names.map((name) => tagState(name, { spec: specTag(name), items: [tagEvent()] }))), {});
    const sorted = ['', 'Z', 'a', 'a b/c', 'b'];
    expect(view.spec.tags?.map(({ name }) => name)).toEqual(sorted);
    expect(view.status.tags?.map(({ tag }) => tag)).toEqual(sorted);
  });

  it('prints annotations null and generation of every spec tag', () => {
    const tags = [tagState('a', { spec: alias('a', 'b', { generation: null }) })];
    expect(JSON.parse(JSON.stringify(viewStream(stream(tags), {}).spec.tags))).toEqual([
      {
        name: 'a',
        annotations: null,
        from: { kind: 'ImageStreamTag', name: 'b' },
        generation: null,
        importPolicy: { importMode: 'Legacy' },
        referencePolicy: { type: 'Source' },
      },
    ]);
  });

  it('shows a status tag for events or conditions only: items null without events, no conditions without any', () => {
    const tags = [
      tagState('failed', { spec: specTag('failed'), conditions: [failure()] }),
      tagState('both', { items: [tagEvent()], conditions: [failure()] }),
      tagState('pushed', { items: [tagEvent()] }),
      tagState('wanted', { spec: specTag('wanted') }),
    ];
    expect(viewStream(stream(tags), {}).status.tags).toEqual([
      { tag: 'both', items: [tagEvent()], conditions: [failure()] },
      { tag: 'failed', items: null, conditions: [failure()] },
      { tag: 'pushed', items: [tagEvent()] },
    ]);
  });

  test.each([
    [{}, '', '', undefined],
    [{}, 'quay.io/team/app', 'quay.io/team/app', undefined],
    [{ internal: 'reg:5000' }, 'quay.io/team/app', 'reg:5000/team/app', undefined],
    [{ internal: 'reg:5000', external: 'reg.example.com' }, '', 'reg:5000/team/app', 'reg.example.com/team/app'],
    [{ external: 'reg.example.com' }, '', '', 'reg.example.com/team/app'],
  ])('repositories with hosts %j and spec %s', (hosts, repository, internal, external) => {
    const view = viewStream(stream([], { dockerImageRepository: repository }), hosts);
    expect(view.spec.dockerImageRepository).toBe(repository === '' ? undefined : repository);
    expect([view.status.dockerImageRepository, view.status.publicDockerImageRepository]).toEqual([internal, external]);
  });

  it('embeds the newest 50 events and tells how many there are besides', () => {
    const items = Array.from({ length: 60 }, (_, index) => tagEvent({ generation: 60 - index }));
    const tags = [
      tagState('long', { items, total: 60 }),
      tagState('partly-loaded', { items: items.slice(0, 50), total: 75 }),
      tagState('short', { items: items.slice(0, 3) }),
    ];
    const view = viewStream(stream(tags, { annotations: { mine: 'x' } }), {});
    expect(view.status.tags?.map(({ items: shown }) => shown?.length)).toEqual([50, 50, 3]);
    expect(view.status.tags?.[0]?.items?.[0]).toBe(items[0]);
    expect(view.metadata.annotations).toEqual({ mine: 'x', 'image-streams.io/older-history': '{"long":10,"partly-loaded":25}' });
  });

  it('shows the time of the last import among the annotations', () => {
    const view = viewStream(stream([], { repositoryCheck: NOW, annotations: null, labels: { a: 'b' } }), {});
    expect(view.metadata.annotations).toEqual({ 'openshift.io/image.dockerRepositoryCheck': NOW });
    expect(view.metadata.labels).toEqual({ a: 'b' });
  });
});

test('localRepository is empty without an integrated registry', () => {
  expect(localRepository({ internal: 'reg:5000' }, 'team', 'app')).toBe('reg:5000/team/app');
  expect(localRepository({ external: 'x' }, 'team', 'app')).toBe('');
  expect(localRepository({ internal: '' }, 'team', 'app')).toBe('');
});

describe('resolvedReference, §4.4', () => {
  const local = specTag('a', { referencePolicy: { type: 'Local' } });
  const own = tagEvent().dockerImageReference;

  test.each([
    ['Local', local, tagEvent(), 'reg:5000/team/app', `reg:5000/team/app@${A}`],
    ['Local, repository with a tag', local, tagEvent(), 'reg:5000/team/app:x', `reg:5000/team/app@${A}`],
    ['Source', specTag('a'), tagEvent(), 'reg:5000/team/app', own],
    ['no spec tag', null, tagEvent(), 'reg:5000/team/app', own],
    ['no repository', local, tagEvent(), '', own],
    ['unparsable repository', local, tagEvent(), 'Not/ok/', own],
    ['no image', local, tagEvent({ image: '' }), 'reg:5000/team/app', own],
  ])('%s', (_what, spec, event, repository, wanted) => {
    expect(resolvedReference(spec, event, repository)).toBe(wanted);
  });
});
