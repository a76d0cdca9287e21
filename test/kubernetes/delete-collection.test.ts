import { describe, expect, it } from 'vitest';
import { ApiError } from '../../functions/kubernetes/api-error.ts';
import type { ListOptions, ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { createApi } from '../../functions/kubernetes/pipeline.ts';
import { conflict, notFound, success } from '../../functions/kubernetes/status.ts';
import { ENTRIES, jsonBody, WIDGETS } from './toy-resource.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

interface Setup {
  readonly count?: number;
  readonly annotation?: string;
  readonly fail?: (name: string) => void;
}

function createWidgets({ count = 3, annotation = '', fail = () => undefined }: Setup = {}) {
  const names = Array.from({ length: count }, (_, index) => `w${String(index).padStart(4, '0')}`);
  const stored = new Map(
    names.map((name, index) => [name, { metadata: { name, labels: { odd: String(index % 2) }, annotations: { annotation } } }]),
  );
  const deletes: { readonly name: string; readonly dryRun: boolean; readonly options: object }[] = [];
  const handlers: ResourceHandlers = {
    async list(_, { matchesLabels, limit, continue: after }: ListOptions) {
      const matching = [...stored.values()].filter(({ metadata }) => matchesLabels(metadata.labels) && metadata.name > (after ?? ''));
      const items = matching.slice(0, limit);
      const goesOn = items.length < matching.length;
      return {
        kind: 'WidgetList',
        apiVersion: 'example.io/v1',
        metadata: { resourceVersion: '9', ...(goesOn ? { continue: items.at(-1)?.metadata.name } : {}) },
        items,
      };
    },
    async delete({ dryRun }, name, options) {
      deletes.push({ name, dryRun, options });
      fail(name);
      if (!dryRun) stored.delete(name);
      return success();
    },
  };
  const api = createApi({
    entries: ENTRIES.map((entry) => ({ ...entry, verbs: [...entry.verbs, 'deletecollection'] })),
    resources: new Map([['example.io/v1/widgets', handlers]]),
    authorizer: EVERYBODY_MAY,
    clock: () => 0,
    mapError: () => null,
    onError: () => undefined,
  });
  const remove = (query = '', body?: unknown, path = WIDGETS) =>
    api({
      method: 'DELETE',
      path,
      query: new URLSearchParams(query),
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : jsonBody(body),
      identity: { user: 'alice', groups: [] },
      requestId: 'r-1',
    });
  return { remove, stored, deletes };
}

function namesOf(body: unknown): string[] {
  return (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata: { name } }) => name);
}

describe('deletecollection', () => {
  it('deletes what the selectors match, whatever the limit, and answers it', async () => {
    const { remove, stored } = createWidgets();
    const { code, body } = await remove('labelSelector=odd%3D0&limit=1');
    expect(code).toBe(200);
    expect(body).toMatchObject({ kind: 'WidgetList', metadata: { resourceVersion: '9' } });
    expect(namesOf(body)).toEqual(['w0000', 'w0002']);
    expect([...stored.keys()]).toEqual(['w0001']);
  });

  it('goes through all pages', async () => {
    const { remove, stored } = createWidgets({ count: 1_201 });
    const { body } = await remove();
    expect(namesOf(body)).toHaveLength(1_201);
    expect((body as { metadata: object }).metadata).toEqual({ resourceVersion: '9' });
    expect(stored.size).toBe(0);
  });

  it('hands on dryRun and preconditions', async () => {
    const { remove, stored, deletes } = createWidgets({ count: 1 });
    await remove('', { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'], preconditions: { uid: 'u' } });
    expect(deletes).toEqual([{ name: 'w0000', dryRun: true, options: { uid: 'u' } }]);
    expect(stored.size).toBe(1);
  });

  it('passes over what is gone already', async () => {
    const fail = (name: string) => {
      if (name === 'w0001') throw new ApiError(notFound('example.io', 'widgets', name));
    };
    expect(namesOf((await createWidgets({ fail }).remove()).body)).toEqual(['w0000', 'w0002']);
  });

  it('fails with the first failure', async () => {
    const fail = (name: string) => {
      throw new ApiError(conflict('example.io', 'widgets', name, 'it changed'));
    };
    expect(await createWidgets({ fail }).remove()).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
  });

  it('answers a Status when the objects would not fit', async () => {
    const { remove, stored } = createWidgets({ count: 50, annotation: 'x'.repeat(100_000) });
    expect((await remove()).body).toEqual({ ...success(), details: { group: 'example.io', kind: 'widgets' } });
    expect(stored.size).toBe(0);
  });

  it('does not go across namespaces', async () => {
    expect(await createWidgets().remove('', undefined, '/apis/example.io/v1/widgets')).toMatchObject({ code: 405 });
  });
});
