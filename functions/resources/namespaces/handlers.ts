/** Verbs of core/v1 namespaces. `default` always exists. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ListOptions, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { KubernetesList } from '../../kubernetes/types.ts';
import { checkFieldSelector, matchesReaders, pageOf } from '../field-selection.ts';
import { deleteNamespace, readNamespace, updateNamespace } from './change-namespace.ts';
import { createNamespace } from './create-namespace.ts';
import type { NamespaceApi } from './namespace-api.ts';
import { NAMESPACE_MESSAGE } from './namespace-message.ts';
import { NAMESPACE_FIELDS, type NamespaceObject, namespaceTable, viewNamespace } from './namespace-object.ts';
import { NAMESPACE } from './schema.ts';
import { validateNamespace } from './validate-namespace.ts';

export function createNamespaceHandlers(api: NamespaceApi): ResourceHandlers<NamespaceObject> {
  return {
    get: async (_context, name) => viewNamespace(await readNamespace(api, name)),
    list: (_context, options) => listNamespaces(api, options),
    create: async (context, { metadata }) => viewNamespace(await createNamespace(api, context, metadata)),
    update: async (context, name, next) => {
      const object = await updateNamespace(api, context, name, (before) => {
        const { metadata } = next(viewNamespace(before));
        const errors = validateNamespace({ ...metadata, name });
        if (errors.length > 0) throw new ApiError(invalid('', 'Namespace', name, errors));
        return metadata;
      });
      return { object: viewNamespace(object), created: false };
    },
    delete: async (context, name, options) => viewNamespace(await deleteNamespace(api, context, name, options)),
    protobuf: NAMESPACE_MESSAGE,
    schema: NAMESPACE,
    table: namespaceTable,
  };
}

/** Those that pass the selectors. Throws ApiError 400 for a field nobody can select by. */
export async function listNamespaces({ namespaces }: NamespaceApi, options: ListOptions): Promise<KubernetesList<NamespaceObject>> {
  checkFieldSelector(options, Object.keys(NAMESPACE_FIELDS));
  const page = await namespaces.listNamespaces(pageOf(options));
  const items = page.items
    .map(viewNamespace)
    .filter(
      (object) => options.matchesLabels(object.metadata.labels) && matchesReaders(options.fieldRequirements, NAMESPACE_FIELDS, object),
    );
  const metadata = { resourceVersion: String(page.revision), ...(page.continue === undefined ? {} : { continue: page.continue }) };
  return { kind: 'NamespaceList', apiVersion: 'v1', metadata, items };
}
