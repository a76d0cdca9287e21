/** Verbs of core/v1 namespaces: get, list, create. `default` always exists. */
import { randomUUID } from 'node:crypto';
import { formatAge } from '../../kubernetes/age.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ListOptions, RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { alreadyExists, invalid, notFound, plainFailure } from '../../kubernetes/status.ts';
import type { KubernetesList, KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import { StoreError } from '../../store/errors.ts';
import { checkFieldSelector, matchesFields } from '../field-selection.ts';
import type { Namespace, NamespaceStore } from '../ports.ts';
import { formatTime } from '../rfc3339.ts';
import { NAMESPACE_MESSAGE } from './namespace-message.ts';
import { NAMESPACE } from './schema.ts';
import { validateNamespace } from './validate-namespace.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

export interface NamespaceObject extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly finalizers: readonly string[] };
  readonly status: { readonly phase: 'Active' };
}

export function createNamespaceHandlers(namespaces: NamespaceStore, newUid: () => string = randomUUID): ResourceHandlers<NamespaceObject> {
  return {
    async get(_context, name) {
      const namespace = await namespaces.readNamespace(name);
      if (namespace === null) throw new ApiError(notFound('', 'namespaces', name));
      return viewNamespace(namespace);
    },
    list: (_context, options) => listNamespaces(namespaces, options),
    create: (context, object) => createNamespace({ namespaces, newUid }, context, object),
    protobuf: NAMESPACE_MESSAGE,
    schema: NAMESPACE,
    table: {
      columns: [
        { name: 'Name', type: 'string', format: 'name', description: 'Name of the namespace' },
        { name: 'Status', type: 'string', description: 'Phase of the namespace' },
        { name: 'Age', type: 'string', description: 'Time since it was created' },
      ],
      cells: (object, now) => [object.metadata.name ?? '', object.status.phase, formatAge(object.metadata.creationTimestamp, now)],
    },
  };
}

async function listNamespaces(namespaces: NamespaceStore, options: ListOptions): Promise<KubernetesList<NamespaceObject>> {
  checkFieldSelector(options, ['metadata.name', 'status.phase']);
  const page = await namespaces.listNamespaces(options);
  const items = page.items.map(viewNamespace).filter((object) => {
    const fields = { 'metadata.name': object.metadata.name ?? '', 'status.phase': object.status.phase };
    return options.matchesLabels(object.metadata.labels) && matchesFields(options.fieldRequirements, fields);
  });
  const metadata = { resourceVersion: String(page.revision), ...(page.continue === undefined ? {} : { continue: page.continue }) };
  return { kind: 'NamespaceList', apiVersion: 'v1', metadata, items };
}

/** Throws ApiError 409 when it exists, 422 for a name that is no RFC 1123 label and for bad labels, 500 (resourceVersion set). */
async function createNamespace(
  { namespaces, newUid }: { readonly namespaces: NamespaceStore; readonly newUid: () => string },
  context: RequestContext,
  object: NamespaceObject,
): Promise<NamespaceObject> {
  const metadata = withName(object.metadata, newUid);
  const { name = '', labels, annotations, resourceVersion = '' } = metadata;
  if (resourceVersion !== '') throw new ApiError(plainFailure(500, 'resourceVersion should not be set on objects to be created'));
  const errors = validateNamespace(metadata);
  if (errors.length > 0) throw new ApiError(invalid('', 'Namespace', name, errors));
  const exists = () => new ApiError(alreadyExists('', 'namespaces', name));
  const wanted = { name, labels: { ...labels, [NAME_LABEL]: name }, annotations: annotations ?? {} };
  if (context.dryRun) {
    if ((await namespaces.readNamespace(name)) !== null) throw exists();
    return viewNamespace({ ...wanted, uid: newUid(), revision: 0, creationTimestamp: formatTime(context.now) });
  }
  try {
    return viewNamespace(await namespaces.createNamespace(wanted, context.now));
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_STORE_EXISTS') throw exists();
    throw error;
  }
}

/** `generateName` plus five characters, when there is no name. */
function withName(metadata: ObjectMeta, newUid: () => string): ObjectMeta {
  const { name = '', generateName = '' } = metadata;
  return name !== '' || generateName === '' ? metadata : { ...metadata, name: generateName + newUid().replaceAll('-', '').slice(0, 5) };
}

function viewNamespace({ name, uid, revision, creationTimestamp, labels, annotations }: Namespace): NamespaceObject {
  const shown = Object.keys(annotations).length === 0 ? {} : { annotations };
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name, uid, resourceVersion: String(revision), creationTimestamp, labels: { ...labels, [NAME_LABEL]: name }, ...shown },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}
