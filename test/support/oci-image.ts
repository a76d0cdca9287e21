/** Builds small but true images: every digest and size is the one of the bytes it stands for. Used by the fake and the real registry. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export type ImageFormat = 'oci' | 'docker';

export interface Content {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface BuiltImage {
  readonly manifest: Content;
  readonly config: Content;
  readonly layers: readonly Content[];
  readonly platform: Platform;
}

export interface ImageOptions {
  /** Default `oci`. */
  readonly format?: ImageFormat;
  /** Default linux/amd64. */
  readonly platform?: Platform;
  /** Two images of different seeds have different digests. Default: repository and tag. */
  readonly seed?: string;
  /** Number of layers, default 2. */
  readonly layers?: number;
  /** RFC 3339, default 2026-01-01T00:00:00Z. */
  readonly created?: string;
  /** Merged into the image config's `config` (Env, Labels, Cmd, …). */
  readonly config?: Readonly<Record<string, unknown>>;
}

export const MEDIA_TYPES = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

export function buildImage(options: ImageOptions = {}): BuiltImage {
  const { format = 'oci', platform = { os: 'linux', architecture: 'amd64' }, seed = 'image', created = '2026-01-01T00:00:00Z' } = options;
  const types = MEDIA_TYPES[format];
  const contents = Array.from({ length: options.layers ?? 2 }, (_, index) =>
    Buffer.from(`layer ${index} of ${seed} for ${platform.architecture}`),
  );
  const layers = contents.map((bytes) => content(gzipSync(bytes), types.layer));
  const config = jsonContent(types.config, {
    created,
    ...platform,
    config: { Env: ['PATH=/usr/bin'], Cmd: ['serve'], Labels: { seed }, ...options.config },
    rootfs: { type: 'layers', diff_ids: contents.map(digestOf) },
    history: contents.map((_, index) => ({ created, created_by: `COPY layer${index} /` })),
  });
  const manifest = jsonContent(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: layers.map(descriptor),
  });
  return { manifest, config, layers, platform };
}

/** An OCI index or a Docker manifest list of the images, in their order. */
export function buildIndex(images: readonly BuiltImage[], format: ImageFormat = 'oci'): Content {
  const mediaType = MEDIA_TYPES[format].index;
  const manifests = images.map(({ manifest, platform }) => ({ ...descriptor(manifest), platform }));
  return jsonContent(mediaType, { schemaVersion: 2, mediaType, manifests });
}

export function content(bytes: Uint8Array, mediaType: string): Content {
  return { digest: digestOf(bytes), mediaType, size: bytes.length, bytes };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function jsonContent(mediaType: string, value: unknown): Content {
  return content(Buffer.from(JSON.stringify(value)), mediaType);
}

function descriptor({ digest, mediaType, size }: Content): Omit<Content, 'bytes'> {
  return { mediaType, size, digest };
}
