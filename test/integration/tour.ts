/** The main job, from the client's side; run on the entry files and once more on the bundled assets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream, ImageStreamImport, ImageStreamTag } from '../../functions/image/types.ts';
import type { LocalOptions } from '../../lib/local/index.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';

export function describeTour(title: string, options: () => Partial<LocalOptions>): void {
  describe(title, () => {
    let stack: LocalStack;
    let registry: RealRegistry;
    let v1: string;
    let v2: string;

    beforeAll(async () => {
      registry = await startRealRegistry();
      v1 = (await registry.pushImage('team/app', 'v1')).manifest.digest;
      v2 = (await registry.pushImage('team/app', 'v2', { format: 'docker' })).manifest.digest;
      await registry.pushIndex('team/app', 'multi', ['amd64', 'arm64']);
      stack = await startLocalStack({}, options());
    });
    afterAll(async () => {
      await stack.stop();
      await registry.close();
    });

    const source = (tag: string) => ({ kind: 'DockerImage', name: `${registry.host}/team/app:${tag}` });
    const isStream = (name: string, tags: object[] = []) => ({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name, namespace: 'default' },
      spec: { tags },
    });
    const apply = (object: object) => stack.kubectl.run(['apply', '-f', '-'], object);
    const getStream = (name: string) => stack.kubectl.json<ImageStream>(['get', 'is', name]);
    const tagImages = async (name: string, tag: string) =>
      (await getStream(name)).status.tags?.find((each) => each.tag === tag)?.items?.map((item) => item.image);
    const retag = (name: string, tag: string, image: string) =>
      stack.request('PUT', `${IMAGE_API}/namespaces/default/imagestreamtags/${name}:${tag}`, {
        kind: 'ImageStreamTag',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: `${name}:${tag}`, namespace: 'default' },
        tag: { name: tag, annotations: null, from: { kind: 'ImageStreamImage', name: `${name}@${image}` }, generation: null },
      });

    it('pins what kubectl applied to the registry’s own digests', async () => {
      const importPolicy = { insecure: true };
      const tags = ['v1', 'v2', 'nosuch'].map((tag) => ({ name: tag, from: source(tag), importPolicy }));
      expect(await apply(isStream('app', tags))).toContain('imagestream.image.openshift.io/app created');
      await eventually(async () => expect(await tagImages('app', 'v1')).toEqual([v1]), 5_000);
      await eventually(async () => expect(await tagImages('app', 'v2')).toEqual([v2]), 5_000);
      const failed = (await getStream('app')).status.tags?.find((tag) => tag.tag === 'nosuch');
      expect(failed).toMatchObject({ items: null, conditions: [{ type: 'ImportSuccess', status: 'False', reason: 'NotFound' }] });
      const table = await stack.kubectl.run(['get', 'is,istag']);
      expect(table).toMatch(/NAME +IMAGE REPOSITORY +TAGS +UPDATED/);
      expect(table).toContain(`${registry.host}/team/app@${v1}`);
    });

    it('imports many tags at once, each with its own result', async () => {
      const names = ['v1', 'v2', 'multi', 'nosuch'];
      const images = names.map((tag) => ({
        from: source(tag),
        to: { name: tag },
        importPolicy: { insecure: true, importMode: tag === 'multi' ? 'PreserveOriginal' : 'Legacy' },
      }));
      const body = {
        kind: 'ImageStreamImport',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'many' },
        spec: { import: true, images },
      };
      const answer = await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreamimports`, body);
      expect(answer.code).toBe(201);
      const { status } = answer.body as ImageStreamImport;
      expect(status.images?.map((image) => image.status.status)).toEqual(['Success', 'Success', 'Success', 'Failure']);
      expect(status.images?.[3]?.status).toMatchObject({ code: 404, reason: 'NotFound' });
      expect(status.images?.[0]?.image).toMatchObject({
        metadata: { name: v1 },
        dockerImageMetadata: { kind: 'DockerImage', Architecture: 'amd64' },
      });
      expect(status.images?.[0]?.image?.dockerImageLayers?.length).toBeGreaterThan(0);
      expect(status.images?.[2]?.manifests).toHaveLength(2);
      expect(status.import?.status.tags).toHaveLength(4);
    });

    it('retags, rolls back, and finds each image by digest and by its beginning', async () => {
      expect((await retag('app', 'live', v1)).code).toBe(201);
      expect((await retag('app', 'live', v2)).code).toBe(200);
      expect((await retag('app', 'live', v1)).code).toBe(200);
      expect(await tagImages('app', 'live')).toEqual([v1, v2, v1]);
      for (const image of [v1, v2]) {
        expect(await stack.kubectl.run(['get', 'isimage', `app@${image}`])).toContain(image);
        expect(await stack.kubectl.run(['get', 'isimage', `app@${image.slice(0, 16)}`])).toContain(image.slice(0, 16));
      }
      await eventually(() => {
        const causes = stack.events.filter((event) => JSON.stringify(event).includes('"tag":"live"')).map((event) => JSON.stringify(event));
        expect(causes).toHaveLength(3);
        expect(causes[2]).toContain('"cause":"rollback"');
      });
    });

    it('takes a pushed image through a mapping; the same again changes nothing', async () => {
      await stack.kubectl.run(['create', 'namespace', 'test']);
      const inTest = { ...isStream('pushed'), metadata: { name: 'pushed', namespace: 'test' } };
      await apply(inTest);
      const digest = `sha256:${'4'.repeat(64)}`;
      const mapping = {
        kind: 'ImageStreamMapping',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'pushed', namespace: 'test', creationTimestamp: null },
        tag: 'latest',
        image: {
          dockerImageLayers: [{ name: digest, size: 10 }],
          dockerImageMetadata: { apiVersion: '1.0', kind: 'DockerImage', Config: { Env: ['A=b'], Labels: { license: 'GPLv2' } }, Size: 10 },
          dockerImageMetadataVersion: '1.0',
          dockerImageReference: `172.30.56.218:5000/test/pushed@${digest}`,
        },
      };
      const post = () => stack.request('POST', `${IMAGE_API}/namespaces/test/imagestreammappings`, mapping);
      expect((await post()).code).toBe(201);
      const before = await stack.kubectl.json<ImageStream>(['-n', 'test', 'get', 'is', 'pushed']);
      expect((await post()).code).toBe(201);
      const after = await stack.kubectl.json<ImageStream>(['-n', 'test', 'get', 'is', 'pushed']);
      expect(after).toEqual(before);
      const tag = await stack.kubectl.json<ImageStreamTag>(['-n', 'test', 'get', 'istag', 'pushed:latest']);
      expect(tag.image).toMatchObject({ dockerImageMetadata: { Config: { Env: ['A=b'] } }, dockerImageLayers: [{ size: 10 }] });
    });

    it('shows nothing of the old stream after replace --force', async () => {
      const spec = [{ name: 'only', from: source('v1'), reference: true }];
      const { metadata } = await getStream('app');
      await stack.kubectl.run(['replace', '--force', '-f', '-'], isStream('app', spec));
      const replaced = await getStream('app');
      expect(replaced.metadata.uid).not.toBe(metadata.uid);
      expect(replaced.metadata.generation).toBe(1);
      expect(replaced.status.tags?.map((tag) => tag.tag)).toEqual(['only']);
      await eventually(() => {
        const deleted = stack.events.filter((event) => JSON.stringify(event).includes('Image Stream Tag Deleted'));
        expect(
          deleted.map((event) => JSON.stringify(event)).filter((text) => text.includes(`"uid":"${metadata.uid}"`)).length,
        ).toBeGreaterThan(0);
      });
    });

    it('works with a tag named `a b`', async () => {
      await apply(isStream('odd', [{ name: 'a b', from: source('v1'), importPolicy: { insecure: true } }]));
      await eventually(async () => expect(await tagImages('odd', 'a b')).toEqual([v1]));
      const got = await stack.request('GET', `${IMAGE_API}/namespaces/default/imagestreamtags/odd:a%20b`);
      expect(got).toMatchObject({ code: 200, body: { metadata: { name: 'odd:a b' } } });
    });
  });
}
