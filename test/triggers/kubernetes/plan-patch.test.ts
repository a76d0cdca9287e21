import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planPatch } from '../../../functions/triggers/kubernetes/plan-patch.ts';
import type { WantedImage } from '../../../functions/triggers/kubernetes/wanted-images.ts';
import { type WorkloadKind, WORKLOADS } from '../../../functions/triggers/kubernetes/workloads.ts';
import type { JsonObject } from '../../../functions/image/tolerant-reader.ts';
import { applyStrategicMergePatch } from '../../../functions/kubernetes/strategic-merge-patch.ts';
import { SERVED_KINDS } from '../../support/kubernetes-api/kinds.ts';
import { workload } from '../../support/kubernetes-api/server.ts';
import { imagesOf } from '../targets/kubernetes/kubernetes-target.ts';

const [DEPLOYMENT] = WORKLOADS as readonly [WorkloadKind];
const deployment = (podSpec: object) => workload('Deployment', 'web', podSpec, { resourceVersion: '7' }) as unknown as JsonObject;
const plan = (podSpec: object, wanted: readonly WantedImage[], pullSecret?: string) =>
  planPatch(deployment(podSpec), DEPLOYMENT, wanted, pullSecret);
const web = { name: 'web', image: 'old' };

describe('the patch of a workload', () => {
  it('adds a pull secret once, besides those there are', () => {
    const wanted = [{ container: { name: 'web' }, image: 'old' }];
    const podSpec = { containers: [web], imagePullSecrets: [{ name: 'theirs' }] };
    expect(plan(podSpec, wanted, 'ours')).toEqual({
      kind: 'patch',
      patch: {
        metadata: { resourceVersion: '7' },
        spec: {
          template: {
            spec: { imagePullSecrets: [{ name: 'ours' }], '$setElementOrder/imagePullSecrets': [{ name: 'theirs' }, { name: 'ours' }] },
          },
        },
      },
    });
    expect(plan({ ...podSpec, imagePullSecrets: [{ name: 'theirs' }, { name: 'ours' }] }, wanted, 'ours')).toEqual({ kind: 'current' });
  });

  it('takes one image for a container that is named twice', () => {
    const wanted = [
      { container: { name: 'web' }, image: 'new' },
      { container: { list: 'containers', index: 0 }, image: 'new' },
    ] as const;
    expect(plan({ containers: [web] }, wanted)).toMatchObject({
      patch: { spec: { template: { spec: { containers: [{ name: 'web', image: 'new' }] } } } },
    });
  });

  it.each([
    [{ containers: [{ image: 'old' }] }, { list: 'containers', index: 0 }],
    [{ containers: [web] }, { list: 'containers', index: 1 }],
    [{ containers: [web] }, { list: 'initContainers', index: 0 }],
    [{ containers: 'web' }, { name: 'web' }],
    [{ ephemeralContainers: [web] }, { name: 'web' }],
  ] as const)('of %o has no place for %o', (podSpec, container) => {
    expect(plan(podSpec, [{ container, image: 'new' }])).toMatchObject({ kind: 'misfit', reason: 'UnknownContainer' });
  });

  it.each([{}, { spec: null }, { spec: { template: [] } }, { spec: { template: { spec: 'x' } } }])('needs pods: %o', (object) => {
    expect(planPatch(object, DEPLOYMENT, [])).toMatchObject({ kind: 'misfit', reason: 'NotAWorkload' });
  });

  it('does what is wanted, once, and nothing else', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const image = fc.constantFrom('x:1', 'y:1', 'z:1');
    const names = fc.uniqueArray(name, { minLength: 1 });
    fc.assert(
      fc.property(
        fc.constantFrom(...WORKLOADS),
        names,
        fc.nat(),
        fc.dictionary(name, image),
        fc.array(image, { minLength: 6 }),
        (kind, all, cut, wishes, had) => {
          const containers = all.map((each, index) => ({ name: each, image: had[index], env: [{ name: 'A' }] }));
          const split = cut % containers.length;
          const podSpec = { initContainers: containers.slice(0, split), containers: containers.slice(split) };
          const object = workload(kind.kind, 'web', podSpec, { resourceVersion: '7' }) as unknown as JsonObject;
          const wanted = Object.entries(wishes).filter(([each]) => new Set<string>(all).has(each));
          const planned = planPatch(
            object,
            kind,
            wanted.map(([each, value]) => ({ container: { name: each }, image: value })),
          );
          const before = imagesOf(object);
          const isCurrent = wanted.every(([each, value]) => before[each] === value);
          expect(planned.kind).toBe(isCurrent ? 'current' : 'patch');
          if (planned.kind !== 'patch') return;
          const schema = SERVED_KINDS.find((served) => served.kind === kind.kind)?.schema;
          const after = applyStrategicMergePatch(object, planned.patch, schema);
          expect(imagesOf(after)).toEqual({ ...before, ...Object.fromEntries(wanted) });
          const strip = (value: unknown): unknown =>
            JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'image' ? undefined : inner)));
          expect(strip(after)).toEqual(strip(object));
        },
      ),
    );
  });
});
