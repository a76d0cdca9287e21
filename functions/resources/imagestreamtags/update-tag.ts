/** PUT and PATCH of imagestreamtags: how `oc tag` tags (openshift-semantics.md §4.1 UPDATE). */
import { ownersFromWire } from '../../image/tag-owners.ts';
import { policyAnnotations } from '../../image/tag-policy.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';
import { IMAGE_STREAM_TAG_PLACE } from '../../image/tag-view.ts';
import type { ImageStreamTag, TagReference } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, Written } from '../../kubernetes/handlers.ts';
import { badRequest, invalid } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { requireNamespace } from '../require-namespace.ts';
import { viewWrittenTag } from './read-tag.ts';
import { checkTagVersion, parseTagName } from './stream-and-tag.ts';
import { validateTagUpdate } from './validate-tag.ts';
import { viewCurrentTag, writeTag } from './write-tag.ts';

type Next = (current: ImageStreamTag | null) => ImageStreamTag;

/**
 * Replaces the spec tag; creates tag and stream when they are not there. Without a resourceVersion the write is unconditional and lost
 * races are run again; with one it must be the stream's. `created` (201) means the spec tag was absent, whatever the stream (§11.11).
 */
export async function updateTag(api: ImageApi, context: RequestContext, name: string, next: Next): Promise<Written<ImageStreamTag>> {
  const names = parseTagName(name);
  const { namespace } = context.info;
  const written = await api.retry(async () => {
    const before = await api.streams.readTags(namespace, names.stream, [names.tag]);
    if (before === null) await requireNamespace(api.namespaces, context.info, name);
    const wanted = next(viewCurrentTag(api, context, names, before));
    checkTagVersion(before, name, wanted.metadata.resourceVersion, 'imagestreamtags');
    const sent = wanted.tag === null || wanted.tag === undefined ? null : defaultTagReference({ ...wanted.tag, name: names.tag });
    const stored = before?.tags.get(names.tag)?.spec ?? null;
    const errors = validateTagUpdate(before, stored, { metadata: wanted.metadata, spec: sent }, api.allowedRegistries);
    if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageStreamTag', name, errors));
    const spec = wantedSpec(wanted, stored, names.tag, `${namespace}/${names.stream}`);
    const owners = ownersFromWire(wanted.metadata.managedFields, IMAGE_STREAM_TAG_PLACE);
    return { ...(await writeTag(api, { context, names, before, spec, owners })), created: stored === null };
  });
  return { object: await viewWrittenTag(api, written.stream, written.tag), created: written.created };
}

/**
 * The body's tag with the body's metadata.annotations, always; a body without tag keeps the stored one. Who tags without having looked, as `oc tag`
 * does, says nothing about a hold: only that and the minimum age stay.
 */
function wantedSpec(wanted: ImageStreamTag, stored: TagReference | null, tag: string, stream: string): TagReference {
  const base = wanted.tag ?? stored;
  if (base === null) throw new ApiError(badRequest(`imagestreamtag ${tag} is not a spec tag in imagestream ${stream}, cannot be updated`));
  const { annotations, resourceVersion = '' } = wanted.metadata;
  const kept = resourceVersion === '' ? policyAnnotations(stored) : null;
  return defaultTagReference({ ...base, annotations: annotations ?? kept, name: tag });
}
