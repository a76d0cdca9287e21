/** core/v1 Namespace as clients see it. */
import { formatAge } from '../../kubernetes/age.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import type { KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import type { Namespace } from '../ports.ts';

/** Every namespace carries its name as a label, whatever a client sends. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export interface NamespaceObject extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly finalizers: readonly string[] };
  readonly status: { readonly phase: 'Active' | 'Terminating' };
}

/** Fields that selectors may name. */
export const NAMESPACE_FIELDS: Readonly<Record<string, (object: Pick<NamespaceObject, 'metadata' | 'status'>) => string>> = {
  'metadata.name': ({ metadata }) => metadata.name ?? '',
  'status.phase': ({ status }) => status.phase,
};

export function viewNamespace(namespace: Namespace): NamespaceObject {
  const { name, uid, revision, creationTimestamp, deletionTimestamp, labels, annotations, managedFields } = namespace;
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: {
      name,
      uid,
      ...(revision === 0 ? {} : { resourceVersion: String(revision) }),
      creationTimestamp,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      labels: withNameLabel(name, labels),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(managedFields === undefined ? {} : { managedFields }),
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: deletionTimestamp === undefined ? 'Active' : 'Terminating' },
  };
}

/** What of the metadata a client writes, and who has set what. */
export function ownMetadata(
  name: string,
  { labels, annotations, managedFields = [] }: ObjectMeta,
): Pick<Namespace, 'labels' | 'annotations' | 'managedFields'> {
  const kept = { labels: withNameLabel(name, labels), annotations: annotations ?? {} };
  return managedFields.length === 0 ? kept : { ...kept, managedFields };
}

export function withNameLabel(name: string, labels: ObjectMeta['labels']): Readonly<Record<string, string>> {
  return { ...labels, [NAME_LABEL]: name };
}

/** The columns of kubectl (kubernetes `printers/internalversion`). */
export const namespaceTable: TableDefinition<NamespaceObject> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the namespace' },
    { name: 'Status', type: 'string', description: 'Phase of the namespace' },
    { name: 'Age', type: 'string', description: 'Time since it was created' },
  ],
  cells: (object, now) => [object.metadata.name ?? '', object.status.phase, formatAge(object.metadata.creationTimestamp, now)],
};
