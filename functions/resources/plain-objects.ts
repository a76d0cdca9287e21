/** Verbs of plain objects, of a namespace or of the cluster: stored whole, independent of each other (apiserver `registry/generic`). */
import { randomUUID } from 'node:crypto';
import type { ObjectStore, StoredObject, WatchableStore } from '../access/ports.ts';
import { ApiError } from '../kubernetes/api-error.ts';
import type { DeleteOptions, ListOptions, RequestContext, ResourceHandlers, Written } from '../kubernetes/handlers.ts';
import { alreadyExists, badRequest, invalid, notFound, success } from '../kubernetes/status.ts';
import type { FieldError, KubernetesList, KubernetesObject, ObjectMeta, Status } from '../kubernetes/types.ts';
import { sameJson } from '../image/same-json.ts';
import { StoreError } from '../store/errors.ts';
import { checkFieldSelector, matchesReaders, pageOf } from './field-selection.ts';
import type { NamespaceReader } from './ports.ts';
import { checkDeletePreconditions, checkPreconditions } from './preconditions.ts';
import { requireNamespace } from './require-namespace.ts';
import { formatTime } from './rfc3339.ts';
import type { WatchedKind } from './watching/watched-kind.ts';

/** Metadata and place of an object about to be stored. */
export type ObjectBase = Pick<StoredObject, keyof StoredObject>;

/** What tells one kind of plain object from another. All of it pure. */
export interface PlainKind<T extends StoredObject, O extends KubernetesObject> {
  readonly group: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
  /** Lives in no namespace. */
  readonly isClusterScoped?: true;
  /** Fields a field selector may name, besides name and namespace. */
  readonly fields?: Readonly<Record<string, (object: O) => string>>;
  /** The object to store; `before` is the stored one of an update. */
  prepare(object: O, base: ObjectBase, before: T | null): T;
  validate(object: T): readonly FieldError[];
  validateUpdate(before: T, after: T): readonly FieldError[];
  view(object: T): O;
}

export interface PlainApi<T extends StoredObject> {
  readonly objects: ObjectStore<T>;
  readonly namespaces: NamespaceReader;
  /** Runs the attempt again while it loses races (ERR_STORE_CONFLICT); rethrows when it keeps losing. */
  readonly retry: <R>(attempt: () => Promise<R>) => Promise<R>;
  /** Default: randomUUID. */
  readonly newUid?: () => string;
  /** Looks at every write before it is validated (`before` null: it creates); throws ApiError to refuse it. */
  readonly admit?: (context: RequestContext, before: T | null, after: T) => Promise<void>;
}

export type PlainHandlers<O extends KubernetesObject> = Required<
  Pick<ResourceHandlers<O>, 'get' | 'list' | 'create' | 'update' | 'delete'>
>;

export function createPlainHandlers<T extends StoredObject, O extends KubernetesObject>(
  kind: PlainKind<T, O>,
  api: PlainApi<T>,
): PlainHandlers<O> {
  return {
    get: async (context, name) => kind.view(await readObject(kind, api, context, name)),
    list: (context, options) => listObjects(kind, api, context, options),
    create: (context, object) => createObject(kind, api, context, object),
    update: (context, name, next) => updateObject(kind, api, context, name, next),
    delete: (context, name, options) => deleteObject(kind, api, context, name, options),
  };
}

/** What the watch of a plain kind needs to know (watching/watch-collection.ts). */
export function watchedObjects<T extends StoredObject, O extends KubernetesObject>(
  kind: Pick<PlainKind<T, O>, 'fields' | 'view' | 'isClusterScoped'>,
  objects: Pick<ObjectStore<T>, 'read'> & WatchableStore<T>,
): WatchedKind<O> {
  const view = (stored: T | null) => (stored === null ? null : kind.view(stored));
  return {
    ...(kind.isClusterScoped === true ? { isClusterScoped: true } : {}),
    heads: objects,
    fields: fieldsOf(kind),
    read: async ({ namespace, name }) => view(await objects.read(namespace, name)),
    readDeleted: async ({ namespace, name }) => view(await objects.readDeleted(namespace, name)),
  };
}

function fieldsOf<T extends StoredObject, O extends KubernetesObject>({
  fields,
}: Pick<PlainKind<T, O>, 'fields'>): WatchedKind<O>['fields'] {
  return {
    'metadata.name': ({ metadata }) => metadata?.name ?? '',
    'metadata.namespace': ({ metadata }) => metadata?.namespace ?? '',
    ...fields,
  };
}

/** Throws ApiError 404. */
async function readObject<T extends StoredObject, O extends KubernetesObject>(
  { group, resource }: PlainKind<T, O>,
  { objects }: PlainApi<T>,
  { info }: RequestContext,
  name: string,
): Promise<T> {
  const stored = await objects.read(info.namespace, name);
  if (stored === null) throw new ApiError(notFound(group, resource, name));
  return stored;
}

