import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workloadKind } from '../../../../functions/triggers/kubernetes/workloads.ts';
import { type KubernetesApi, startKubernetesApi } from '../../../support/kubernetes-api/server.ts';
import { deliveredImage } from '../aws/aws-delivery.ts';
import { annotated, imagesOf, KINDS, NEW, OLD, oldWorkload, setUp } from './kubernetes-target.ts';

let cluster: KubernetesApi;
beforeAll(async () => {
  cluster = await startKubernetesApi();
});
afterAll(() => cluster.close());
beforeEach(() => cluster.reset());

const TARGET = { annotated: { namespace: 'shop' } };
const pathOf = (kind: string, name = 'web') => `${workloadKind(kind)?.podSpec.join('.') ?? ''}.containers[?(@.name=="${name}")].image`;
const entry = (kind = 'Deployment', over: object = {}) => ({
  from: { kind: 'ImageStreamTag', name: 'web:latest' },
  fieldPath: pathOf(kind),
  ...over,
});
const put = (name: string, entries: unknown, kind = 'Deployment', labels = {}) =>
  cluster.put(oldWorkload(kind, name, { ...annotated(entries), labels }));
const deliver = (spec: object = TARGET, images = [deliveredImage()]) => setUp(cluster).deliver(spec, images);
const webOf = (name: string, kind = 'Deployment') => imagesOf(cluster.read(kind, name))['web'];
const patched = () => cluster.requests.filter(({ method }) => method === 'PATCH').map(({ path }) => path.split('/').at(-1));

