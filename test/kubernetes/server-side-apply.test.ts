/** Server-side apply through the pipeline, on a kind in memory. */
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../functions/kubernetes/api-error.ts';
import type { ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import type { AccessQuestion } from '../../functions/kubernetes/pipeline.ts';
import { alreadyExists, notFound } from '../../functions/kubernetes/status.ts';
import type { KubernetesObject } from '../../functions/kubernetes/types.ts';
import { createToyApi, jsonBody, WIDGETS } from './toy-resource.ts';
import { WIDGET as SCHEMA } from './widget-schema.ts';

const APPLY = { 'content-type': 'application/apply-patch+yaml; charset=utf-8' };
const WIDGET = { apiVersion: 'example.io/v1', kind: 'Widget', metadata: { name: 'a', creationTimestamp: null }, size: 1 };

/** Widgets with a schema, in a map. `races`: creations somebody else is faster with. */
function widgets(stored: Map<string, KubernetesObject>, races: number): ResourceHandlers {
  let left = races;
  return {
    schema: { ...SCHEMA, ownable: ['size', 'parts'] },
    async create(_context, widget) {
      const name = widget.metadata?.name ?? '';
      if (left-- > 0) {
        stored.set(name, { ...widget, metadata: { name, namespace: 'ns', uid: 'theirs' } });
        throw new ApiError(alreadyExists('example.io', 'widgets', name));
      }
      stored.set(name, { ...widget, metadata: { ...widget.metadata, uid: 'u' } });
      return stored.get(name) ?? widget;
    },
    async update(_context, name, next) {
      const current = stored.get(name);
      if (current === undefined) throw new ApiError(notFound('example.io', 'widgets', name));
      stored.set(name, next(current));
      return { object: stored.get(name) ?? current, created: false };
    },
  };
}

function setUp(may: (question: AccessQuestion) => boolean = () => true, races = 0) {
  const asked: string[] = [];
  const stored = new Map<string, KubernetesObject>();
  const authorizer = {
    async authorize(_identity: unknown, question: AccessQuestion) {
      asked.push(question.verb);
      return { allowed: may(question), reason: 'no' };
    },
  };
  const toy = createToyApi({ authorizer, resources: new Map([['example.io/v1/widgets', widgets(stored, races)]]) });
  const apply = (body: unknown, query = 'fieldManager=flux') =>
    toy.api({
      method: 'PATCH',
      url: `${WIDGETS}/a?${query}`,
      headers: APPLY,
      body: body instanceof Uint8Array ? body : jsonBody(body),
    });
  return { apply, asked, stored };
}

describe('apply', () => {
  it('creates what is not there, if who asks may create', async () => {
    const { apply, asked, stored } = setUp();
    expect(await apply(WIDGET)).toMatchObject({ code: 201, body: { size: 1, metadata: { managedFields: [{ manager: 'flux' }] } } });
    expect(asked).toEqual(['patch', 'create']);
    expect(stored.get('a')?.metadata).not.toHaveProperty('creationTimestamp');
    expect((await apply(WIDGET)).code).toBe(200);
    expect(asked).toEqual(['patch', 'create', 'patch']);
    const { apply: refused } = setUp(({ verb }) => verb !== 'create');
    expect((await refused(WIDGET)).code).toBe(403);
  });

  it('changes what somebody else was faster to create', async () => {
    const { apply } = setUp(() => true, 1);
    expect(await apply({ ...WIDGET, parts: [{ name: 'p' }] })).toMatchObject({ code: 200, body: { metadata: { uid: 'theirs' } } });
  });

  it('takes YAML within limits', async () => {
    const { apply } = setUp();
    const yaml = 'apiVersion: example.io/v1\nkind: Widget\nmetadata:\n  name: a\nsize: 1\n';
    expect((await apply(Buffer.from(yaml))).code).toBe(201);
    expect(await apply(Buffer.from(`${yaml}parts: [`))).toMatchObject({
      code: 400,
      body: { message: expect.stringContaining('error decoding YAML: yaml: ') as string },
    });
    expect((await apply(Buffer.from(`${yaml}# ${'x'.repeat(300_000)}`))).code).toBe(413);
  });

  it.each([
    ['', {}],
    ['Warn', { warning: '299 - "the key at character 67 is already set in its map"' }],
  ])('warns of members named twice with fieldValidation=%s', async (directive, headers) => {
    const { apply } = setUp();
    const yaml = 'apiVersion: example.io/v1\nkind: Widget\nmetadata: {name: a}\nsize: 1\nsize: 2\n';
    const answer = await apply(Buffer.from(yaml), `fieldManager=flux&fieldValidation=${directive || 'Ignore'}`);
    expect(answer).toMatchObject({ code: 201, body: { size: 2 }, headers });
  });

  it('reads force as Kubernetes does', async () => {
    const { apply } = setUp();
    await apply(WIDGET, 'fieldManager=flux');
    const other = { ...WIDGET, size: 2 };
    const codes = await Promise.all(
      ['', '&force=false', '&force=0'].map(async (force) => (await apply(other, `fieldManager=argo${force}`)).code),
    );
    expect(codes).toEqual([409, 409, 409]);
    expect((await apply(other, 'fieldManager=argo&force')).code).toBe(200);
  });
});
