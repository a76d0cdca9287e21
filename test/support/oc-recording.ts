/** What a recording of a client holds (test/fixtures/oc/README.md), and what of an answer is compared with it. */
import type { ImageStream, ImageStreamImport, ImageStreamTag, ImageTag, NamedTagEventList } from '../../functions/image/types.ts';

export interface Recording {
  readonly client: string;
  readonly commands: readonly RecordedCommand[];
}

export interface RecordedCommand {
  readonly command: string;
  /** What the client printed on both streams, where it says more than the requests do. */
  readonly output?: string;
  /** 0 when absent. */
  readonly exit?: number;
  readonly requests: readonly RecordedRequest[];
}

export interface RecordedRequest {
  readonly method: string;
  /** As sent, with its query. */
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly status: number;
  /** See `essenceOf`. */
  readonly answer: unknown;
}

interface Answer {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly items?: readonly Answer[];
  readonly rows?: readonly { readonly cells: readonly unknown[] }[];
  readonly columnDefinitions?: readonly { readonly name: string }[];
  readonly reason?: string;
  readonly message?: string;
  readonly status?: unknown;
}

/** What clients make of an answer and what does not depend on time: kinds, names, where tags come from and what they point to, results, reasons. */
export function essenceOf(answer: unknown): unknown {
  const { kind, metadata, items } = answer as Answer;
  if (kind === 'APIGroupDiscoveryList') return { kind }; // the test of discovery knows what is in it
  if (kind === undefined) return { members: Object.keys(answer as object) };
  // The type of a list's elements is told by the list.
  if (items !== undefined) return { kind, items: items.map((item) => essenceOf({ kind: kind.replace(/List$/, ''), ...item })) };
  const essence = ESSENCES[kind];
  return essence === undefined ? { kind, name: metadata?.name } : { kind, ...essence(answer as never) };
}

/** By kind, besides the kind itself. */
const ESSENCES: Readonly<Record<string, (answer: never) => object>> = {
  Status: ({ status, reason, message }: Answer) => ({ status, reason, message: message?.replace(/\d{16}/g, '…') }),
  Table: ({ columnDefinitions, rows }: Answer) => ({
    columns: columnDefinitions?.map(({ name }) => name),
    rows: rows?.map(({ cells }) => cells[0]),
  }),
  ImageStream: streamEssence,
  ImageStreamImport: importEssence,
  ImageStreamTag: ({ metadata, tag }: ImageStreamTag) => ({ name: metadata.name, tag }),
  ImageTag: ({ metadata, spec }: ImageTag) => ({ name: metadata.name, spec }),
};

function streamEssence({ metadata, spec, status }: ImageStream): object {
  const { labels = {}, annotations = {} } = metadata;
  const { 'openshift.io/image.dockerRepositoryCheck': _time, ...notes } = annotations ?? {};
  return {
    name: metadata.name,
    labels,
    annotations: notes,
    spec,
    history: Object.fromEntries((status.tags ?? []).map((tag) => [tag.tag, historyOf(tag)])),
  };
}

function historyOf({ items, conditions }: NamedTagEventList): readonly unknown[] {
  const events = (items ?? []).map(({ dockerImageReference }) => dockerImageReference);
  return [...events, ...(conditions ?? []).map(({ type, status, reason }) => ({ type, status, reason }))];
}

function importEssence({ metadata, status }: ImageStreamImport): object {
  const results = (images: ImageStreamImport['status']['images']) =>
    images?.map(({ tag, status: { status: result, reason, message }, image }) => ({
      tag,
      result,
      reason,
      // What else went wrong is told in the words of the network.
      ...(reason === 'InternalError' ? {} : { message }),
      image: image?.dockerImageReference,
    }));
  const { repository } = status;
  return {
    name: metadata?.name,
    import: status.import === undefined ? undefined : essenceOf({ kind: 'ImageStream', ...status.import }),
    images: results(status.images),
    repository: repository && {
      result: repository.status?.status,
      reason: repository.status?.reason,
      images: results(repository.images),
      additionalTags: repository.additionalTags,
    },
  };
}