describe('objects that say by their annotation what they follow', () => {
  it('are brought to the newest image, of all kinds, once', async () => {
    for (const kind of KINDS) put('web', [entry(kind)], kind);
    put('api', [entry('Deployment', { fieldPath: 'spec.template.spec.initContainers[0].image' })]);
    cluster.put(oldWorkload('Deployment', 'other'));
    expect(await deliver()).toEqual({
      kind: 'delivered',
      details: { patched: 'CronJob/web, DaemonSet/web, Deployment/api, Deployment/web, StatefulSet/web', unchanged: '' },
    });
    for (const kind of KINDS) expect(webOf('web', kind)).toBe(NEW);
    expect(imagesOf(cluster.read('Deployment', 'api'))).toEqual({ migrate: NEW, proxy: 'proxy:1', web: OLD });
    expect(imagesOf(cluster.read('Deployment', 'other'))).toMatchObject({ web: OLD });
    expect(await deliver()).toMatchObject({ details: { patched: '', unchanged: expect.stringContaining('CronJob/web') } });
    expect(patched()).toHaveLength(5);
  });

  it('keep their annotation as it is', async () => {
    const { metadata } = put('web', [entry()]);
    await deliver();
    expect(cluster.read('Deployment', 'web')?.metadata.annotations).toEqual(metadata.annotations);
  });

  it('follow tags of the namespace of the trigger, unless they name another', async () => {
    const from = { kind: 'ImageStreamTag', name: 'web:latest' };
    put('here', [entry('Deployment', { from: { ...from, namespace: 'shop' } })]);
    put('there', [entry('Deployment', { from: { ...from, namespace: 'platform' } })]);
    await deliver(TARGET, [deliveredImage({ dockerImageReference: 'a' })]);
    expect([webOf('here'), webOf('there')]).toEqual(['a', OLD]);
    await deliver(TARGET, [deliveredImage({ namespace: 'platform', dockerImageReference: 'b' })]);
    expect([webOf('here'), webOf('there')]).toEqual(['a', 'b']);
  });

  it('get several images in one patch', async () => {
    const api = entry('Deployment', { from: { kind: 'ImageStreamTag', name: 'proxy:1' }, fieldPath: pathOf('Deployment', 'proxy') });
    put('web', [entry(), api]);
    await deliver(TARGET, [deliveredImage(), deliveredImage({ stream: 'proxy', tag: '1', dockerImageReference: 'p' })]);
    expect(imagesOf(cluster.read('Deployment', 'web'))).toEqual({ migrate: OLD, proxy: 'p', web: NEW });
    expect(patched()).toEqual(['web']);
  });

  it('are left alone while paused or on their way out', async () => {
    put('paused', [entry('Deployment', { paused: true })]);
    cluster.put(oldWorkload('Deployment', 'leaving', { ...annotated([entry()]), deletionTimestamp: '2026-08-01T10:00:00Z' }));
    expect(await deliver()).toMatchObject({ kind: 'delivered' });
    expect(patched()).toEqual([]);
  });

  it('are those with the labels and of the kinds that are asked for', async () => {
    put('one', [entry()], 'Deployment', { team: 'a' });
    put('two', [entry()], 'Deployment', { team: 'b' });
    put('one', [entry('CronJob')], 'CronJob', { team: 'a' });
    await deliver({ annotated: { namespace: 'shop', labelSelector: 'team in (a)', kinds: ['Deployment'] } });
    expect(patched()).toEqual(['one']);
    expect(cluster.requests[0]?.query.get('labelSelector')).toBe('team in (a)');
    expect(cluster.requests.filter(({ path }) => path.includes('cronjobs'))).toEqual([]);
  });

  it('are read page by page', async () => {
    for (let index = 0; index < 120; index++) put(`web-${String(index)}`, [entry()]);
    expect(await deliver()).toMatchObject({ kind: 'delivered' });
    expect(cluster.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/deployments'))).toHaveLength(3);
    expect(patched()).toHaveLength(120);
  });

  it('are told of when there are none, or when they follow other tags', async () => {
    expect(await deliver()).toMatchObject({
      kind: 'delivered',
      message: 'no object of shop follows a tag of this trigger by its annotation',
    });
    const other = entry('Deployment', { from: { kind: 'ImageStreamTag', name: 'api:1' }, fieldPath: pathOf('Deployment', 'proxy') });
    put('web', [entry(), other]);
    expect(await deliver()).toMatchObject({ message: 'annotations follow tags that are not in spec.images: shop/api:1' });
    expect(imagesOf(cluster.read('Deployment', 'web'))).toMatchObject({ proxy: 'proxy:1', web: NEW });
  });
});

describe('when something is wrong with one of them', () => {
  it.each([
    [
      'a path that leads nowhere',
      [entry('Deployment', { fieldPath: 'spec.template.spec.containers[7].image' })],
      'UnknownContainer',
      'it has no container containers[7]',
    ],
    [
      'a path that is none',
      [entry('Deployment', { fieldPath: 'spec.image' })],
      'InvalidFieldPath',
      'the field path of a Deployment must be',
    ],
    ['an annotation that is none', '{', 'InvalidAnnotation', 'annotation image.openshift.io/triggers is no list'],
  ])('%s: it is told, and the others are brought up to date', async (_, entries, reason, message) => {
    put('a-wrong', entries);
    put('right', [entry()]);
    put('right', [entry('CronJob')], 'CronJob');
    const outcome = await deliver();
    expect(outcome).toMatchObject({ kind: 'refused', reason, message: expect.stringContaining(`Deployment shop/a-wrong: ${message}`) });
    expect(outcome.message).toContain('objects with the newest images: 2');
    expect([webOf('a-wrong'), webOf('right'), webOf('right', 'CronJob')]).toEqual([OLD, NEW, NEW]);
  });

  it('nothing of an object is patched when one of its entries is wrong', async () => {
    put('web', [entry(), entry('Deployment', { fieldPath: pathOf('Deployment', 'gone') })]);
    expect(await deliver()).toMatchObject({ kind: 'refused', reason: 'UnknownContainer' });
    expect(patched()).toEqual([]);
  });

  it('a kind that may not be listed does not stop the others', async () => {
    put('web', [entry('CronJob')], 'CronJob');
    cluster.forbid('GET', 'deployments');
    expect(await deliver()).toMatchObject({
      kind: 'refused',
      reason: 'Forbidden',
      message: expect.stringContaining('deployments of shop'),
    });
    expect(webOf('web', 'CronJob')).toBe(NEW);
  });

  it('what may pass is tried again, and the rest is done already', async () => {
    for (const name of ['a', 'b', 'c']) put(name, [entry()]);
    put('d-wrong', '{');
    cluster.fault({ method: 'PATCH', path: '/b', times: 1 }, { status: 503, headers: { 'retry-after': '9' } });
    expect(await deliver()).toMatchObject({ kind: 'retry', retryAfter: 9, message: expect.stringContaining('Deployment shop/b') });
    expect(patched()).toEqual(['a', 'b']);
    expect(await deliver()).toMatchObject({ kind: 'refused', reason: 'InvalidAnnotation' });
    expect(['a', 'b', 'c'].map((name) => webOf(name))).toEqual([NEW, NEW, NEW]);
    expect(patched()).toEqual(['a', 'b', 'b', 'c']);
  });

  it('an object that somebody edits all the time holds nobody up', async () => {
    for (const name of ['a', 'b']) put(name, [entry()]);
    let edits = 0;
    cluster.onRequest = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith('/a')) put('a', [entry()], 'Deployment', { edit: String((edits += 1)) });
    };
    expect(await deliver()).toMatchObject({ kind: 'retry', reason: 'Conflict' });
    expect([webOf('a'), webOf('b')]).toEqual([OLD, NEW]);
  });

  it('an object that is deleted meanwhile is no longer missed', async () => {
    for (const name of ['a', 'b']) put(name, [entry()]);
    cluster.onRequest = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith('/a')) cluster.remove('Deployment', 'a');
    };
    expect(await deliver()).toEqual({ kind: 'delivered', details: { patched: 'Deployment/b', unchanged: '' } });
  });

  it('a page that expired is a matter of trying again', async () => {
    cluster.fault({ method: 'GET', times: 1 }, { status: 410 });
    expect(await deliver()).toMatchObject({ kind: 'retry' });
  });
});
