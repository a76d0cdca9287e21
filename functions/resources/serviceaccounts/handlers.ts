/** Verbs of core/v1 serviceaccounts. Every namespace has `default`, `builder` and `deployer`; the store knows them. */
import type { ServiceAccountStore, StoredServiceAccount } from '../../access/ports.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { createPlainHandlers, type PlainApi, type PlainKind } from '../plain-objects.ts';
import { validateObjectName } from '../validate-object-name.ts';
import { SERVICE_ACCOUNT } from './schema.ts';
import {
  decodeServiceAccount,
  SERVICE_ACCOUNT_MESSAGE,
  type ServiceAccount,
  serviceAccountTable,
  viewServiceAccount,
} from './service-account-object.ts';

export const serviceAccountKind: PlainKind<StoredServiceAccount, ServiceAccount> = {
  group: '',
  apiVersion: 'v1',
  resource: 'serviceaccounts',
  kind: 'ServiceAccount',
  prepare: ({ secrets = [], imagePullSecrets = [], automountServiceAccountToken: automount }, base) => ({
    ...base,
    secrets,
    imagePullSecrets,
    ...(automount === undefined ? {} : { automountServiceAccountToken: automount }),
  }),
  validate: validateObjectName,
  validateUpdate: () => [],
  view: viewServiceAccount,
};

export function createServiceAccountHandlers(
  api: PlainApi<StoredServiceAccount> & { readonly objects: ServiceAccountStore },
): ResourceHandlers<ServiceAccount> {
  return {
    ...createPlainHandlers(serviceAccountKind, api),
    decode: decodeServiceAccount,
    protobuf: SERVICE_ACCOUNT_MESSAGE,
    table: serviceAccountTable,
    schema: SERVICE_ACCOUNT,
  };
}
