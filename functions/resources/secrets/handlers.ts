/** Verbs of core/v1 secrets, and of imagestreams/secrets (openshift-semantics.md §4.7). */
import type { PullSecretReader, SecretStore, StoredSecret } from '../../access/ports.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { KubernetesList, KubernetesObject } from '../../kubernetes/types.ts';
import { IMAGE_API_VERSION } from '../image-api.ts';
import { createPlainHandlers, type ObjectBase, type PlainApi, type PlainKind } from '../plain-objects.ts';
import { SECRET } from './schema.ts';
import { SECRET_MESSAGE } from './secret-message.ts';
import { decodeSecret, foldStringData, type Secret, secretTable, viewSecret } from './secret-object.ts';
import { DEFAULT_TYPE, validateSecret, validateSecretUpdate } from './validate-secret.ts';

export const secretKind: PlainKind<StoredSecret, Secret> = {
  group: '',
  apiVersion: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  fields: { type: ({ type = '' }) => type },
  prepare: prepareSecret,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  view: viewSecret,
};

export function createSecretHandlers(api: PlainApi<StoredSecret> & { readonly objects: SecretStore }): ResourceHandlers<Secret> {
  return {
    ...createPlainHandlers(secretKind, api),
    decode: decodeSecret,
    foldApplied: foldStringData,
    protobuf: SECRET_MESSAGE,
    table: secretTable,
    schema: SECRET,
  };
}

/** An update that names no type keeps the one there is. */
function prepareSecret({ type = '', immutable, data = {} }: Secret, base: ObjectBase, before: StoredSecret | null): StoredSecret {
  const chosen = type === '' ? (before?.type ?? DEFAULT_TYPE) : type;
  return { ...base, type: chosen, data: { ...data }, ...(immutable === undefined ? {} : { immutable }) };
}

interface SecretList extends KubernetesObject, Omit<KubernetesList<Secret>, 'metadata'> {}

/** What images of the namespace may be pulled with; the stream that is named need not exist, as upstream. */
export function createStreamSecretsHandlers(secrets: PullSecretReader): ResourceHandlers<SecretList> {
  return {
    async get({ info }) {
      const items = await secrets.listPullSecrets(info.namespace);
      return { kind: 'SecretList', apiVersion: IMAGE_API_VERSION, metadata: {}, items: items.map(viewSecret) };
    },
  };
}