async function listObjects<T extends StoredObject, O extends KubernetesObject>(
  kind: PlainKind<T, O>,
  { objects }: PlainApi<T>,
  { info }: RequestContext,
  options: ListOptions,
): Promise<KubernetesList<O>> {
  const fields = fieldsOf(kind);
  checkFieldSelector(options, Object.keys(fields));
  const scope = kind.isClusterScoped === true || info.namespace !== '' ? info.namespace : null;
  const page = await objects.list(scope, pageOf(options));
  const items = page.items
    .filter(({ labels }) => options.matchesLabels(labels))
    .map((object) => kind.view(object))
    .filter((object) => matchesReaders(options.fieldRequirements, fields, object));
  const metadata = { resourceVersion: String(page.revision), ...(page.continue === undefined ? {} : { continue: page.continue }) };
  return { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata, items };
}

/** Throws ApiError 400 (resourceVersion set), 404 (namespace), 409, 422, and what `admit` throws. */
async function createObject<T extends StoredObject, O extends KubernetesObject>(
  kind: PlainKind<T, O>,
  { objects, namespaces, admit, newUid = randomUUID }: PlainApi<T>,
  context: RequestContext,
  object: O,
): Promise<O> {
  const { namespace } = context.info;
  const { resourceVersion = '', ...metadata } = object.metadata ?? {};
  if (resourceVersion !== '') throw new ApiError(badRequest('resourceVersion should not be set on objects to be created'));
  const name = nameOf(metadata, newUid);
  const creationTimestamp = formatTime(context.now);
  const base = { namespace, name, uid: newUid(), revision: 0, creationTimestamp, ...ownMetadata(metadata) };
  const wanted = kind.prepare(object, base, null);
  await admit?.(context, null, wanted);
  refuseInvalid(kind, name, kind.validate(wanted));
  if (kind.isClusterScoped !== true) await requireNamespace(namespaces, context.info, name);
  const exists = () => new ApiError(alreadyExists(kind.group, kind.resource, name));
  if (context.dryRun) {
    if ((await objects.read(namespace, name)) !== null) throw exists();
    return kind.view(wanted);
  }
  try {
    return kind.view(await objects.create(wanted));
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_STORE_EXISTS') throw exists();
    throw error;
  }
}

/** Nothing changed, nothing written. Without a resourceVersion the newest state is replaced, whatever it is. Throws ApiError 404, 409, 422, and what `admit` throws. */
async function updateObject<T extends StoredObject, O extends KubernetesObject>(
  kind: PlainKind<T, O>,
  api: PlainApi<T>,
  context: RequestContext,
  name: string,
  next: (current: O | null) => O,
): Promise<Written<O>> {
  const stored = await api.retry(async () => {
    const before = await readObject(kind, api, context, name);
    const object = next(kind.view(before));
    const { uid, resourceVersion, ...metadata } = object.metadata ?? {};
    checkPreconditions(preconditionsOf(kind, before), { uid, resourceVersion });
    const { namespace, revision, creationTimestamp } = before;
    const base = { namespace, name, uid: before.uid, revision, creationTimestamp, ...ownMetadata(metadata) };
    const after = kind.prepare(object, base, before);
    await api.admit?.(context, before, after);
    refuseInvalid(kind, name, [...kind.validate(after), ...kind.validateUpdate(before, after)]);
    return context.dryRun || sameJson(before, after) ? after : api.objects.update(after);
  });
  return { object: kind.view(stored), created: false };
}

async function deleteObject<T extends StoredObject, O extends KubernetesObject>(
  kind: PlainKind<T, O>,
  api: PlainApi<T>,
  context: RequestContext,
  name: string,
  options: DeleteOptions,
): Promise<Status> {
  const { uid } = await api.retry(async () => {
    const stored = await readObject(kind, api, context, name);
    checkDeletePreconditions({ ...preconditionsOf(kind, stored), kind: kind.kind }, options);
    if (!context.dryRun) await api.objects.remove(stored);
    return stored;
  });
  return success({ name, group: kind.group, kind: kind.resource, uid });
}

function preconditionsOf(
  { group, resource }: { readonly group: string; readonly resource: string },
  { name, uid, revision }: StoredObject,
) {
  return { group, resource, name, uid, revision };
}

function refuseInvalid(
  { group, kind }: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): void {
  if (errors.length > 0) throw new ApiError(invalid(group, kind, name, errors));
}

/** What of the metadata is the client's, and who has set what. */
function ownMetadata({
  labels,
  annotations,
  managedFields = [],
}: ObjectMeta): Pick<StoredObject, 'labels' | 'annotations' | 'managedFields'> {
  const kept = { labels: labels ?? {}, annotations: annotations ?? {} };
  return managedFields.length === 0 ? kept : { ...kept, managedFields };
}

/** `generateName` plus five characters, when there is no name. */
function nameOf({ name = '', generateName = '' }: ObjectMeta, newUid: () => string): string {
  return name !== '' || generateName === '' ? name : generateName + newUid().replaceAll('-', '').slice(0, 5);
}

/** Metadata as a client sees it; empty maps are left out, as Go's omitempty does. */
export function viewMetadata(object: StoredObject): ObjectMeta {
  const { namespace, name, uid, revision, creationTimestamp, labels, annotations, managedFields = [] } = object;
  return {
    name,
    ...(namespace === '' ? {} : { namespace }),
    uid,
    ...(revision === 0 ? {} : { resourceVersion: String(revision) }),
    creationTimestamp,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(managedFields.length === 0 ? {} : { managedFields }),
  };
}
