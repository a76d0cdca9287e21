import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReview } from '../../functions/admission/admission-review.ts';
import { namedImages } from '../../functions/admission/container-images.ts';
import { podAt, review, type ReviewOptions, workload, WORKLOADS } from './reviews.ts';

const ASKS = { 'alpha.image.policy.openshift.io/resolve-names': '*' };

const read = (object: object | null, options?: ReviewOptions) =>
  namedImages(readReview(Buffer.from(JSON.stringify(review(object, options))), 'application/json'));
const namesOf = (object: object | null, options?: ReviewOptions) => read(object, options).images.map(({ container }) => container);

describe.each(WORKLOADS)('images of %s', (resource) => {
  it('are those of containers and init containers, where they are', () => {
    const object = workload(resource, { web: 'python:3.5', log: 'fluentd' }, { init: { setup: 'busybox' } });
    expect(read(object, { resource })).toEqual({
      asksForNames: false,
      images: [
        { path: `${podAt(resource)}/spec/initContainers/0/image`, container: 'setup', image: 'busybox' },
        { path: `${podAt(resource)}/spec/containers/0/image`, container: 'web', image: 'python:3.5' },
        { path: `${podAt(resource)}/spec/containers/1/image`, container: 'log', image: 'fluentd' },
      ],
    });
  });

  it('are looked at on an update only where they changed', () => {
    const oldObject = workload(resource, { web: 'python:3.5', log: 'fluentd' }, { init: { setup: 'busybox' } });
    const object = workload(resource, { added: 'x', log: 'fluentd', web: 'python:3.6' }, { init: { setup: 'busybox' } });
    const changed = resource === 'jobs' ? [] : ['added', 'web'];
    expect(namesOf(object, { resource, operation: 'UPDATE', oldObject })).toEqual(changed);
    expect(namesOf(oldObject, { resource, operation: 'UPDATE', oldObject })).toEqual([]);
  });

  it('are those of its controller, if it has one', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', blockOwnerDeletion: true };
    const owned = (controller?: boolean) =>
      workload(resource, { web: 'python:3.5' }, { ownerReferences: [{ ...owner, ...(controller !== undefined && { controller }) }] });
    expect(namesOf(owned(true), { resource })).toEqual([]);
    expect(namesOf(owned(true), { resource, operation: 'UPDATE', oldObject: workload(resource, {}) })).toEqual([]);
    for (const controller of [false, undefined]) expect(namesOf(owned(controller), { resource })).toEqual(['web']);
  });

  it.each(['annotations', 'podAnnotations'] as const)('are asked for by %s', (where) => {
    if (resource === 'pods' && where === 'podAnnotations') return;
    const object = workload(resource, { web: 'python:3.5' }, { [where]: ASKS });
    expect(read(object, { resource }).asksForNames).toBe(true);
    const oldObject = workload(resource, { web: 'python:3.5' });
    const all = resource === 'jobs' ? [] : ['web'];
    expect(namesOf(object, { resource, operation: 'UPDATE', oldObject })).toEqual(all);
    expect(namesOf(object, { resource, operation: 'UPDATE', oldObject: object })).toEqual([]);
    expect(namesOf(oldObject, { resource, operation: 'UPDATE', oldObject: object })).toEqual([]);
  });
});

describe('images of ephemeral containers', () => {
  const oldObject = workload('pods', { web: 'x' }, { ephemeral: { first: 'busybox' } });
  const object = workload('pods', { web: 'y' }, { ephemeral: { first: 'busybox', debug: 'tools' } });

  it('are looked at where they are added', () => {
    const options = { subResource: 'ephemeralcontainers', operation: 'UPDATE', oldObject };
    const images = [{ path: '/spec/ephemeralContainers/1/image', container: 'debug', image: 'tools' }];
    expect(read(object, options).images).toEqual(images);
    // Whoever made the pod, somebody else debugs it.
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }];
    expect(read({ ...object, metadata: { ownerReferences } }, options).images).toEqual(images);
  });
});

describe('no images', () => {
  const pod = workload('pods', { web: 'python:3.5' });
  it.each<[string, object | null, ReviewOptions]>([
    ['of another kind', pod, { resource: 'things' }],
    ['of another subresource', pod, { subResource: 'status', operation: 'UPDATE' }],
    ['of a scale', { spec: { replicas: 1 } }, { resource: 'deployments', subResource: 'scale', operation: 'UPDATE' }],
    ['of a deletion', null, { operation: 'DELETE', oldObject: pod }],
    ['of a connection', pod, { operation: 'CONNECT' }],
    ['of no object', null, {}],
    ['of a workload without a template', { spec: {} }, { resource: 'replicationcontrollers' }],
    ['of containers that are none', { spec: { containers: [null, 1, 'x', [], {}, { image: 5 }, { image: '' }] } }, {}],
    ['of lists that are none', { spec: { containers: { image: 'x' }, initContainers: 'x' } }, {}],
  ])('%s', (_, object, options) => {
    expect(namesOf(object, options)).toEqual([]);
  });

  it('make anything throw', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), fc.constantFrom(...WORKLOADS), (object, oldObject, resource) => {
        expect(() => read({ spec: object }, { resource, operation: 'UPDATE', oldObject: { spec: oldObject } })).not.toThrow();
      }),
    );
  });
});
