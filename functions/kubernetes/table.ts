/** Objects and lists as the columns `kubectl get` prints, or as their metadata only (clients-on-the-wire.md §3.8, `meta/v1` Table). */
import type { AnswerForm } from './accept.ts';
import { ApiError } from './api-error.ts';
import { formatFieldError } from './field-error.ts';
import type { ColumnDefinition, TableDefinition } from './handlers.ts';
import { badRequest, plainFailure } from './status.ts';
import type { KubernetesList, KubernetesObject, ListMeta, Status } from './types.ts';

export type Answer = KubernetesObject | KubernetesList<KubernetesObject> | Status;

export interface FormOptions {
  readonly definition: TableDefinition<KubernetesObject> | undefined;
  /** The kind is one of Go's types, whose lists do not repeat kind and apiVersion in each item; custom resources do. */
  readonly isTyped: boolean;
  /** What each row carries of its object. */
  readonly includeObject: string;
  /** Milliseconds, for ages. */
  readonly now: number;
}

/**
 * The answer in the form the client asked for; a Status stays what it is. Throws ApiError 400 for an unknown includeObject and 406 for
 * metadata of a list asked for as metadata of an object, or the reverse.
 */
export function transformAnswer(answer: Answer, form: AnswerForm, options: FormOptions): unknown {
  if (answer.kind === 'Status') return answer;
  if (form.as === 'Object') return options.isTyped && isList(answer) ? { ...answer, items: answer.items.map(withoutType) } : answer;
  const apiVersion = `meta.k8s.io/${form.version}`;
  const items = isList(answer) ? answer.items : null;
  switch (form.as) {
    case 'Table':
      return toTable(answer, items ?? [answer], apiVersion, options);
    case 'PartialObjectMetadata':
      if (items !== null) throw notAcceptable('you requested PartialObjectMetadata, but the requested object is a list');
      return toPartial(answer, apiVersion);
    case 'PartialObjectMetadataList':
      if (items === null) throw notAcceptable('you requested PartialObjectMetadataList, but the requested object is not a list');
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion,
        metadata: answer.metadata,
        items: items.map((item) => toPartial(item, apiVersion)),
      };
  }
}

function withoutType({ kind: _kind, apiVersion: _apiVersion, ...item }: KubernetesObject): KubernetesObject {
  return item;
}

function isList(answer: Answer): answer is KubernetesList<KubernetesObject> {
  return 'items' in answer && (answer.kind ?? '').endsWith('List');
}

function toTable(answer: Answer, items: readonly KubernetesObject[], apiVersion: string, options: FormOptions): unknown {
  const { definition, includeObject, now } = options;
  checkIncludeObject(includeObject);
  return {
    kind: 'Table',
    apiVersion,
    metadata: toListMeta(answer.metadata ?? {}),
    columnDefinitions: (definition?.columns ?? []).map(toColumn),
    rows: items.map((item) => ({
      cells: definition?.cells(item, now) ?? [],
      object: includeObject === 'None' ? null : includeObject === 'Object' ? item : toPartial(item, apiVersion),
    })),
  };
}

function checkIncludeObject(value: string): void {
  if (['', 'Metadata', 'Object', 'None'].includes(value)) return;
  const field = 'includeObject';
  const problem = formatFieldError({ type: 'Invalid', field, value, detail: "must be 'Metadata', 'Object', 'None', or empty" });
  throw new ApiError(badRequest(`Unable to convert to Table as requested: ${field}: ${problem}`));
}

/** Of an object's metadata a table keeps the resourceVersion, of a list's everything. */
function toListMeta({ resourceVersion, continue: token, remainingItemCount }: ListMeta): ListMeta {
  return {
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(token === undefined ? {} : { continue: token }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

/** Go prints these members even when empty, and clients written against it expect them. */
function toColumn({ name, type, format = '', description, priority = 0 }: ColumnDefinition): ColumnDefinition {
  return { name, type, format, description, priority };
}

function toPartial(object: KubernetesObject, apiVersion: string): KubernetesObject {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata ?? {} };
}

function notAcceptable(message: string): ApiError {
  return new ApiError({ ...plainFailure(406, message), reason: 'NotAcceptable' });
}
