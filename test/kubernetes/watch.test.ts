import { describe, expect, it } from 'vitest';
import type { ResourceHandlers, WatchAnswer, WatchOptions } from '../../functions/kubernetes/handlers.ts';
import { createApi } from '../../functions/kubernetes/pipeline.ts';
import { expired } from '../../functions/kubernetes/status.ts';
import { ENTRIES } from './toy-resource.ts';

const WIDGET = { kind: 'Widget', apiVersion: 'example.io/v1', metadata: { name: 'x', resourceVersion: '7' }, spec: { size: 1 } };
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const CHANGES: WatchAnswer = {
  events: [
    { type: 'ADDED', object: WIDGET },
    { type: 'DELETED', object: WIDGET },
  ],
  resourceVersion: '8',
};

async function watch(path: string, { answer = CHANGES, accept }: { answer?: WatchAnswer; accept?: string } = {}) {
  const asked: { readonly verb: string; readonly options: WatchOptions }[] = [];
  const questions: string[] = [];
  const handlers: ResourceHandlers = {
    watch: async ({ info: { verb } }, options) => (asked.push({ verb, options }), answer),
    table: {
      columns: [{ name: 'Name', type: 'string', description: 'Name' }],
      cells: ({ metadata }) => [metadata?.name ?? ''],
    },
  };
  const api = createApi({
    entries: ENTRIES.map((entry) =>
      entry.resource === 'widgets' && entry.subresource === undefined ? { ...entry, verbs: ['watch'] } : entry,
    ),
    resources: new Map([['example.io/v1/widgets', handlers]]),
    authorizer: { authorize: async (_, { verb }) => (questions.push(verb), { allowed: true, reason: '' }) },
    clock: () => 0,
    mapError: () => null,
    onError: () => undefined,
  });
  const [pathname = '', query = ''] = path.split('?');
  const headers: Record<string, string> = accept === undefined ? {} : { accept };
  const request = { method: 'GET', path: pathname, query: new URLSearchParams(query), headers, body: null, requestId: 'r-1' };
  const response = await api({ ...request, identity: { user: 'alice', groups: [] } });
  const lines = typeof response.body === 'string' ? response.body.split('\n').filter((line) => line !== '') : [];
  return { response, asked, questions, events: lines.map((line) => JSON.parse(line) as { type: string; object: Record<string, unknown> }) };
}

const NAMESPACE = '/apis/example.io/v1/namespaces/ns';

describe('a watch', () => {
  it('is authorised as such and answers one event a line', async () => {
    const { response, questions, events } = await watch(`${NAMESPACE}/widgets?watch=true`);
    expect(response).toMatchObject({ code: 200, headers: { 'content-type': 'application/json' } });
    expect(questions).toEqual(['watch']);
    expect(events).toEqual([
      { type: 'ADDED', object: WIDGET },
      { type: 'DELETED', object: WIDGET },
    ]);
  });

  it('is asked for by the old path, too, and of one object', async () => {
    const { asked } = await watch(`/apis/example.io/v1/watch/namespaces/ns/widgets/x`);
    expect(asked).toMatchObject([
      { verb: 'watch', options: { fieldRequirements: [{ field: 'metadata.name', operator: '=', value: 'x' }] } },
    ]);
    expect((await watch('/apis/example.io/v1/watch/widgets')).asked).toMatchObject([{ options: { fieldRequirements: [] } }]);
  });

  it('without anything to tell is empty, or a bookmark for those who want one', async () => {
    const answer = { events: [], resourceVersion: '8' };
    expect((await watch(`${NAMESPACE}/widgets?watch=1`, { answer })).response).toMatchObject({ code: 200, body: '' });
    expect((await watch(`${NAMESPACE}/widgets?watch=1&allowWatchBookmarks=true`, { answer })).events).toEqual([
      {
        type: 'BOOKMARK',
        object: { kind: 'Widget', apiVersion: 'example.io/v1', metadata: { resourceVersion: '8', creationTimestamp: null } },
      },
    ]);
  });

  it('answers tables, whose columns come once', async () => {
    const { events } = await watch(`${NAMESPACE}/widgets?watch=1&allowWatchBookmarks=true&includeObject=None`, { accept: TABLE });
    expect(events).toEqual([
      {
        type: 'ADDED',
        object: expect.objectContaining({ kind: 'Table', columnDefinitions: [expect.objectContaining({ name: 'Name' })] }) as object,
      },
      {
        type: 'DELETED',
        object: expect.objectContaining({
          columnDefinitions: null,
          metadata: { resourceVersion: '7' },
          rows: [{ cells: ['x'], object: null }],
        }) as object,
      },
      { type: 'BOOKMARK', object: expect.objectContaining({ kind: 'Table', metadata: { resourceVersion: '8' }, rows: [] }) as object },
    ]);
  });

  it.each(['PartialObjectMetadata', 'PartialObjectMetadataList'])('answers metadata only as %s', async (as) => {
    const { events } = await watch(`${NAMESPACE}/widgets?watch=1&allowWatchBookmarks=true`, {
      accept: `application/json;as=${as};v=v1;g=meta.k8s.io`,
    });
    expect(events.map(({ object }) => object)).toEqual([
      { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: WIDGET.metadata },
      { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: WIDGET.metadata },
      { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '8', creationTimestamp: null } },
    ]);
  });

  it('that failed ends with the Status, in any form', async () => {
    const answer: WatchAnswer = { events: [{ type: 'ERROR', object: expired('too old') }], resourceVersion: '8' };
    const { events } = await watch(`${NAMESPACE}/widgets?watch=1&allowWatchBookmarks=true`, { answer, accept: TABLE });
    expect(events).toEqual([{ type: 'ERROR', object: expired('too old') }]);
  });
});
