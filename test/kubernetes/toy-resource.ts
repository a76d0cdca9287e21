/** A resource with everything the pipeline offers, kept in memory: the smallest API that behaves like a real one. */
import { ApiError } from '../../functions/kubernetes/api-error.ts';
import type { ApiResource } from '../../functions/kubernetes/api-resource.ts';
import type { ApiRequest, RequestContext, ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { createApi, type ApiDependencies, type Observation } from '../../functions/kubernetes/pipeline.ts';
import { alreadyExists, conflict, notFound, success } from '../../functions/kubernetes/status.ts';
import type { KubernetesObject } from '../../functions/kubernetes/types.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

export interface Widget extends KubernetesObject {
  readonly spec?: { readonly size?: number; readonly parts?: readonly string[] };
}

const GROUP = 'example.io';
export const WIDGETS = `/apis/${GROUP}/v1/namespaces/ns/widgets`;

export const ENTRIES: readonly ApiResource[] = [
  {
    group: GROUP,
    version: 'v1',
    resource: 'widgets',
    kind: 'Widget',
    singular: 'widget',
    namespaced: true,
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'],
    shortNames: ['wi'],
    categories: ['all'],
  },
  {
    group: GROUP,
    version: 'v1',
    resource: 'widgets',
    subresource: 'size',
    kind: 'Scale',
    kindGroup: 'autoscaling/v2',
    singular: '',
    namespaced: true,
    verbs: ['get'],
  },
  {
    group: '',
    version: 'v1',
    resource: 'namespaces',
    kind: 'Namespace',
    singular: 'namespace',
    namespaced: false,
    verbs: ['get', 'list', 'create'],
  },
  { group: GROUP, version: 'v1', resource: 'results', kind: 'Result', singular: 'result', namespaced: true, verbs: ['create'] },
  { group: GROUP, version: 'v1', resource: 'elsewhere', kind: 'Elsewhere', singular: 'elsewhere', namespaced: true, verbs: ['get'] },
];

export function createToyApi(overrides: Partial<ApiDependencies> = {}) {
  const stored = new Map<string, Widget>();
  const calls: { readonly verb: string; readonly context: RequestContext }[] = [];
  const errors: unknown[] = [];
  const observations: Observation[] = [];
  let revision = 0;
  const save = (key: string, widget: Widget): Widget => {
    const saved = { ...widget, metadata: { ...widget.metadata, resourceVersion: String(++revision) } };
    stored.set(key, saved);
    return saved;
  };
  const keyOf = ({ info }: RequestContext, name: string) => `${info.namespace}/${name}`;

  const widgets: ResourceHandlers<Widget> = {
    async get(context, name) {
      const widget = stored.get(keyOf(context, name));
      if (widget === undefined) throw new ApiError(notFound(GROUP, 'widgets', name));
      return widget;
    },
    async list({ info }, { matchesLabels, limit }) {
      const inside = [...stored]
        .filter(([key]) => info.namespace === '' || key.startsWith(`${info.namespace}/`))
        .map(([, widget]) => widget);
      const items = inside.filter(({ metadata }) => matchesLabels(metadata?.labels)).slice(0, limit);
      return {
        kind: 'WidgetList',
        apiVersion: `${GROUP}/v1`,
        metadata: { resourceVersion: '9', ...(limit === undefined ? {} : { continue: 'next' }) },
        items,
      };
    },
    async create(context, widget) {
      calls.push({ verb: 'create', context });
      const key = keyOf(context, widget.metadata?.name ?? '');
      if (stored.has(key)) throw new ApiError(alreadyExists(GROUP, 'widgets', widget.metadata?.name ?? ''));
      return context.dryRun ? widget : save(key, widget);
    },
    async update(context, name, next) {
      calls.push({ verb: 'update', context });
      const current = stored.get(keyOf(context, name)) ?? null;
      next(current); // lost a race: asked again
      const wanted = next(current);
      if (wanted.metadata?.resourceVersion !== undefined && wanted.metadata.resourceVersion !== current?.metadata?.resourceVersion) {
        throw new ApiError(conflict(GROUP, 'widgets', name, 'the object has been modified'));
      }
      return { object: context.dryRun ? wanted : save(keyOf(context, name), wanted), created: current === null };
    },
    async delete(context, name, { uid }) {
      calls.push({ verb: 'delete', context });
      const key = keyOf(context, name);
      if (!stored.has(key)) throw new ApiError(notFound(GROUP, 'widgets', name));
      if (!context.dryRun) stored.delete(key);
      return success({ name, ...(uid === undefined ? {} : { uid }) });
    },
    table: {
      columns: [
        { name: 'Name', type: 'string', format: 'name', description: 'Name' },
        { name: 'Size', type: 'number', description: 'Size', priority: 1 },
      ],
      cells: ({ metadata, spec }) => [metadata?.name ?? '', spec?.size ?? null],
    },
  };
  const namespaces: ResourceHandlers = { get: async (_context, name) => ({ kind: 'Namespace', apiVersion: 'v1', metadata: { name } }) };
  const api = createApi({
    entries: ENTRIES,
    resources: new Map<string, ResourceHandlers>([
      ['example.io/v1/widgets', widgets],
      [
        'example.io/v1/widgets/size',
        { get: async (_context, name) => ({ kind: 'Scale', apiVersion: 'autoscaling/v2', metadata: { name } }) },
      ],
      ['example.io/v1/results', { create: async () => ({ ...success(), code: 201 }) }],
      ['/v1/namespaces', namespaces],
    ]),
    authorizer: EVERYBODY_MAY,
    clock: () => 1_000_000,
    mapError: () => null,
    onError: (error) => errors.push(error),
    observe: (observation) => observations.push(observation),
    ...overrides,
  });
  return {
    api: (request: Partial<ApiRequest> & { readonly url?: string }) => api(completed(request)),
    stored,
    save,
    calls,
    errors,
    observations,
  };
}

function completed({ url = WIDGETS, ...request }: Partial<ApiRequest> & { readonly url?: string }): ApiRequest {
  const [path = '', query = ''] = url.split('?');
  return {
    method: 'GET',
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: null,
    identity: { user: 'alice', groups: [] },
    requestId: 'r-1',
    ...request,
  };
}

export function jsonBody(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
