/** A deployment with an integrated registry: what its hosts change in answers (openshift-semantics.md §2.2, §2.5, §4.4, §5). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryHosts } from '../../../functions/image/stream-state.ts';
import { streamTable } from '../../../functions/resources/imagestreams/stream-table.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createHttpApi, type Send } from '../../support/http-api.ts';
import { createImageApi, digest, dockerImage, imageStream, imageStreamTag, pushed } from '../../support/image-api.ts';

const A = digest('a');
const HOSTS: RegistryHosts = { internal: 'registry:5000', external: 'registry.example.com' };

let table: TestTable;
let send: Send;
let name: string;
let count = 0;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());
beforeEach(() => {
  name = `app${count++}`;
  send = open(HOSTS);
});

const open = (hosts: RegistryHosts) => createHttpApi(createImageApi(table, { hosts }));
const createStream = (stream = imageStream(name)) => send('POST', 'imagestreams', stream);
const local = (stream = name) => `registry:5000/default/${stream}`;

/** As the integrated registry reports a push. */
function push(tag: string, letter: string, image: object = {}, stream = name) {
  const mapping = pushed(stream, tag, digest(letter));
  const { dockerImageReference: _unknown, ...rest } = mapping.image;
  return send('POST', 'imagestreammappings', { ...mapping, image: { ...rest, ...image } });
}

const newest = async (tag: string, stream = name) =>
  (await send('GET', `imagestreams/${stream}`)).body.status.tags?.find((each) => each.tag === tag)?.items?.[0]?.dockerImageReference;

describe('repositories of a stream', () => {
  it('are those of the hosts of today, in every answer', async () => {
    const status = { dockerImageRepository: local(), publicDockerImageRepository: `registry.example.com/default/${name}` };
    const created = await createStream({ ...imageStream(name), status: { dockerImageRepository: 'sent/by-client' } });
    expect(created.body.status).toEqual(status);
    for (const path of [`imagestreams/${name}`, `imagestreams/${name}/status`])
      expect((await send('GET', path)).body.status).toEqual(status);
    expect(
      (await send('PUT', `imagestreams/${name}/status`, { ...created.body, status: { dockerImageRepository: 'x' } })).body.status,
    ).toEqual(status);
    const moved = await open({ internal: 'other:5000' })('GET', `imagestreams/${name}`);
    expect(moved.body.status).toEqual({ dockerImageRepository: `other:5000/default/${name}` });
  });

  it('are what the spec names where there is no registry', async () => {
    await createStream({ ...imageStream(name), spec: { lookupPolicy: { local: false }, dockerImageRepository: 'quay.io/team/app' } });
    expect((await send('GET', `imagestreams/${name}`)).body.status.dockerImageRepository).toBe(local());
    const without = (await open({})('GET', `imagestreams/${name}`)).body;
    expect(without.status).toEqual({ dockerImageRepository: 'quay.io/team/app' });
  });

  it('are found by a field selector', async () => {
    await createStream();
    const { body } = await send('GET', `imagestreams?fieldSelector=status.dockerImageRepository=${local()}`);
    expect(body).toMatchObject({ items: [{ metadata: { name } }] });
  });

  it.each<[RegistryHosts, string | undefined, string]>([
    [HOSTS, 'quay.io/team/app', 'registry.example.com/default/cell'],
    [{ internal: 'registry:5000' }, 'quay.io/team/app', 'quay.io/team/app'],
    [{ internal: 'registry:5000' }, undefined, 'registry:5000/default/cell'],
    [{}, undefined, ''],
  ])('hosts %j, spec %s: the table shows %j', async (hosts, dockerImageRepository, cell) => {
    const wanted = { ...imageStream('cell'), spec: { lookupPolicy: { local: false }, dockerImageRepository } };
    const { body } = await open(hosts)('POST', 'imagestreams?dryRun=All', wanted);
    expect(streamTable.cells(body, 0)[1]).toBe(cell);
  });
});

describe('a mapping', () => {
  it('without a reference is of the registry', async () => {
    await createStream();
    expect((await push('latest', 'a')).code).toBe(201);
    expect(await newest('latest')).toBe(`${local()}@${A}`);
  });

  it('of a managed image that another stream has is pulled from this one', async () => {
    const other = `${name}-other`;
    const annotations = { 'openshift.io/image.managed': 'true' };
    await createStream();
    await createStream(imageStream(other));
    const image = { metadata: { name: digest('b'), annotations }, dockerImageReference: `${local()}@${digest('b')}` };
    await push('latest', 'b', image);
    expect(await newest('latest')).toBe(`${local()}@${digest('b')}`);
    await push('latest', 'b', image, other);
    expect(await newest('latest', other)).toBe(`${local(other)}@${digest('b')}`);
    // Not managed: where it says it is.
    await push('plain', 'b', { ...image, metadata: { name: digest('b') } }, other);
    expect(await newest('plain', other)).toBe(`${local()}@${digest('b')}`);
  });
});

describe('a copy of a tag', () => {
  const copy = (more: object = {}) => ({ name: 'copy', from: { kind: 'ImageStreamTag', name: `${name}-source:latest` }, ...more });

  beforeEach(async () => {
    await createStream(imageStream(`${name}-source`));
    await push('latest', 'a', {}, `${name}-source`);
  });

  it('is pulled from its own stream, if the source is of the registry', async () => {
    await createStream(imageStream(name, [copy()]));
    expect(await newest('copy')).toBe(`${local()}@${A}`);
  });

  it('stays where it is as a reference, or when it is from elsewhere', async () => {
    await createStream(imageStream(name, [copy({ reference: true })]));
    expect(await newest('copy')).toBe(`${local(`${name}-source`)}@${A}`);
    await push('latest', 'c', { dockerImageReference: `quay.io/team/app@${digest('c')}` }, `${name}-source`);
    await send('PUT', `imagestreamtags/${name}:later`, imageStreamTag(`${name}:later`, copy()));
    expect(await newest('later')).toBe(`quay.io/team/app@${digest('c')}`);
  });
});

describe('reference policy Local', () => {
  it('is applied by tags, image tags and resolve', async () => {
    const tag = { name: 'v1', ...dockerImage('quay.io/team/app:1'), referencePolicy: { type: 'Local' as const } };
    await createStream(
      imageStream(name, [tag, { name: 'ref', ...dockerImage('quay.io/team/app:2'), reference: true, referencePolicy: { type: 'Local' } }]),
    );
    await push('v1', 'a', { dockerImageReference: `quay.io/team/app@${A}` });
    const answers = await Promise.all([
      send('GET', `imagestreamtags/${name}:v1`),
      send('GET', `imagetags/${name}:v1`),
      send('GET', `imagestreams/${name}/resolve?tag=v1`),
    ]);
    const references = answers.map(({ body }) => {
      const { image, dockerImageReference } = body as { image?: { dockerImageReference?: string } | string; dockerImageReference?: string };
      return typeof image === 'object' ? image.dockerImageReference : dockerImageReference;
    });
    expect(references).toEqual(Array(3).fill(`${local()}@${A}`));
    expect(await newest('v1')).toBe(`quay.io/team/app@${A}`);
    const reference = await send('GET', `imagestreams/${name}/resolve?tag=ref`);
    expect(reference.body).toMatchObject({ dockerImageReference: 'quay.io/team/app:2', image: '' });
    expect((await open({})('GET', `imagestreams/${name}/resolve?tag=v1`)).body).toMatchObject({
      dockerImageReference: `quay.io/team/app@${A}`,
    });
  });
});
