/** What imagetriggers works with; made by the entry file. */
import type { AllowedTargets } from '../../triggers/allowed-targets.ts';
import type { SigningKeyStore, TriggerStore } from '../../triggers/ports.ts';
import type { Authorizer, NamespaceReader } from '../ports.ts';

export interface TriggerApi {
  readonly triggers: TriggerStore;
  readonly keys: Pick<SigningKeyStore, 'saveKey' | 'deleteKey'>;
  readonly namespaces: NamespaceReader;
  readonly authorizer: Authorizer;
  /** Runs the attempt again while it loses races for the trigger (ERR_STORE_CONFLICT); rethrows when it keeps losing. */
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
  readonly newUid: () => string;
  /** A fresh `whsec_…`. */
  readonly newSecret: () => string;
  /** Allows plain http: the deployment calls loopback, private and link-local addresses. */
  readonly allowPrivateAddresses: boolean;
  /** What targets may act on as the deployment. */
  readonly allowed: AllowedTargets;
}
