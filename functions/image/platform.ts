/** Which image of an index a Legacy import takes (openshift-semantics.md §6.2; §12: never the server's own architecture). */
import type { ImageManifest, TagReference } from './types.ts';

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  /** e.g. `v7` of arm; left out: any. */
  readonly variant?: string;
}

export const DEFAULT_PLATFORM: Platform = { os: 'linux', architecture: 'amd64' };

export const PREFER_ARCH_ANNOTATION = 'importer.image.openshift.io/prefer-arch';
export const PREFER_OS_ANNOTATION = 'importer.image.openshift.io/prefer-os';

/** `os/architecture[/variant]`; parts that are missing are those of linux/amd64. */
export function parsePlatform(text: string): Platform {
  const [os = '', architecture = '', variant = ''] = text.split('/');
  return {
    os: os || DEFAULT_PLATFORM.os,
    architecture: architecture || DEFAULT_PLATFORM.architecture,
    ...(variant === '' ? {} : { variant }),
  };
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** The platform a spec tag asks for by its annotations; what they leave open is the deployment's. */
export function preferredPlatform(spec: TagReference | null | undefined, deployment: Platform): Platform {
  const architecture = spec?.annotations?.[PREFER_ARCH_ANNOTATION] || deployment.architecture;
  const os = spec?.annotations?.[PREFER_OS_ANNOTATION] || deployment.os;
  return architecture === deployment.architecture && os === deployment.os ? deployment : { os, architecture };
}

/** The wanted platform, of any variant if need be, else linux/amd64, else the first; undefined only for an empty index. */
export function chooseManifest(manifests: readonly ImageManifest[], wanted: Platform): ImageManifest | undefined {
  const find = ({ os, architecture, variant }: Platform) =>
    manifests.find(
      (entry) => entry.os === os && entry.architecture === architecture && (variant === undefined || entry.variant === variant),
    );
  return find(wanted) ?? find({ ...wanted, variant: undefined }) ?? find(DEFAULT_PLATFORM) ?? manifests[0];
}
