import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Application, type Applied, applyFields, recordUpdate } from '../../functions/kubernetes/field-ownership.ts';
import { pathKey } from '../../functions/kubernetes/field-set.ts';
import { encodeManagers, type FieldManager } from '../../functions/kubernetes/managed-fields.ts';
import { IMAGE_STREAM } from '../../functions/resources/imagestreams/schema.ts';

type Json = Readonly<Record<string, unknown>>;

interface Held {
  readonly object: Json;
  readonly managers: readonly FieldManager[];
}

const SOURCE_OF_A = pathKey(['f:spec', 'f:tags', 'k:{"name":"a"}', 'f:from']);
const NOTHING: Held = { object: {}, managers: [] };

function writer(manager: string, time = '1') {
  return { manager, apiVersion: 'image.openshift.io/v1', subresource: '', time };
}

interface Options extends Partial<Pick<Application, 'force' | 'complete' | 'yielded'>> {
  readonly time?: string;
}

function tryApply({ object, managers }: Held, manager: string, applied: Json, options: Options = {}): Applied {
  const { force = false, time, complete = (merged) => merged, yielded } = options;
  const call = { live: object, managers, applied, schema: IMAGE_STREAM, writer: writer(manager, time), force, complete };
  return applyFields(yielded === undefined ? call : { ...call, yielded });
}

function apply(...call: Parameters<typeof tryApply>): Held {
  const result = tryApply(...call);
  if (!result.ok) throw new Error(`conflict: ${JSON.stringify(result.conflicts)}`);
  return result;
}

function update({ object, managers }: Held, manager: string, after: Json): Held {
  return { object: after, managers: recordUpdate(object, after, managers, { schema: IMAGE_STREAM, writer: writer(manager) }) };
}

function tag(name: string, from = 'r/x:1', more: Json = {}): Json {
  return { name, from: { kind: 'DockerImage', name: from }, ...more };
}

function stream(tags: readonly Json[], labels: Readonly<Record<string, string>> = {}): Json {
  return { metadata: { name: 'app', ...(Object.keys(labels).length === 0 ? {} : { labels }) }, spec: { tags } };
}

function owners({ managers }: Held): readonly string[] {
  return managers.map(({ manager, operation }) => `${manager} ${operation}`);
}

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd/e', '__proto__'), { maxLength: 4 });
const streams = fc.tuple(names, names, fc.constantFrom('r/x:1', 'r/x:2')).map(([tags, labels, from]) =>
  stream(
    tags.map((name) => tag(name, from)),
    Object.fromEntries(labels.map((name) => [name, from])),
  ),
);

