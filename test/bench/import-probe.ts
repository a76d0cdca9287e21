/**
 * A process that imports the tags of one repository again and again and tells how long each time took: `node import-probe.ts ours|bare HOST NAME
 * TAGS TIMES`, milliseconds as JSON. The first time is a cold one: no connection, nothing learned, no compiled code.
 */
import http from 'node:http';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import { importImages } from '../../functions/importing/import-images.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { createRegistryClient } from '../../functions/registry/client.ts';
import { ACCEPT_MANIFESTS } from '../../functions/registry/manifest-types.ts';
import { timed } from './samples.ts';

/** As functions/resources/imagestreamimports/handlers.ts opens its session. */
const PARALLEL = 16;

type ImportAll = () => Promise<unknown>;

function ourImport(host: string, name: string, tags: readonly string[]): ImportAll {
  const client = createRegistryClient({ allowPrivateAddresses: true });
  const images = tags.map((tag) => ({
    from: `${host}/${name}:${tag}`,
    insecure: true,
    importMode: 'Legacy' as const,
    platform: DEFAULT_PLATFORM,
  }));
  return async () => {
    const session = openSession((signal) => client.forCaller({ signal }), { parallel: PARALLEL, timeLimit: 20_000 });
    try {
      const result = await importImages(session, { images }, { now: new Date().toISOString(), repositoryTags: 0 });
      if (result.images.some(({ kind }) => kind !== 'fetched')) throw new Error('an image was not fetched');
    } finally {
      session.close();
    }
  };
}

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly manifests?: readonly { readonly digest: string }[];
}

/** The same dependent rounds with nothing around them: manifest, the first child of an index, config. */
function bareImport(host: string, name: string, tags: readonly string[]): ImportAll {
  const agent = new http.Agent({ keepAlive: true, maxSockets: PARALLEL });
  const get = (path: string) =>
    new Promise<Buffer>((resolve, reject) => {
      const request = http.get(`http://${host}/v2/${name}/${path}`, { agent, headers: { accept: ACCEPT_MANIFESTS } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
      });
      request.on('error', reject);
    });
  const manifest = async (reference: string) => JSON.parse((await get(`manifests/${reference}`)).toString()) as Manifest;
  const importTag = async (tag: string) => {
    const found = await manifest(tag);
    const image = found.manifests === undefined ? found : await manifest(found.manifests[0]?.digest ?? '');
    await get(`blobs/${image.config?.digest}`);
  };
  return () => Promise.all(tags.map(importTag));
}

const [kind, host = '', name = '', tags = '', times = ''] = process.argv.slice(2);
const names = Array.from({ length: Number(tags) }, (_, index) => `v${index}`);
const importAll = (kind === 'bare' ? bareImport : ourImport)(host, name, names);
const milliseconds: number[] = [];
for (let time = 0; time < Number(times); time++) milliseconds.push((await timed(importAll)).ms);
console.log(JSON.stringify(milliseconds));
process.exit(0);
