/**
 * A process that imports the same tags again and again and tells how long each time took, ms as JSON on its output: `runProbe`. The first time is
 * a cold one: no connection, nothing learned, no compiled code.
 */
import { execFile } from 'node:child_process';
import http from 'node:http';
import { promisify } from 'node:util';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import { importImages } from '../../functions/importing/import-images.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { createRegistryClient } from '../../functions/registry/client.ts';
import { ACCEPT_MANIFESTS } from '../../functions/registry/manifest-types.ts';
import { timed } from './samples.ts';

export interface ProbeOptions {
  /** Bare: node:http alone. */
  readonly kind: 'ours' | 'bare';
  readonly host: string;
  readonly repositories: readonly string[];
  /** Of each repository: v0, v1, … */
  readonly tags: number;
  /** Requests under way at a time. */
  readonly parallel: number;
  readonly times: number;
}

/** Runs a probe in a process of its own. */
export async function runProbe(options: ProbeOptions): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, JSON.stringify(options)]);
  return JSON.parse(stdout) as number[];
}

type ImportAll = () => Promise<unknown>;

interface Tag {
  readonly repository: string;
  readonly tag: string;
}

function ourImport({ host, parallel }: ProbeOptions, tags: readonly Tag[]): ImportAll {
  const client = createRegistryClient({ allowPrivateAddresses: true });
  const images = tags.map(({ repository, tag }) => ({
    from: `${host}/${repository}:${tag}`,
    insecure: true,
    importMode: 'Legacy' as const,
    platform: DEFAULT_PLATFORM,
  }));
  return async () => {
    const session = openSession((signal) => client.forCaller({ signal }), { parallel, timeLimit: 20_000 });
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
function bareImport({ host, parallel }: ProbeOptions, tags: readonly Tag[]): ImportAll {
  const agent = new http.Agent({ keepAlive: true, maxSockets: parallel });
  const get = (path: string) =>
    new Promise<Buffer>((resolve, reject) => {
      const request = http.get(`http://${host}/v2/${path}`, { agent, headers: { accept: ACCEPT_MANIFESTS } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
      });
      request.on('error', reject);
    });
  const importTag = async ({ repository, tag }: Tag) => {
    const manifest = async (reference: string) => JSON.parse((await get(`${repository}/manifests/${reference}`)).toString()) as Manifest;
    const found = await manifest(tag);
    const image = found.manifests === undefined ? found : await manifest(found.manifests[0]?.digest ?? '');
    await get(`${repository}/blobs/${image.config?.digest}`);
  };
  return () => Promise.all(tags.map(importTag));
}

async function main(options: ProbeOptions): Promise<void> {
  const tags = options.repositories.flatMap((repository) =>
    Array.from({ length: options.tags }, (_, index) => ({ repository, tag: `v${index}` })),
  );
  const importAll = (options.kind === 'bare' ? bareImport : ourImport)(options, tags);
  const milliseconds: number[] = [];
  for (let time = 0; time < options.times; time++) milliseconds.push((await timed(importAll)).ms);
  console.log(JSON.stringify(milliseconds));
  process.exit(0);
}

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '{}') as ProbeOptions);
