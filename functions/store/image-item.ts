import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Image } from '../image/types.ts';
import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { imageKey, imageShard } from './image-keys.ts';
import { toTombstone } from './tombstone.ts';

/** Image documents compress to about a fifth, which is what lets large ones fit one item. Manifest and config travel apart: few readers want them. */
export interface ImageItem extends ItemBase {
  readonly entity: 'image';
  readonly digest: string;
  readonly revision: number;
  /** Partition of index `images-by-revision`, and what it projects. */
  readonly imageShard: string;
  readonly uid: string;
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
  /** gzip of the Image's JSON, without manifest and config. */
  readonly doc: Uint8Array;
  readonly manifest?: Uint8Array;
  readonly config?: Uint8Array;
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export async function encodeImage(image: Image, digest: string, revision: number): Promise<ImageItem> {
  const { dockerImageManifest, dockerImageConfig, ...rest } = image;
  const { metadata } = rest;
  const [doc, manifest, config] = await Promise.all([
    compress(JSON.stringify(rest)),
    packed(dockerImageManifest),
    packed(dockerImageConfig),
  ]);
  return {
    ...imageKey(digest),
    ...tagged('image'),
    digest,
    revision,
    imageShard: imageShard(digest),
    uid: metadata.uid ?? '',
    creationTimestamp: metadata.creationTimestamp ?? '',
    labels: metadata.labels ?? {},
    doc,
    ...optional('manifest', manifest),
    ...optional('config', config),
  };
}

/** Of a deleted image its name, labels and reference are kept: never more than the image was. `now` in ms. */
export async function encodeImageTombstone(image: Image, digest: string, revision: number, now: number): Promise<ItemBase> {
  const { kind, apiVersion, dockerImageReference } = image;
  const { annotations: _annotations, managedFields: _managedFields, ...metadata } = image.metadata;
  const last = { kind, apiVersion, metadata: { ...metadata, resourceVersion: String(revision) }, dockerImageReference };
  return toTombstone(await encodeImage(last as Image, digest, revision), now);
}

export async function decodeImage(item: Item): Promise<Image> {
  const { doc, manifest, config } = decode<ImageItem>(item, 'image');
  const [text, dockerImageManifest, dockerImageConfig] = await Promise.all([unpacked(doc), unpacked(manifest), unpacked(config)]);
  const image = JSON.parse(text ?? '') as Image; // encodeImage wrote it
  return { ...image, ...optional('dockerImageManifest', dockerImageManifest), ...optional('dockerImageConfig', dockerImageConfig) };
}

async function packed(text: string | undefined): Promise<Uint8Array | undefined> {
  return text === undefined || text === '' ? undefined : compress(text);
}

async function unpacked(bytes: Uint8Array | undefined): Promise<string | undefined> {
  return bytes === undefined ? undefined : (await decompress(bytes)).toString('utf8');
}

function optional<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<K, V>>;
}
