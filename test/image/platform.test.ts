import { describe, expect, it } from 'vitest';
import { chooseManifest, DEFAULT_PLATFORM, formatPlatform, parsePlatform, preferredPlatform } from '../../functions/image/platform.ts';
import type { TagReference } from '../../functions/image/types.ts';

const entry = (os: string, architecture: string) => ({ digest: `${os}/${architecture}`, mediaType: '', manifestSize: 0, os, architecture });
const armV6 = { ...entry('linux', 'arm'), variant: 'v6' };
const armV7 = { ...entry('linux', 'arm'), variant: 'v7' };
const [arm, amd, windows] = [entry('linux', 'arm64'), entry('linux', 'amd64'), entry('windows', 'amd64')];

describe('platform', () => {
  it.each([
    ['the wanted one', [amd, windows, arm], 'linux/arm64', arm],
    ['the wanted os, too', [amd, windows], 'windows/amd64', windows],
    ['the wanted variant', [amd, armV6, armV7], 'linux/arm/v7', armV7],
    ['any variant rather than another architecture', [amd, armV6], 'linux/arm/v7', armV6],
    ['linux/amd64 when the wanted one is missing', [arm, windows, amd], 'linux/s390x', amd],
    ['the first as a last resort', [windows, arm], 'linux/s390x', windows],
    ['nothing of nothing', [], 'linux/amd64', undefined],
  ])('chooses %s', (_, manifests, wanted, expected) => {
    expect(chooseManifest(manifests, parsePlatform(wanted))).toBe(expected);
  });

  it.each([
    ['', 'linux/amd64'],
    ['linux/arm64', 'linux/arm64'],
    ['windows', 'windows/amd64'],
    ['linux/arm/v7', 'linux/arm/v7'],
  ])('reads %j as %s', (text, expected) => {
    expect(formatPlatform(parsePlatform(text))).toBe(expected);
  });

  it('prefers what the tag says, part by part', () => {
    const tag = (annotations: Record<string, string>): TagReference => ({
      name: 't',
      annotations,
      generation: 1,
      importPolicy: {},
      referencePolicy: { type: 'Source' },
    });
    const deployment = { os: 'linux', architecture: 'arm64' };
    expect(preferredPlatform(null, deployment)).toEqual(deployment);
    expect(preferredPlatform(tag({ 'importer.image.openshift.io/prefer-arch': 's390x' }), deployment)).toEqual({
      os: 'linux',
      architecture: 's390x',
    });
    expect(preferredPlatform(tag({ 'importer.image.openshift.io/prefer-os': 'windows' }), DEFAULT_PLATFORM).os).toBe('windows');
  });
});
