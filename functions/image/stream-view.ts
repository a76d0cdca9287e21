/** An image stream as clients see it (openshift-semantics.md §2.1, §2.2, §4.4, §12). Pure. */
import { describeMissingImages } from './missing-image.ts';
import { describePendingImages, shownConditions } from './pending-view.ts';
import { formatReference, parseReference } from './reference.ts';
import { OLDER_HISTORY_ANNOTATION, streamMetadata } from './stream-metadata.ts';
import type { RegistryHosts, StreamState, TagState } from './stream-state.ts';
import { joinManagedFields } from './tag-owners.ts';
import type { ImageStream, NamedTagEventList, TagEvent, TagReference } from './types.ts';

export { specTagsFromWire } from './tag-reference.ts';

/** Events of each tag that an ImageStream embeds; `imagestreamtags/NAME/history` has all. */
export const EMBEDDED_EVENTS = 50;

/** The wire form: tags by name, repositories of today's hosts, the newest events of each tag. */
export function viewStream(stream: StreamState, hosts: RegistryHosts): ImageStream {
  const tags = [...stream.tags.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const specTags = tags.map(({ spec }) => spec).filter((spec) => spec !== null);
  const statusTags = tags.filter(isTagKnown).map(viewTagEvents);
  const { lookupPolicy, dockerImageRepository } = stream;
  const { external } = hosts;
  const managedFields = joinManagedFields(stream.managers ?? [], tags);
  return {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: { ...streamMetadata(stream, computedAnnotations(tags)), ...(managedFields.length === 0 ? {} : { managedFields }) },
    spec: {
      lookupPolicy,
      ...(dockerImageRepository === '' ? {} : { dockerImageRepository }),
      ...(specTags.length === 0 ? {} : { tags: specTags }),
    },
    status: {
      dockerImageRepository: statusRepository(stream, hosts),
      ...(external === undefined ? {} : { publicDockerImageRepository: `${external}/${stream.namespace}/${stream.name}` }),
      ...(statusTags.length === 0 ? {} : { tags: statusTags }),
    },
  };
}

/** Where the integrated registry has the stream; '' without one. */
export function localRepository({ internal }: RegistryHosts, namespace: string, name: string): string {
  return internal === undefined || internal === '' ? '' : `${internal}/${namespace}/${name}`;
}

/** `status.dockerImageRepository`: the integrated registry's, else what the spec names, else ''. */
export function statusRepository(stream: StreamState, hosts: RegistryHosts): string {
  return localRepository(hosts, stream.namespace, stream.name) || stream.dockerImageRepository;
}

/** The pull spec consumers of a tag get (§4.4): with policy Local the image in `repository` ('' or unparsable: none), else the event's own. */
export function resolvedReference(spec: TagReference | null, event: TagEvent, repository: string): string {
  if (spec?.referencePolicy.type !== 'Local' || repository === '' || event.image === '') return event.dockerImageReference;
  const local = parseReference(repository);
  return local.ok ? formatReference({ ...local.reference, tag: '', id: event.image }) : event.dockerImageReference;
}

/** `status.tags[]` of one tag: its newest events, null when it has none. */
export function viewTagEvents(tag: TagState): NamedTagEventList {
  const { name, items } = tag;
  const conditions = shownConditions(tag);
  return {
    tag: name,
    items: items.length === 0 ? null : items.slice(0, EMBEDDED_EVENTS),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** There is more of the tag than its spec. */
export function isTagKnown({ items, conditions, pending }: TagState): boolean {
  return items.length > 0 || conditions.length > 0 || pending !== undefined;
}

/** What the product tells of the tags in annotations of the stream. */
export function computedAnnotations(tags: readonly TagState[]): Readonly<Record<string, string>> {
  return { ...describeOlderHistory(tags), ...describePendingImages(tags), ...describeMissingImages(tags) };
}

/** The annotation that tells how many events of which tags are not embedded; none when all are. */
function describeOlderHistory(tags: readonly TagState[]): Readonly<Record<string, string>> {
  const older = tags
    .map(({ name, items, total }) => [name, total - Math.min(items.length, EMBEDDED_EVENTS)] as const)
    .filter(([, count]) => count > 0);
  return older.length === 0 ? {} : { [OLDER_HISTORY_ANNOTATION]: JSON.stringify(Object.fromEntries(older)) };
}
