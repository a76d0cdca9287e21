import { randomUUID } from 'node:crypto';
import type { FirstBinding, Namespace, NamespaceStore, Page, PageRequest } from '../resources/ports.ts';
import { decode, formatTime, tagged } from './codec.ts';
import { IS_ABSENT, nameIsFree, objectIsUnchanged } from './conditions.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { StoreError } from './errors.ts';
import type { Item } from './item-size.ts';
import type { NamespaceItem } from './items.ts';
import { namespaceKey, namespacesRange, objectKey } from './object-keys.ts';
import { afterIn, endPage, largestRevision, startPage } from './list-page.ts';
import { managedFieldsOf, managersAttribute } from './managers-text.ts';
import { bindingCodec } from './policy-codecs.ts';
import { queryPages, readItem, readNamed } from './reading.ts';
import { nextRevision } from './revision.ts';
import { isTombstone } from './tombstone.ts';
import { type Action, readRefusal, writeTransaction } from './transaction.ts';

/** As no stored revision is: those are microseconds of today. */
const ORIGINAL_REVISION = 1;

/** Exists in every cluster without being created; it gets an item when somebody changes it. */
export const DEFAULT_NAMESPACE: Namespace = {
  name: 'default',
  uid: '00000000-0000-4000-8000-000000000000',
  revision: ORIGINAL_REVISION,
  creationTimestamp: '1970-01-01T00:00:00Z',
  labels: {},
  annotations: {},
};

export function createNamespaceStore(options: StoreOptions): NamespaceStore {
  const db = openDatabase(options);
  return {
    readNamespace: (name) => readNamespace(db, name),
    listNamespaces: (page) => listPage(db, page),
    createNamespace: (namespace, now, bindings = []) => createNamespace(db, namespace, now, bindings),
    updateNamespace: (namespace) => updateNamespace(db, namespace),
  };
}

async function readNamespace(db: Database, name: string): Promise<Namespace | null> {
  const item = await readNamed(db, () => namespaceKey(name));
  if (item !== null && !isTombstone(item)) return decodeNamespace(item);
  return name === DEFAULT_NAMESPACE.name ? DEFAULT_NAMESPACE : null;
}

/** A tombstone of the same name may stand above our clock: then once more above it. */
async function createNamespace(
  db: Database,
  wanted: Pick<Namespace, 'name' | 'labels' | 'annotations' | 'managedFields'>,
  now: number,
  bindings: readonly FirstBinding[],
): Promise<Namespace> {
  const { name, labels, annotations, managedFields } = wanted;
  const owners = managedFields === undefined ? {} : { managedFields };
  if (name === DEFAULT_NAMESPACE.name)
    throw new StoreError('ERR_STORE_EXISTS', 'the namespace exists', { storedRevision: ORIGINAL_REVISION });
  for (let previous = 0; ;) {
    const revision = nextRevision(previous, db.clock());
    const identity = { name, uid: randomUUID(), revision, creationTimestamp: formatTime(now) };
    const namespace = { ...identity, labels, annotations, ...owners };
    const contents = await Promise.all(bindings.map((binding) => bindingAction(db, namespace, binding)));
    const [refusal] = await writeTransaction(db, [{ put: encodeNamespace(namespace), condition: nameIsFree(revision) }, ...contents]);
    if (refusal === undefined) return namespace;
    const { isDeleted, storedRevision = revision } = readRefusal(refusal);
    if (!isDeleted) throw new StoreError('ERR_STORE_EXISTS', 'the namespace exists', { storedRevision });
    previous = storedRevision;
  }
}

/** Whatever is left of an earlier namespace of the name has no say in this one. */
async function bindingAction(db: Database, { name: namespace, creationTimestamp }: Namespace, binding: FirstBinding): Promise<Action> {
  const key = objectKey(bindingCodec.prefix, namespace, binding.name);
  const left = Number((await readItem(db, key))?.['revision'] ?? 0);
  const own = { namespace, uid: randomUUID(), revision: nextRevision(left, db.clock()), creationTimestamp, labels: {}, annotations: {} };
  return { put: { ...key, ...(await bindingCodec.encode({ ...binding, ...own })) } };
}

async function updateNamespace(db: Database, namespace: Namespace): Promise<Namespace> {
  const { uid, revision } = namespace;
  const written = { ...namespace, revision: nextRevision(revision, db.clock()) };
  const condition = revision === ORIGINAL_REVISION ? IS_ABSENT : objectIsUnchanged(uid, revision);
  const [refusal] = await writeTransaction(db, [{ put: encodeNamespace(written), condition }]);
  if (refusal !== undefined) throw new StoreError('ERR_STORE_CONFLICT', 'the namespace was changed meanwhile', readRefusal(refusal));
  return written;
}

/** Names of all namespaces in order, beginning with `from`. */
export async function namespaceNames(db: Database, from: string): Promise<readonly string[]> {
  return (await readAll(db)).map(({ name }) => name).filter((name) => name >= from);
}

/** Names of all namespaces in order, beginning with `from`. */
export function namespaceNamesOf(namespaces: Pick<NamespaceStore, 'listNamespaces'>): (from: string) => Promise<readonly string[]> {
  return async (from) => (await namespaces.listNamespaces({})).items.map(({ name }) => name).filter((name) => name >= from);
}

/** The same, with those that were deleted within the last day: what they held is told of, too. */
export async function namespaceNamesEver(db: Database): Promise<readonly string[]> {
  const names = new Set([DEFAULT_NAMESPACE.name]);
  for await (const page of queryPages(db, namespacesRange(null), { attributes: ['name'] }))
    for (const { name } of page as unknown as readonly Namespace[]) names.add(name);
  return [...names];
}

async function listPage(db: Database, request: PageRequest): Promise<Page<Namespace>> {
  const start = startPage(request, '', db.clock());
  const all = await readAll(db);
  const after = afterIn(start, '');
  const rest = after === null ? all : all.filter(({ name }) => name > after);
  const place = (last: Namespace) => ({ namespace: '', after: last.name });
  const { shown, revision, next } = endPage(start, rest, largestRevision(all), place);
  return { items: shown, revision, ...next };
}

/** Names are DNS labels: JavaScript and DynamoDB order them alike. */
async function readAll(db: Database): Promise<readonly Namespace[]> {
  const namespaces: Namespace[] = [];
  for await (const page of queryPages(db, namespacesRange(null)))
    namespaces.push(...page.filter((item) => !isTombstone(item)).map(decodeNamespace));
  if (namespaces.every(({ name }) => name !== DEFAULT_NAMESPACE.name)) namespaces.push(DEFAULT_NAMESPACE);
  return namespaces.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function encodeNamespace({ managedFields, ...namespace }: Namespace): NamespaceItem {
  return { ...namespaceKey(namespace.name), ...tagged('namespace'), ...namespace, ...managersAttribute(managedFields) };
}

function decodeNamespace(item: Item): Namespace {
  const { pk: _pk, sk: _sk, entity: _entity, v: _v, managers, ...namespace } = decode<NamespaceItem>(item, 'namespace');
  return { ...namespace, ...managedFieldsOf(managers) };
}
