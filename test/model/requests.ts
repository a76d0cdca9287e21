/** Requests as data: how each is sent, and what it does to the model. */
import type { ImageStream } from '../../functions/image/types.ts';
import type { Send } from '../support/http-chain.ts';
import * as model from './operations.ts';
import type { At } from './rules.ts';
import type { Spec, World } from './stream.ts';

export type SpecTags = Readonly<Record<string, Spec>>;

export type Request =
  | { readonly kind: 'create'; readonly stream: string; readonly tags: SpecTags }
  | { readonly kind: 'put'; readonly stream: string; readonly drop: readonly string[]; readonly tags: SpecTags; readonly stale: boolean }
  | { readonly kind: 'patch'; readonly stream: string; readonly tag: string; readonly spec: Spec }
  | { readonly kind: 'write-tag'; readonly method: 'POST' | 'PUT'; readonly stream: string; readonly tag: string; readonly spec: Spec }
  | { readonly kind: 'delete-tag'; readonly stream: string; readonly tag: string }
  | { readonly kind: 'push'; readonly stream: string; readonly tag: string; readonly image: string }
  | { readonly kind: 'import'; readonly stream: string; readonly images: readonly model.ImportedImage[] }
  | { readonly kind: 'trim'; readonly stream: string; readonly tag: string; readonly count: number }
  | { readonly kind: 'delete'; readonly stream: string };

const API = '/apis/image.openshift.io/v1/namespaces/default';
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };

export function pushedReference(stream: string, image: string): string {
  return `registry.example.com/team/${stream}@${image}`;
}

/** A spec tag on the wire. */
function wire(name: string, { from, reference, importMode, scheduled, referencePolicy, generation }: Spec): object {
  const tag = { name, from, reference, importPolicy: { importMode, scheduled }, referencePolicy: { type: referencePolicy } };
  return generation === undefined ? tag : { ...tag, generation };
}

function wires(tags: SpecTags): readonly object[] {
  return Object.entries(tags).map(([name, spec]) => wire(name, spec));
}

/** Sends the request; answers its code. `dryRun` computes and writes nothing. */
export async function sendRequest(send: Send, request: Request, dryRun: boolean): Promise<number> {
  const query = dryRun ? '?dryRun=All' : '';
  const streamUrl = `${API}/imagestreams/${request.stream}`;
  const post = async (resource: string, body: unknown) => (await send('POST', `${API}/${resource}${query}`, { body })).code;
  switch (request.kind) {
    case 'create':
      return post('imagestreams', { metadata: { name: request.stream }, spec: { tags: wires(request.tags) } });
    case 'put':
      return putStream(send, request, `${streamUrl}${query}`, streamUrl);
    case 'patch': {
      const body = { spec: { tags: [wire(request.tag, request.spec)] } };
      return (await send('PATCH', `${streamUrl}${query}`, { body, headers: STRATEGIC })).code;
    }
    case 'write-tag': {
      const name = `${request.stream}:${request.tag}`;
      const body = { metadata: { name }, tag: wire(request.tag, request.spec) };
      if (request.method === 'POST') return post('imagestreamtags', body);
      return (await send('PUT', `${API}/imagestreamtags/${name}${query}`, { body })).code;
    }
    case 'delete-tag':
      return (await send('DELETE', `${API}/imagestreamtags/${request.stream}:${request.tag}${query}`)).code;
    case 'push': {
      const { stream, tag, image: name } = request;
      const image = { metadata: { name }, dockerImageReference: pushedReference(stream, name) };
      return post('imagestreammappings', { metadata: { name: stream }, tag, image });
    }
    case 'import': {
      const images = request.images.map(({ to, from, importMode, scheduled }) => ({
        from: { kind: 'DockerImage', name: from },
        to: { name: to },
        importPolicy: { importMode, scheduled, insecure: true },
      }));
      return post('imagestreamimports', { metadata: { name: request.stream }, spec: { import: true, images } });
    }
    case 'trim':
      return trimStatus(send, request, `${streamUrl}/status${query}`, streamUrl);
    case 'delete':
      return (await send('DELETE', `${streamUrl}${query}`)).code;
  }
}

async function putStream(send: Send, request: Request & { kind: 'put' }, url: string, readUrl: string): Promise<number> {
  const read = await send('GET', readUrl);
  if (read.code !== 200) return read.code;
  const stream = read.body as ImageStream;
  const kept = (stream.spec.tags ?? []).filter(({ name }) => !request.drop.includes(name) && request.tags[name] === undefined);
  const metadata = { ...stream.metadata, ...(request.stale ? { resourceVersion: '1' } : {}) };
  const body = { ...stream, metadata, spec: { ...stream.spec, tags: [...kept, ...wires(request.tags)] } };
  return (await send('PUT', url, { body })).code;
}

async function trimStatus(send: Send, request: Request & { kind: 'trim' }, url: string, readUrl: string): Promise<number> {
  const read = await send('GET', readUrl);
  if (read.code !== 200) return read.code;
  const stream = read.body as ImageStream;
  const tags = (stream.status.tags ?? []).map((tag) =>
    tag.tag === request.tag ? { ...tag, items: (tag.items ?? []).slice(0, request.count) } : tag,
  );
  return (await send('PUT', url, { body: { ...stream, status: { ...stream.status, tags } } })).code;
}

/** What the specification makes of the request. */
export function applyRequest(world: World, request: Request, at: At): model.Outcome {
  const { stream } = request;
  switch (request.kind) {
    case 'create':
      return model.createStream(world, stream, request.tags, at);
    case 'put': {
      if (request.stale && world[stream] !== undefined) return { code: 409, world };
      const keep = (spec: SpecTags) => Object.fromEntries(Object.entries(spec).filter(([tag]) => !request.drop.includes(tag)));
      return model.replaceTags(world, stream, (spec) => ({ ...keep(spec), ...request.tags }), at);
    }
    case 'patch': {
      const { tag, spec } = request;
      // What a patch does not name stays: the generation, and `insecure`, which none of these names.
      const merged = (old: Spec | undefined): Spec => ({
        ...spec,
        insecure: old?.insecure ?? false,
        generation: spec.generation ?? old?.generation,
      });
      return model.replaceTags(world, stream, (tags) => ({ ...tags, [tag]: merged(tags[tag]) }), at);
    }
    case 'write-tag':
      return model.writeTag(world, stream, request.tag, request.spec, at, request.method);
    case 'delete-tag':
      return model.deleteTag(world, stream, request.tag);
    case 'push':
      return model.pushImage(world, stream, request.tag, request.image, pushedReference(stream, request.image), at);
    case 'import':
      return model.importImages(world, stream, request.images, at);
    case 'trim':
      return model.trimHistory(world, stream, request.tag, request.count);
    case 'delete':
      return model.deleteStream(world, stream);
  }
}
