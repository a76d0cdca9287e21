import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image, ImageSignature } from '../../../functions/image/types.ts';
import type { ImageApi } from '../../../functions/resources/image-api.ts';
import { createImageHandlers } from '../../../functions/resources/images/handlers.ts';
import { createSignatureHandlers } from '../../../functions/resources/imagesignatures/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, EVERYTHING, request } from '../../support/image-api.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = JSON.stringify({ architecture: 'amd64', config: { Env: ['A=b'] } });

let table: TestTable;
let api: ImageApi;
let serial = 0;

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table);
});
afterAll(() => table.stop());

const images = () => createImageHandlers(api) as Required<ReturnType<typeof createImageHandlers>>;
const signatures = () => createSignatureHandlers(api) as Required<ReturnType<typeof createSignatureHandlers>>;

/** A manifest nobody else has, and the image it makes. */
function describedImage(): { readonly name: string; readonly manifest: string; readonly image: Image } {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(CONFIG), size: CONFIG.length };
  const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: sha256(`layer ${serial++}`), size: 5 }];
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers });
  const name = sha256(manifest);
  const image = { metadata: { name }, dockerImageReference: `quay.io/x/y@${name}`, dockerImageManifestMediaType: MANIFEST_TYPE };
  return { name, manifest, image };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

describe('create', () => {
  it('fills in what the manifest tells', async () => {
    const { name, manifest, image } = describedImage();
    const made = await images().create(request(), { ...image, dockerImageManifest: manifest, dockerImageConfig: CONFIG });
    expect(made).toMatchObject({
      kind: 'Image',
      metadata: { name },
      dockerImageMetadata: { Config: { Env: ['A=b'] } },
      dockerImageLayers: [{ size: 5 }],
    });
    expect(await images().get(request(), name)).toEqual(made);
    await expect(images().create(request(), image)).rejects.toMatchObject({ status: { code: 409, reason: 'AlreadyExists' } });
  });

  it('refuses an image without reference or with bad signatures, and keeps nothing in a dry run', async () => {
    const { name, image } = describedImage();
    const bad = { ...image, dockerImageReference: '', signatures: [{ metadata: { name: 'x' }, type: 'atomic', content: 'AA==' }] };
    const causes = [{ field: 'dockerImageReference' }, { field: 'signatures[0].metadata.name' }];
    await expect(images().create(request(), bad)).rejects.toMatchObject({ status: { code: 422, details: { kind: 'Image', causes } } });
    await images().create(request({ dryRun: true }), image);
    await expect(images().get(request(), name)).rejects.toMatchObject({ status: { code: 404 } });
  });
});

