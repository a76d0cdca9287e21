/** Whether an import may ask the registries it names (openshift-semantics.md §6.1 step 3). */
import { ALLOW_ALL, importAddress } from '../../image/allowed-registries.ts';
import { parseReference } from '../../image/reference.ts';
import type { ImageStreamImport, RepositoryImportSpec } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';

/** Who may create these, in any namespace, may bring images from anywhere. The second name is upstream's slip, and roles are written against it. */
const EXEMPTING = ['images', 'imagestreammapping'];
/** No registry at all: what `*` means, and what does not parse fails elsewhere. */
const NOWHERE = { registry: '', namespace: '', name: '', tag: '', id: '' };

type Api = Pick<ImageApi, 'authorizer' | 'allowedRegistries'>;

/** Compares host and port alone, the port being 443 or, for insecure sources, 80 unless it is named. Throws ApiError 422. */
export async function checkRegistries(api: Api, { identity }: RequestContext, { metadata, spec }: ImageStreamImport): Promise<void> {
  if (api.allowedRegistries === ALLOW_ALL) return;
  const { repository, images = [] } = spec;
  const errors = [
    ...(repository === undefined ? [] : refuseSource(api, 'spec.repository', repository)),
    ...images.flatMap((image, index) => refuseSource(api, `spec.images[${index}]`, image)),
  ];
  if (errors.length === 0) return;
  const decisions = await Promise.all(
    EXEMPTING.map((resource) => api.authorizer.authorize(identity, { verb: 'create', group: IMAGE_GROUP, resource })),
  );
  if (decisions.some(({ allowed }) => allowed)) return;
  throw new ApiError(invalid(IMAGE_GROUP, 'ImageStreamImport', metadata.name ?? '', errors));
}

function refuseSource({ allowedRegistries }: Api, path: string, { from, importPolicy }: RepositoryImportSpec): readonly FieldError[] {
  const parsed = parseReference(from.name ?? '');
  const address = importAddress(parsed.ok ? parsed.reference : NOWHERE, importPolicy.insecure ?? false);
  const refused = allowedRegistries({ ...NOWHERE, registry: address }, 'secure');
  if (refused === null) return [];
  const detail = `importing images from registry ${JSON.stringify(address)} is forbidden: ${refused}`;
  return [{ type: 'Forbidden', field: `${path}.from.name`, detail }];
}
