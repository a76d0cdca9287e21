/** imagetriggers over fake ports. */
import type { RequestContext } from '../../../functions/kubernetes/handlers.ts';
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import type { AccessAttributes } from '../../../functions/resources/ports.ts';
import { createTriggerHandlers } from '../../../functions/resources/imagetriggers/handlers.ts';
import type { TriggerApi } from '../../../functions/resources/imagetriggers/trigger-api.ts';
import { retryOnConflict } from '../../../functions/store/retry-on-conflict.ts';
import type { TriggerOwner, StoredTrigger } from '../../../functions/triggers/stored-trigger.ts';
import type { ImageTrigger } from '../../../functions/triggers/types.ts';
import { fakeTriggers, NOW } from '../../triggers/fixtures.ts';

export const NEW_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
export const GIVEN_SECRET = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;

export interface Setting {
  readonly stored?: StoredTrigger | null;
  /** Namespaces the caller may not pull from, and names of secrets they may not read. */
  readonly forbidden?: readonly string[];
  readonly allowPrivateAddresses?: boolean;
}

export function setUp({ stored = null, forbidden = [], allowPrivateAddresses = false }: Setting = {}) {
  const triggers = fakeTriggers(stored);
  const keys = new Map<string, string>();
  const asked: AccessAttributes[] = [];
  const keyOf = ({ namespace, name, uid }: TriggerOwner) => `${namespace}/${name}/${uid}`;
  let uids = 0;
  const api: TriggerApi = {
    triggers,
    keys: {
      async saveKey(owner, secret) {
        const isNew = keys.get(keyOf(owner)) !== secret;
        keys.set(keyOf(owner), secret);
        return isNew;
      },
      deleteKey: async (owner) => void keys.delete(keyOf(owner)),
    },
    namespaces: {
      readNamespace: async (name) =>
        name === 'missing' ? null : { name, uid: name, revision: 1, creationTimestamp: '', labels: {}, annotations: {} },
    },
    authorizer: {
      async authorize(_, attributes) {
        asked.push(attributes);
        const isSecret = attributes.resource === 'secrets';
        const allowed = !forbidden.includes((isSecret ? attributes.name : attributes.namespace) ?? '');
        return { allowed, reason: allowed || isSecret ? '' : `no pulling from ${attributes.namespace}` };
      },
    },
    retry: (attempt) => retryOnConflict(attempt, { sleep: async () => undefined }),
    newUid: () => `uid-${(uids += 1)}`,
    newSecret: () => NEW_SECRET,
    allowPrivateAddresses,
    allowed: {},
  };
  const handlers = createTriggerHandlers(api);
  return { handlers, api, triggers, keys, asked };
}

export function contextFor(over: { namespace?: string; dryRun?: boolean } = {}): RequestContext {
  return {
    info: {
      isResourceRequest: true,
      path: '',
      verb: '',
      group: 'delivery.image-streams.io',
      version: 'v1',
      namespace: over.namespace ?? 'shop',
      resource: 'imagetriggers',
      subresource: '',
      name: '',
    },
    identity: { user: 'alice', groups: [] },
    now: NOW,
    dryRun: over.dryRun ?? false,
    fieldManager: '',
  };
}

/** A body as a client sends it; `spec` and `metadata` are laid over good ones. */
export function wireTrigger(over: { metadata?: object; spec?: object } = {}): ImageTrigger {
  return {
    kind: 'ImageTrigger',
    apiVersion: 'delivery.image-streams.io/v1',
    metadata: { name: 'deploy', ...over.metadata },
    spec: {
      images: [{ from: { kind: 'ImageStreamTag', name: 'web:latest' } }],
      target: { webhook: { url: 'https://hooks.example/deploy' } },
      ...over.spec,
    },
  } as unknown as ImageTrigger;
}

/** The Status an attempt is answered with. */
export async function statusOf(attempt: Promise<unknown> | undefined) {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error('it was accepted');
}
