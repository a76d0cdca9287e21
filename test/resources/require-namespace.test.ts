import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../functions/resources/ports.ts';
import { requireNamespace } from '../../functions/resources/require-namespace.ts';

const INFO = { namespace: 'shop', group: 'image.openshift.io', resource: 'imagestreams' };
const SHOP: Namespace = { name: 'shop', uid: 'u', revision: 1, creationTimestamp: '', labels: {}, annotations: {} };

function require(found: Namespace | null): Promise<void> {
  return requireNamespace({ readNamespace: async () => found }, INFO, 'app');
}

describe('what is created', () => {
  it('needs a namespace', async () => {
    await expect(require(SHOP)).resolves.toBeUndefined();
    await expect(require(null)).rejects.toMatchObject({ status: { code: 404, message: 'namespaces "shop" not found' } });
  });

  it('is refused where everything is being deleted', async () => {
    await expect(require({ ...SHOP, deletionTimestamp: '2026-01-02T00:00:00Z' })).rejects.toMatchObject({
      status: {
        code: 403,
        reason: 'Forbidden',
        message:
          'imagestreams.image.openshift.io "app" is forbidden: unable to create new content in namespace shop because it is being terminated',
        details: {
          name: 'app',
          group: 'image.openshift.io',
          kind: 'imagestreams',
          causes: [{ reason: 'NamespaceTerminating', message: 'namespace shop is being terminated', field: 'metadata.namespace' }],
        },
      },
    });
  });
});