describe('applying', () => {
  it('creates, and changes nothing the second time, however late', () => {
    fc.assert(
      fc.property(streams, streams, (first, second) => {
        const once = apply(update(NOTHING, 'oc', first), 'flux', second, { force: true });
        expect(apply(once, 'flux', second, { time: '2' })).toEqual({ ok: true, object: once.object, managers: once.managers });
      }),
    );
  });

  it('never conflicts over different tags, and leaves those of others', () => {
    fc.assert(
      fc.property(names, streams, streams, (mine, one, other) => {
        const ofMine = (object: Json, isMine: boolean) => {
          const { tags } = object['spec'] as { readonly tags: readonly { readonly name: string }[] };
          return stream(tags.filter(({ name }) => new Set<string>(mine).has(name) === isMine));
        };
        const both = apply(apply(NOTHING, 'flux', ofMine(one, true)), 'argo', ofMine(other, false));
        const again = apply(both, 'flux', stream([]));
        const left = (again.object['spec'] as { readonly tags?: readonly Json[] } | undefined)?.tags ?? [];
        expect(left).toEqual((ofMine(other, false)['spec'] as { readonly tags: readonly Json[] }).tags);
      }),
    );
  });

  it('takes out what its manager no longer applies', () => {
    const both = apply(NOTHING, 'flux', stream([tag('a'), tag('b', 'r/x:1', { reference: true })], { x: '1', y: '2' }));
    const one = apply(both, 'flux', stream([tag('b')], { y: '2' }));
    expect(one.object).toEqual(stream([tag('b')], { y: '2' }));
  });

  it('leaves what another manager owns, too', () => {
    const shared = apply(apply(NOTHING, 'flux', stream([tag('a')])), 'argo', stream([tag('a')]));
    expect(owners(shared)).toEqual(['flux Apply', 'argo Apply']);
    const one = apply(shared, 'flux', stream([]));
    expect(one.object).toEqual(stream([tag('a')]));
    expect(owners(one)).toEqual(['argo Apply']);
  });

  it('keeps an element that holds a field of somebody else', () => {
    const held = apply(NOTHING, 'flux', stream([tag('a')]));
    const noted = update(held, 'oc', stream([tag('a', 'r/x:1', { annotations: { note: 'n' } })]));
    expect(apply(noted, 'flux', stream([])).object).toEqual(stream([{ name: 'a', annotations: { note: 'n' } }]));
  });

  it('is refused where it would change the field of another, and told each such field', () => {
    const held = apply(NOTHING, 'flux', stream([tag('a')], { 'example.com/x': '1' }));
    const refused = tryApply(held, 'argo', stream([tag('a', 'r/x:2')], { 'example.com/x': '2' }));
    const fields = ['.spec.tags[name="a"].from', '.metadata.labels.example.com/x'];
    expect(refused.ok ? [] : refused.conflicts.map(({ field }) => field).sort()).toEqual(fields.sort());
    expect(refused.ok ? [] : new Set(refused.conflicts.map(({ manager }) => manager.manager))).toEqual(new Set(['flux']));
  });

  it('takes by force', () => {
    const held = apply(NOTHING, 'flux', stream([tag('a')]));
    const taken = apply(held, 'argo', stream([tag('a', 'r/x:2')]), { force: true });
    expect(taken.object).toEqual(stream([tag('a', 'r/x:2')]));
    expect(encodeManagers(taken.managers.filter(({ manager }) => manager === 'flux'))[0]?.['fieldsV1']).toEqual({
      'f:spec': { 'f:tags': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } },
    });
    expect(tryApply(taken, 'flux', stream([tag('a')]))).toMatchObject({ ok: false });
  });

  it('meets what was there before anybody was recorded', () => {
    const old = { object: stream([tag('a')]), managers: [] };
    expect(owners(apply(old, 'flux', stream([tag('a'), tag('b')])))).toEqual(['before-first-apply Update', 'flux Apply']);
    expect(tryApply(old, 'flux', stream([tag('a', 'r/x:2')]))).toMatchObject({
      ok: false,
      conflicts: [{ manager: { manager: 'before-first-apply' } }],
    });
  });

  it('owns nothing the server leaves out, and does not conflict over it', () => {
    const complete = () => stream([tag('a')]);
    const applied = stream([tag('a', 'r/x:1', { reference: false })]);
    const held = apply(NOTHING, 'flux', applied, { complete });
    expect(apply(held, 'flux', applied, { complete, time: '2' })).toMatchObject(held);
    expect(tryApply(held, 'argo', applied, { complete })).toMatchObject({ ok: true });
  });

  it('takes what is yielded, and tells the rest', () => {
    const held = update(NOTHING, 'oc', stream([tag('a'), tag('b')]));
    const wanted = stream([tag('a', 'r/x:2'), tag('b', 'r/x:2')]);
    expect(tryApply(held, 'kubectl', wanted, { yielded: new Set([SOURCE_OF_A]) })).toMatchObject({
      ok: false,
      conflicts: [{ field: '.spec.tags[name="b"].from' }],
    });
    expect(tryApply(held, 'kubectl', stream([tag('a', 'r/x:2'), tag('b')]), { yielded: new Set([SOURCE_OF_A]) })).toMatchObject({
      ok: true,
    });
  });

  it('of different fields comes to the same in either order', () => {
    fc.assert(
      fc.property(names, streams, (mine, all) => {
        const { tags } = all['spec'] as { readonly tags: readonly { readonly name: string }[] };
        const [one, other] = [true, false].map((isMine) => stream(tags.filter(({ name }) => new Set<string>(mine).has(name) === isMine)));
        const first = apply(apply(NOTHING, 'flux', one ?? {}), 'argo', other ?? {});
        const second = apply(apply(NOTHING, 'argo', other ?? {}), 'flux', one ?? {});
        expect(encodeManagers(first.managers)).toEqual(encodeManagers(second.managers));
        const tagsOf = ({ object }: Held) => new Set((object['spec'] as { readonly tags?: readonly Json[] } | undefined)?.tags ?? []);
        expect(tagsOf(first)).toEqual(tagsOf(second));
      }),
    );
  });

  it('leaves the stored object and the applied one as they were', () => {
    fc.assert(
      fc.property(streams, streams, (first, second) => {
        const text = JSON.stringify([first, second]);
        const held = apply(NOTHING, 'flux', first);
        apply(held, 'flux', second);
        expect(JSON.stringify([first, second])).toBe(text);
      }),
    );
  });
});

describe('another write', () => {
  it('owns what it sets and takes what it changes', () => {
    const held = apply(NOTHING, 'flux', stream([tag('a')]));
    const edited = update(held, 'oc', stream([tag('a', 'r/x:2'), tag('b')]));
    expect(owners(edited)).toEqual(['flux Apply', 'oc Update']);
    expect(edited.managers.map(({ fields }) => fields.has(SOURCE_OF_A))).toEqual([false, true]);
    expect(tryApply(edited, 'flux', stream([tag('a')]))).toMatchObject({
      ok: false,
      conflicts: [{ manager: { manager: 'oc', operation: 'Update' }, field: '.spec.tags[name="a"].from' }],
    });
  });

  it('takes nobody along that owned only what it removed', () => {
    const held = apply(apply(NOTHING, 'flux', stream([tag('a')])), 'argo', stream([tag('b')]));
    expect(owners(update(held, 'oc', stream([tag('a')])))).toEqual(['flux Apply']);
  });

  it('that changes nothing changes no managers', () => {
    fc.assert(
      fc.property(streams, (object) => {
        const held = update(NOTHING, 'oc', object);
        expect(update(held, 'kubectl', object).managers).toEqual(held.managers);
      }),
    );
  });

  it('is nobody’s on an object nobody was recorded on', () => {
    const old = { object: stream([tag('a')]), managers: [] };
    expect(update(old, 'oc', stream([tag('b')])).managers).toEqual([]);
  });

  it('is remembered by name for the last ten who wrote, and as one for those before', () => {
    let held = update(NOTHING, 'first', stream([], { first: '1' }));
    for (let number = 0; number < 14; number++) {
      const labels = { ...(held.object['metadata'] as { readonly labels: Json }).labels, [`l${number}`]: '1' } as Record<string, string>;
      held = update(held, `writer-${number}`, stream([], labels));
    }
    expect(held.managers).toHaveLength(10);
    const ancient = held.managers.find(({ manager }) => manager === 'ancient-changes');
    expect(ancient?.fields.size).toBe(7);
    expect(new Set(held.managers.flatMap(({ fields }) => [...fields])).size).toBe(16);
  });
});
