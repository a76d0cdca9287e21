/** A pull secret as the store hands it out. */
import type { StoredSecret } from '../../functions/access/ports.ts';

/** `entries`: user name and password by registry. */
export function pullSecret(name: string, entries: Readonly<Record<string, readonly [string, string]>>): StoredSecret {
  const auths = Object.fromEntries(Object.entries(entries).map(([key, [username, password]]) => [key, { username, password }]));
  return {
    namespace: 'default',
    name,
    uid: '',
    revision: 1,
    creationTimestamp: '2026-01-02T03:04:05Z',
    labels: {},
    annotations: {},
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  };
}
