import { describe, expect, it } from 'vitest';
import { MEDIA_TYPE } from '../../functions/image/manifest.ts';
import { parsePlatform } from '../../functions/image/platform.ts';
import { parseReference } from '../../functions/image/reference.ts';
import { fetchImage, type ImageSource } from '../../functions/importing/fetch-image.ts';
import { createMemoryRegistry, type MemoryRegistry } from './fakes/memory-registry.ts';

const NOW = '2026-01-02T03:04:05Z';

function source(text: string, more: Partial<ImageSource> = {}): ImageSource {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return { reference: parsed.reference, insecure: false, importMode: 'Legacy', platform: parsePlatform('linux/amd64'), ...more };
}

const fetchFrom = (registry: MemoryRegistry, text: string, more: Partial<ImageSource> = {}) =>
  fetchImage(registry, source(text, more), NOW);

describe('fetchImage', () => {
  it('takes two requests for an image and names it as it was typed, by digest', async () => {
    const registry = createMemoryRegistry();
    const digest = registry.pushImage('registry-1.docker.io/library/mysql:5', { config: { Env: ['A=b'] } });
    const { image, children, tag, chosenFrom } = await fetchFrom(registry, 'mysql:5');
    expect(registry.log).toHaveLength(2);
    expect(image).toMatchObject({
      metadata: { name: digest, annotations: { 'image.openshift.io/dockerLayersOrder': 'ascending' } },
      dockerImageReference: `mysql@${digest}`,
      dockerImageMetadata: { Config: { Env: ['A=b'] } },
    });
    expect(JSON.parse(image.dockerImageManifest ?? '')).toHaveProperty('layers');
    expect(JSON.parse(image.dockerImageConfig ?? '')).toHaveProperty('architecture');
    expect({ children, tag, chosenFrom }).toEqual({ children: [], tag: '5', chosenFrom: undefined });
  });

  it('asks for the digest when there is one, whatever the tag, and for latest when there is neither', async () => {
    const registry = createMemoryRegistry();
    const digest = registry.pushImage('quay.io/x/y:latest');
    expect((await fetchFrom(registry, `quay.io/x/y:gone@${digest}`)).tag).toBe('');
    expect((await fetchFrom(registry, 'quay.io/x/y')).tag).toBe('latest');
  });

  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/s390x', 's390x is not there', 'linux/amd64'],
    ['linux/arm64', 'linux/arm64'],
  ])('chooses the child of an index for %s (Legacy)', async (wanted, ...expected) => {
    const registry = createMemoryRegistry();
    const { index, children } = registry.pushIndex('quay.io/x/y:1', ['linux/arm64', 'linux/amd64']);
    const { image, chosenFrom } = await fetchFrom(registry, 'quay.io/x/y:1', { platform: parsePlatform(wanted) });
    const child = children[expected.at(-1) ?? ''];
    expect(image).toMatchObject({ metadata: { name: child }, dockerImageReference: `quay.io/x/y@${child}` });
    expect(chosenFrom).toEqual({ index, child, platform: wanted });
    expect(registry.log).toHaveLength(3);
  });

  it('keeps the index and all its children (PreserveOriginal)', async () => {
    const registry = createMemoryRegistry();
    const { index, children } = registry.pushIndex('quay.io/x/y:1', ['linux/arm64', 'linux/amd64']);
    const fetched = await fetchFrom(registry, 'quay.io/x/y:1', { importMode: 'PreserveOriginal' });
    expect(fetched.image).toMatchObject({
      metadata: { name: index },
      dockerImageReference: `quay.io/x/y@${index}`,
      dockerImageMetadata: { Id: index, Created: NOW },
      dockerImageManifests: [{ architecture: 'arm64' }, { architecture: 'amd64' }],
    });
    expect(fetched.image).not.toHaveProperty('dockerImageManifest');
    expect(fetched.children.map(({ metadata }) => metadata.name)).toEqual([children['linux/arm64'], children['linux/amd64']]);
    expect(fetched.children[0]).toMatchObject({ dockerImageMetadata: { Architecture: 'arm64' } });
    expect(fetched.chosenFrom).toBeUndefined();
  });

  it('keeps children that are no images, such as signatures', async () => {
    const registry = createMemoryRegistry();
    const artifact = registry.pushManifest('quay.io/x/y:sig', MEDIA_TYPE.manifest, {
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'e'.repeat(64)}` },
      layers: [],
    });
    registry.pushManifest('quay.io/x/y:1', MEDIA_TYPE.index, { manifests: [{ digest: artifact }] });
    const { children } = await fetchFrom(registry, 'quay.io/x/y:1', { importMode: 'PreserveOriginal' });
    expect(children.map(({ metadata }) => metadata.name)).toEqual([artifact]);
  });

  it('refuses an artifact, telling what it is', async () => {
    const registry = createMemoryRegistry();
    const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: `sha256:${'e'.repeat(64)}` };
    registry.pushManifest('quay.io/x/chart:1', MEDIA_TYPE.manifest, { config, layers: [] });
    await expect(fetchFrom(registry, 'quay.io/x/chart:1')).rejects.toMatchObject({
      code: 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE',
      message: expect.stringContaining('application/vnd.cncf.helm.config.v1+json') as string,
    });
  });

  it('does not follow an index inside an index', async () => {
    const registry = createMemoryRegistry();
    const { index } = registry.pushIndex('quay.io/x/y:inner', ['linux/amd64']);
    registry.pushManifest('quay.io/x/y:1', MEDIA_TYPE.index, { manifests: [{ digest: index }] });
    await expect(fetchFrom(registry, 'quay.io/x/y:1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE' });
  });

  it('does not call a missing config a missing image', async () => {
    const registry = createMemoryRegistry();
    registry.pushManifest('quay.io/x/y:1', MEDIA_TYPE.manifest, { config: { digest: `sha256:${'e'.repeat(64)}` }, layers: [] });
    await expect(fetchFrom(registry, 'quay.io/x/y:1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_INVALID_RESPONSE' });
  });

  it('passes on what the registry said', async () => {
    await expect(fetchFrom(createMemoryRegistry(), 'quay.io/x/y:1')).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' });
  });
});
