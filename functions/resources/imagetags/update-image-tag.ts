/** PUT and PATCH of imagetags (openshift-semantics.md §4.2 UPDATE). */
import type { StreamState } from '../../image/stream-state.ts';
import { removeSpecTag } from '../../image/stream-update.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';
import type { ImageTag } from '../../image/types.ts';
import { IMAGE_TAG_PLACE, viewImageTag } from '../../image/image-tag-view.ts';
import { ownersFromWire } from '../../image/tag-owners.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, Written } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { writeStream } from '../imagestreams/write-stream.ts';
import { checkTagVersion, parseTagName, type StreamAndTag } from '../imagestreamtags/stream-and-tag.ts';
import { emptyStream, writeTag } from '../imagestreamtags/write-tag.ts';
import { requireNamespace } from '../require-namespace.ts';
import { type ShownTag, showTag, showWritten, viewShown } from './shown-tag.ts';
import { validateImageTagCreate, validateImageTagUpdate } from './validate-image-tag.ts';

type Next = (current: ImageTag | null) => ImageTag;

/**
 * Replaces the spec tag, or removes it when the body has none; creates tag and stream when they are not there. Everything else has to be sent
 * back as it was shown. `created` (201) means the spec tag was absent. Throws ApiError 404, 409, 422. Lost races are run again, where upstream
 * answers 409 at once.
 */
export async function updateImageTag(api: ImageApi, context: RequestContext, name: string, next: Next): Promise<Written<ImageTag>> {
  const names = parseTagName(name, 'imagetags');
  const { namespace } = context.info;
  const written = await api.retry(async () => {
    const before = await api.streams.readTags(namespace, names.stream, [names.tag]);
    if (before === null) await requireNamespace(api.namespaces, context.info, name);
    const shown = await showTag(api, before ?? emptyStream(api, context, names.stream), names.tag);
    const current = viewBefore(api, before, shown);
    const wanted = next(current);
    checkTagVersion(before, name, wanted.metadata.resourceVersion, 'imagetags');
    const errors = validate(api, before, current, wanted, names);
    if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageTag', name, errors));
    const stream = await write(api, context, names, before, wanted);
    return { shown: showWritten(before, shown, stream), created: shown.tag.spec === null };
  });
  return { object: await viewShown(api, written.shown), created: written.created };
}

/** What a patch is applied to. A stream that is not there yet shows its name only, so that PATCH can create it. */
function viewBefore(api: ImageApi, before: StreamState | null, { stream, tag }: ShownTag): ImageTag {
  const view = viewImageTag(stream, tag, null, api.hosts);
  const { name, namespace } = view.metadata;
  return before === null ? { ...view, metadata: { name, namespace } } : view;
}

function validate(
  { allowedRegistries }: ImageApi,
  before: StreamState | null,
  current: ImageTag,
  wanted: ImageTag,
  { tag }: StreamAndTag,
): readonly FieldError[] {
  if (before === null) return validateImageTagCreate(wanted, tag, allowedRegistries);
  return validateImageTagUpdate(current, wanted, tag, allowedRegistries);
}

async function write(
  api: ImageApi,
  context: RequestContext,
  names: StreamAndTag,
  before: StreamState | null,
  { spec, metadata }: ImageTag,
): Promise<StreamState> {
  if (spec !== null && spec !== undefined) {
    const owners = ownersFromWire(metadata.managedFields, IMAGE_TAG_PLACE);
    return (await writeTag(api, { context, names, before, spec: defaultTagReference({ ...spec, name: names.tag }), owners })).stream;
  }
  if (before === null) throw new Error('a tag of a new stream has a spec: validation sees to it');
  return writeStream(api, { context, before, wanted: removeSpecTag(before, names.tag), cause: 'tag' });
}
