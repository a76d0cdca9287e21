import { describe, expect, it } from 'vitest';
import { replaceImage } from '../../functions/image/image-update.ts';
import { MEDIA_TYPE } from '../../functions/image/manifest.ts';
import type { Image } from '../../functions/image/types.ts';
import { digest } from './builders.ts';

/** Bytes fit a digest when a test says so: `texts` by digest. */
const fits = (texts: Readonly<Record<string, string>>) => (bytes: Uint8Array, name: string) =>
  texts[name] === Buffer.from(bytes).toString();

const NAME = digest('a');
const stored = (mediaType: string, over: Partial<Image> = {}): Image => ({
  metadata: { name: NAME, uid: 'u', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' },
  dockerImageReference: 'quay.io/x/y:1',
  dockerImageManifestMediaType: mediaType,
  dockerImageManifest: 'old',
  dockerImageConfig: 'old config',
  ...over,
});
const withManifest = (image: Image, dockerImageManifest: string | undefined): Image => ({ ...image, dockerImageManifest });

/** A schema 1 manifest as registries sign it: the payload, then the signatures, then the payload's end. */
function signed(payload: string): string {
  const head = payload.slice(0, -1);
  const header = { formatLength: head.length, formatTail: Buffer.from(payload.slice(-1)).toString('base64url') };
  const signature = { protected: Buffer.from(JSON.stringify(header)).toString('base64url') };
  return `${head},"signatures":[${JSON.stringify(signature)}]}`;
}

describe('the manifest', () => {
  const payload = '{"schemaVersion":1}';
  it.each([
    ['is taken with the right digest', MEDIA_TYPE.schema2, 'new', { [NAME]: 'new' }, 'new'],
    ['stays with another digest', MEDIA_TYPE.schema2, 'new', { [NAME]: 'other' }, 'old'],
    ['may be emptied', MEDIA_TYPE.schema2, '', {}, ''],
    ['of an index may not be replaced', MEDIA_TYPE.index, 'new', { [NAME]: 'new' }, 'old'],
    ['of an index may be emptied', MEDIA_TYPE.index, '', {}, ''],
    ['needs the media type that is stored', '', 'new', { [NAME]: 'new' }, 'old'],
    ['of schema 1 counts without its signatures', MEDIA_TYPE.signedSchema1, signed(payload), { [NAME]: payload }, signed(payload)],
    ['of schema 1 without signatures cannot be checked', MEDIA_TYPE.schema1, payload, { [NAME]: payload }, 'old'],
  ])('%s', (_what, mediaType, wanted, texts, kept) => {
    const image = stored(mediaType);
    expect(replaceImage(image, withManifest(image, wanted), fits(texts)).dockerImageManifest).toBe(kept);
  });
});

describe('the config', () => {
  const config = digest('c');
  const manifest = JSON.stringify({ schemaVersion: 2, config: { digest: config, size: 3 }, layers: [] });
  it.each([
    ['is taken when the manifest names it', MEDIA_TYPE.schema2, manifest, { [config]: 'new' }, 'new'],
    ['stays when the manifest names another', MEDIA_TYPE.schema2, manifest, { [config]: 'other' }, 'old config'],
    ['stays without a manifest', MEDIA_TYPE.schema2, '', { [config]: 'new' }, 'old config'],
    ['stays with a manifest that has none', MEDIA_TYPE.schema1, manifest, { [config]: 'new' }, 'old config'],
  ])('%s', (_what, mediaType, text, texts, kept) => {
    const image = stored(mediaType, { dockerImageManifest: text });
    expect(replaceImage(image, { ...image, dockerImageConfig: 'new' }, fits(texts)).dockerImageConfig).toBe(kept);
  });
});

describe('everything else', () => {
  it('is restored where it follows from the digest, and the client’s where it does not', () => {
    const layers = [{ name: digest('1'), size: 1, mediaType: 'x' }];
    const image = stored(MEDIA_TYPE.schema2, {
      dockerImageLayers: layers,
      dockerImageMetadataVersion: '1.0',
      dockerImageSignatures: ['AA=='],
    });
    const metadata = { name: NAME, uid: 'x', labels: { a: '1' }, annotations: {}, managedFields: [] };
    const wanted: Image = { metadata, dockerImageReference: 'quay.io/other', dockerImageManifestMediaType: MEDIA_TYPE.schema2 };
    expect(JSON.parse(JSON.stringify(replaceImage(image, wanted, fits({}))))).toEqual({
      metadata: { ...image.metadata, labels: { a: '1' } },
      dockerImageReference: 'quay.io/other',
      dockerImageManifestMediaType: MEDIA_TYPE.schema2,
      dockerImageLayers: layers,
      dockerImageMetadataVersion: '1.0',
      dockerImageSignatures: ['AA=='],
    });
  });
});
