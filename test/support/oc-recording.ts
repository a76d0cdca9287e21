/** What a recording of a client holds (test/fixtures/oc/README.md), and what of an answer is compared with it. */
import { DEFAULT_CLUSTER_ROLES } from '../../functions/rbac/default-roles.ts';
import { DISPLAY_NAME, type Project } from '../../functions/resources/projects/project-object.ts';
import type { Binding } from '../../functions/resources/rolebindings/binding-object.ts';
import type { Role } from '../../functions/resources/roles/role-object.ts';
import type { ServiceAccount } from '../../functions/resources/serviceaccounts/service-account-object.ts';
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
  // What is in them, other tests know: that of discovery, and those of the policy everybody begins with.
  if (ELSEWHERE.includes(kind ?? '')) return { kind };
  if (kind === undefined) return { members: Object.keys(answer as object) };
  // The type of a list's elements is told by the list.
  if (items !== undefined) return { kind, items: items.map((item) => essenceOf({ kind: kind.replace(/List$/, ''), ...item })) };
  const essence = ESSENCES[kind];
  return essence === undefined ? { kind, name: metadata?.name } : { kind, ...essence(answer as never) };
}

const ELSEWHERE: readonly string[] = ['APIGroupDiscoveryList', 'ClusterRoleList', 'ClusterRoleBindingList', 'ResourceAccessReviewResponse'];

/** By kind, besides the kind itself. */
const ESSENCES: Readonly<Record<string, (answer: never) => object>> = {
  Status: ({ status, reason, message }: Answer) => ({ status, reason, message: message?.replace(/\d{16}/g, '…') }),
  Table: ({ columnDefinitions, rows }: Answer) => ({
    columns: columnDefinitions?.map(({ name }) => name),
    rows: rows?.map(({ cells }) => cells[0]),
  }),
  Role: roleEssence,
  ClusterRole: roleEssence,
  RoleBinding: bindingEssence,
  ClusterRoleBinding: bindingEssence,
  Project: ({ metadata, status }: Project) => ({ name: metadata.name, displayName: metadata.annotations?.[DISPLAY_NAME], status }),
  ServiceAccount: ({ metadata, secrets, imagePullSecrets }: ServiceAccount) => ({ name: metadata?.name, secrets, imagePullSecrets }),
  ImageStream: streamEssence,
  ImageStreamImport: importEssence,
  ImageStreamTag: ({ metadata, tag }: ImageStreamTag) => ({ name: metadata.name, tag }),
  ImageTag: ({ metadata, spec }: ImageTag) => ({ name: metadata.name, spec }),
};

function roleEssence({ metadata, rules, aggregationRule }: Role): object {
  const name = metadata?.name;
  return DEFAULT_CLUSTER_ROLES.some((role) => role.name === name) ? { name } : { name, rules, aggregationRule };
}

function bindingEssence({ metadata, roleRef, subjects }: Binding): object {
  return { name: metadata?.name, role: `${roleRef.kind}/${roleRef.name}`, subjects };
}

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
