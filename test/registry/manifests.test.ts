import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../functions/registry/errors.ts';
import { processManifest, processManifestHead } from '../../functions/registry/manifests.ts';
import { buildImage, buildIndex, digestOf, MEDIA_TYPES } from '../support/oci-image.ts';

const image = buildImage();
const { manifest } = image;
const OTHER = digestOf(Buffer.from('other'));

function answer(body: Uint8Array | string, headers: Record<string, string>) {
  return { status: 200, headers, body: Buffer.from(body) };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RegistryError) return error.code;
    throw error;
  }
  return 'none';
}

describe('processManifest', () => {
  it.each([
    ['OCI manifest', manifest],
    ['Docker manifest', buildImage({ format: 'docker' }).manifest],
    ['OCI index', buildIndex([image])],
    ['Docker list', buildIndex([image], 'docker')],
  ])('reads an %s by tag and by digest, with and without the digest header', (_name, { bytes, digest, mediaType, size }) => {
    const expected = { digest, mediaType, size, bytes: Buffer.from(bytes) };
    for (const reference of ['v1', digest]) {
      expect(processManifest(answer(bytes, { 'content-type': mediaType }), reference)).toEqual(expected);
      expect(processManifest(answer(bytes, { 'content-type': mediaType, 'docker-content-digest': digest }), reference)).toEqual(expected);
    }
  });

  it.each([
    ['a header that names another digest', { 'docker-content-digest': OTHER }, 'v1'],
    ['another digest than asked for', {}, OTHER],
    ['another digest than asked for, named honestly', { 'docker-content-digest': manifest.digest }, OTHER],
    ['another sha512', {}, `sha512:${'0'.repeat(128)}`],
  ])('refuses %s', (_name, headers, reference) => {
    const response = answer(manifest.bytes, { 'content-type': manifest.mediaType, ...headers });
    expect(codeOf(() => processManifest(response, reference))).toBe('ERR_REGISTRY_DIGEST_MISMATCH');
  });

  it('verifies a digest of another algorithm than sha256', () => {
    const digest = `sha512:${createHash('sha512').update(manifest.bytes).digest('hex')}`;
    const named = answer(manifest.bytes, { 'content-type': manifest.mediaType, 'docker-content-digest': digest });
    expect(processManifest(named, digest).digest).toBe(digest);
    expect(processManifest(named, 'v1').digest).toBe(digest);
    expect(processManifest(named, manifest.digest).digest).toBe(manifest.digest);
  });

  it('ignores a digest header that is no digest', () => {
    for (const header of ['', 'md5:abc', 'sha256:xyz', `sha256:${'a'.repeat(63)}`]) {
      expect(
        processManifest(answer(manifest.bytes, { 'content-type': manifest.mediaType, 'docker-content-digest': header }), 'v1').digest,
      ).toBe(manifest.digest);
    }
  });

  it.each([
    [`${manifest.mediaType}; charset=utf-8`, manifest.bytes, manifest.mediaType],
    [manifest.mediaType.toUpperCase(), manifest.bytes, manifest.mediaType],
    ['application/json', manifest.bytes, manifest.mediaType],
    ['text/plain; charset=utf-8', buildIndex([image], 'docker').bytes, MEDIA_TYPES.docker.index],
    ['', JSON.stringify({ schemaVersion: 2, manifests: [] }), MEDIA_TYPES.oci.index],
    ['', JSON.stringify({ schemaVersion: 2, config: {}, layers: [] }), MEDIA_TYPES.oci.manifest],
    ['', JSON.stringify({ schemaVersion: 1, fsLayers: [] }), 'application/vnd.docker.distribution.manifest.v1+json'],
  ])('tells the media type from %j', (contentType, body, mediaType) => {
    expect(processManifest(answer(body, { 'content-type': contentType }), 'v1').mediaType).toBe(mediaType);
  });

  it.each([
    ['application/vnd.oci.artifact.manifest.v1+json', '{"blobs":[]}', 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE'],
    ['text/html', '{}', 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE'],
    ['application/json', '{}', 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE'],
    ['application/json', '{"mediaType":"application/x-helm"}', 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE'],
    ['text/html', '<html>', 'ERR_REGISTRY_INVALID_RESPONSE'],
    [manifest.mediaType, '', 'ERR_REGISTRY_INVALID_RESPONSE'],
    [manifest.mediaType, '[]', 'ERR_REGISTRY_INVALID_RESPONSE'],
    [manifest.mediaType, '{"schemaVersion":2', 'ERR_REGISTRY_INVALID_RESPONSE'],
    [manifest.mediaType, '{"config":{},"layers":[],"manifests":[]}', 'ERR_REGISTRY_INVALID_RESPONSE'],
    [MEDIA_TYPES.oci.index, '{"layers":[],"manifests":[]}', 'ERR_REGISTRY_INVALID_RESPONSE'],
    [MEDIA_TYPES.docker.manifest, '{"config":{},"layers":[],"fsLayers":[]}', 'ERR_REGISTRY_INVALID_RESPONSE'],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', '{"schemaVersion":1}', 'ERR_REGISTRY_INVALID_RESPONSE'],
  ])('refuses %s %j', (contentType, body, code) => {
    expect(codeOf(() => processManifest(answer(body, { 'content-type': contentType }), 'v1'))).toBe(code);
  });

  it('names a signed schema 1 manifest by the digest of what was signed', () => {
    const signedType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const payload = JSON.stringify({ schemaVersion: 1, name: 'a/b', tag: 'v1', fsLayers: [], history: [] }, null, 3);
    const length = payload.length - 2; // up to the last closing brace
    const header = {
      formatLength: length,
      formatTail: Buffer.from(payload.slice(length)).toString('base64url'),
      time: '2015-01-01T00:00:00Z',
    };
    const signatures = [{ header: {}, signature: 'x', protected: Buffer.from(JSON.stringify(header)).toString('base64url') }];
    const signed = `${payload.slice(0, length)},\n   "signatures": ${JSON.stringify(signatures)}\n}`;
    const digest = digestOf(Buffer.from(payload));

    expect(processManifest(answer(signed, { 'content-type': signedType, 'docker-content-digest': digest }), 'v1')).toMatchObject({
      digest,
      mediaType: signedType,
      size: signed.length,
    });
    expect(processManifest(answer(signed, { 'content-type': 'application/json' }), digest).mediaType).toBe(signedType);
    expect(codeOf(() => processManifest(answer(signed.replace('a/b', 'a/c'), { 'content-type': signedType }), digest))).toBe(
      'ERR_REGISTRY_DIGEST_MISMATCH',
    );
    const tooLong = signed.replace(
      signatures[0]?.protected ?? '',
      Buffer.from('{"formatLength":1e9,"formatTail":""}').toString('base64url'),
    );
    expect(codeOf(() => processManifest(answer(tooLong, { 'content-type': signedType }), 'v1'))).toBe('ERR_REGISTRY_INVALID_RESPONSE');
  });
});

describe('processManifestHead', () => {
  const headers = { 'docker-content-digest': manifest.digest, 'content-type': manifest.mediaType, 'content-length': '7' };

  it('reads the headers', () => {
    expect(processManifestHead(answer('', headers), 'v1')).toEqual({ digest: manifest.digest, mediaType: manifest.mediaType, size: 7 });
    expect(processManifestHead(answer('', { 'docker-content-digest': OTHER, 'content-length': 'x' }), 'v1')).toEqual({
      digest: OTHER,
      mediaType: '',
      size: 0,
    });
  });

  it.each([undefined, '', 'sha256:abc', 'no'])('does without the digest header %j', (digest) => {
    const told: Record<string, string> = digest === undefined ? {} : { 'docker-content-digest': digest };
    expect(processManifestHead(answer('', told), 'v1')).toBeNull();
  });

  it('refuses another digest than asked for, unless the two cannot be compared', () => {
    expect(codeOf(() => processManifestHead(answer('', headers), OTHER))).toBe('ERR_REGISTRY_DIGEST_MISMATCH');
    expect(processManifestHead(answer('', headers), `sha512:${'a'.repeat(128)}`)?.digest).toBe(manifest.digest);
  });
});
