/** The registry that import cases import from; whoever imports this file closes it. */
import { createServer } from 'node:net';
import { startFakeRegistry } from '../support/fake-registry.ts';
import { SCHEMA1_DIGEST, SIGNED_SCHEMA1 } from './manifests.ts';

export const REGISTRY = await startFakeRegistry();
export const PRIVATE = await startFakeRegistry({ auth: { kind: 'basic', username: 'puller', password: 'secret' } });

export const APP = REGISTRY.pushImage('team/app', 'v1', { format: 'docker' });
export const APP_V2 = REGISTRY.pushImage('team/app', 'v2', { format: 'oci' });
export const LOCKED = PRIVATE.pushImage('team/locked', 'v1');
/** Docker list of amd64 and arm64. */
export const MULTI = REGISTRY.pushIndex('team/multi', 'latest', ['amd64', 'arm64'], { format: 'docker' });

/** Registries name a signed manifest by the digest of what was signed. */
const signed = { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws', 'docker-content-digest': SCHEMA1_DIGEST };
REGISTRY.fault({ path: '/v2/team/old/manifests/v1' }, { status: 200, headers: signed, body: SIGNED_SCHEMA1 });

/** An index whose images are missing, and an image whose config is. */
const [amd64] = MULTI.images;
REGISTRY.pushManifest('team/broken', 'index', MULTI.bytes, MULTI.mediaType);
if (amd64 !== undefined) {
  REGISTRY.pushManifest('team/broken', 'config', amd64.manifest.bytes, amd64.manifest.mediaType);
  REGISTRY.pushBlob('team/broken', amd64.layers[0]?.bytes ?? Buffer.of());
}

for (const tag of ['v1', 'other', 'v2', '3', '3.1', 'abc', 'latest', '2.0.1', '1.9']) REGISTRY.pushImage('team/tags', tag);
for (let number = 0; number < 52; number += 1) REGISTRY.pushImage('team/many', `t${String(number).padStart(2, '0')}`, { layers: 1 });
REGISTRY.fault({ path: '/v2/team/failing/' }, { status: 500, body: 'broken' });
REGISTRY.pushImage('team/denied', 'v1');
REGISTRY.fault(
  { path: '/v2/team/denied/' },
  { status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message: 'requested access is denied' }] }) },
);

/** A port where nobody listens. */
const closed = createServer();
await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
export const NOWHERE = `127.0.0.1:${(closed.address() as { port: number }).port}`;
closed.close();

export async function closeRegistries(): Promise<void> {
  await Promise.all([REGISTRY.close(), PRIVATE.close()]);
}