describe('update', () => {
  const update = (name: string, change: (image: Image) => Image, dryRun = false) =>
    images().update(request({ dryRun }), name, (current) => change(current as Image));

  it('takes labels and reference, restores what the digest says, and writes nothing for nothing', async () => {
    const { name, manifest, image } = describedImage();
    const made = await images().create(request(), { ...image, dockerImageManifest: manifest, dockerImageConfig: CONFIG });
    const { object } = await update(name, (stored) => ({
      ...stored,
      metadata: { ...stored.metadata, labels: { team: 'a' } },
      dockerImageReference: 'quay.io/other/y:1',
      dockerImageMetadata: null,
      dockerImageLayers: [],
      dockerImageManifest: '{}',
      dockerImageConfig: '{}',
    }));
    const { resourceVersion } = object.metadata;
    expect(object).toEqual({
      ...made,
      metadata: { ...made.metadata, labels: { team: 'a' }, resourceVersion },
      dockerImageReference: 'quay.io/other/y:1',
    });
    expect(Number(resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
    expect((await update(name, (stored) => stored)).object.metadata.resourceVersion).toBe(resourceVersion);
    await update(name, (stored) => ({ ...stored, dockerImageReference: 'quay.io/dry/y:1' }), true);
    expect(await images().get(request(), name)).toEqual(object);
  });

  it('takes manifest and config that fit, and blanks them when the registry serves them', async () => {
    const { name, manifest, image } = describedImage();
    await images().create(request(), image);
    const { object } = await update(name, (stored) => ({ ...stored, dockerImageManifest: manifest, dockerImageConfig: CONFIG }));
    expect(object).toMatchObject({
      dockerImageManifest: manifest,
      dockerImageConfig: CONFIG,
      dockerImageMetadata: { Architecture: 'amd64' },
    });
    const annotations = { 'image.openshift.io/manifestBlobStored': 'true' };
    const blanked = await update(name, (stored) => ({ ...stored, metadata: { ...stored.metadata, annotations } }));
    expect(blanked.object).not.toHaveProperty('dockerImageManifest');
    expect(blanked.object).not.toHaveProperty('dockerImageConfig');
    expect(blanked.object).toMatchObject({ dockerImageMetadata: { Architecture: 'amd64' } });
  });

  it('checks resourceVersion and uid', async () => {
    const { name, image } = describedImage();
    await images().create(request(), image);
    const withMeta = (over: Image['metadata']) => update(name, (stored) => ({ ...stored, metadata: { ...stored.metadata, ...over } }));
    await expect(withMeta({ resourceVersion: '1' })).rejects.toMatchObject({ status: { code: 409 } });
    await expect(withMeta({ uid: 'other' })).rejects.toMatchObject({ status: { code: 409 } });
    const causes = [{ field: 'metadata.resourceVersion' }];
    await expect(withMeta({ resourceVersion: '' })).rejects.toMatchObject({ status: { code: 422, details: { kind: 'images', causes } } });
    await expect(withMeta({ resourceVersion: '0' })).rejects.toMatchObject({ status: { code: 422, details: { causes } } });
    await expect(withMeta({ resourceVersion: 'x' })).rejects.toMatchObject({ status: { code: 500 } });
    await expect(update('sha256:none', (stored) => stored)).rejects.toMatchObject({ status: { code: 404 } });
  });

  it('loses no change of several clients at once', async () => {
    const { name, image } = describedImage();
    await images().create(request(), image);
    const label =
      (key: string) =>
      (stored: Image): Image => ({ ...stored, metadata: { ...stored.metadata, labels: { ...stored.metadata.labels, [key]: '1' } } });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(keys.map((key) => update(name, label(key))));
    expect(Object.keys((await images().get(request(), name)).metadata.labels ?? {}).sort()).toEqual(keys);
  });
});

describe('delete', () => {
  it('checks preconditions', async () => {
    const { name, image } = describedImage();
    const { metadata } = (await images().create(request(), image)) as Image;
    const remove = (options: { uid?: string; resourceVersion?: string }) => images().delete(request(), name, options);
    await expect(remove({ uid: 'other' })).rejects.toMatchObject({ status: { code: 409 } });
    await expect(remove({ resourceVersion: '1' })).rejects.toMatchObject({ status: { code: 409 } });
    expect(await remove({ uid: metadata.uid, resourceVersion: metadata.resourceVersion })).toMatchObject({ status: 'Success' });
    await expect(remove({})).rejects.toMatchObject({ status: { code: 404 } });
  });
});

describe('list', () => {
  it('fills a page with what the selector lets through, and goes on behind it', async () => {
    for (let each = 0; each < 5; each++) {
      const { image } = describedImage();
      await images().create(request(), { ...image, metadata: { ...image.metadata, labels: { listed: 'yes' } } });
    }
    const matchesLabels = (labels: unknown) => (labels as Record<string, string> | null | undefined)?.['listed'] === 'yes';
    const found: (string | undefined)[] = [];
    for (let token: string | undefined; ;) {
      const page = await images().list(request(), {
        ...EVERYTHING,
        matchesLabels,
        limit: 2,
        ...(token === undefined ? {} : { continue: token }),
      });
      found.push(...page.items.map(({ metadata }) => metadata.name));
      token = page.metadata.continue;
      if (token === undefined) break;
      expect(page.items).toHaveLength(2);
    }
    expect(new Set(found).size).toBe(5);
  });
});

describe('imagesignatures', () => {
  const sign = (name: string, over: object = {}, dryRun = false) =>
    signatures().create(request({ dryRun }), { metadata: { name }, type: 'atomic', content: 'c2ln', ...over });

  it('are kept in the image until they are deleted', async () => {
    const { name, image } = describedImage();
    await images().create(request(), image);
    await sign(`${name}@dry`, {}, true);
    const made = await sign(`${name}@one`, {
      conditions: [{ type: 'Trusted', status: 'True' }],
      imageIdentity: 'me',
      issuedBy: { commonName: 'x' },
    });
    expect(made).toMatchObject({ metadata: { name: `${name}@one` }, type: 'atomic', content: 'c2ln' });
    expect(Object.keys(made)).toEqual(['kind', 'apiVersion', 'metadata', 'type', 'content']);
    const { kind: _kind, apiVersion: _apiVersion, ...kept } = made as ImageSignature;
    expect((await images().get(request(), name)).signatures).toEqual([kept]);
    await expect(sign(`${name}@two`)).rejects.toMatchObject({ status: { code: 409, details: { kind: 'imageSignatures' } } });
    await expect(sign(`${name}@one`, { content: 'b3RoZXI=' })).rejects.toMatchObject({ status: { code: 409 } });
    await expect(signatures().delete(request(), `${name}@one`, { uid: 'other' })).rejects.toMatchObject({ status: { code: 409 } });
    expect(await signatures().delete(request(), `${name}@one`, {})).toMatchObject({ status: 'Success' });
    expect(await images().get(request(), name)).not.toHaveProperty('signatures');
    await expect(signatures().delete(request(), `${name}@one`, {})).rejects.toMatchObject({ status: { code: 404 } });
  });

  it.each<[string, object, number]>([
    ['no type', { type: '' }, 422],
    ['no content', { content: '' }, 422],
    ['labels', { metadata: { name: 'x@y', labels: { a: 'b' } } }, 422],
    ['annotations', { metadata: { name: 'x@y', annotations: { a: 'b' } } }, 422],
    ['a name without @', { metadata: { name: 'xy' } }, 422],
    ['an image that is not there', {}, 404],
  ])('are refused with %s', async (_what, over, code) => {
    await expect(sign('x@y', over)).rejects.toMatchObject({ status: { code } });
  });

  it('need a name of two parts to be deleted', async () => {
    const message = 'ImageSignatures must be accessed with <imageName>@<signatureName>';
    await expect(signatures().delete(request(), 'x', {})).rejects.toMatchObject({ status: { code: 400, message } });
  });
});
