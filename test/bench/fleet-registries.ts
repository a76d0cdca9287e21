/**
 * Loopback registries in a process of their own, some of them ill: for the benchmark `fleet`. Every tag exists, and no two have the same digest.
 * Started with `fork`; tells the hosts, then what each of them was asked since the last question.
 */
import { createHash } from 'node:crypto';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behaviour = 'good' | 'hanging' | 'throttling' | 'corrupt';

export interface FleetHost {
  /** 127.0.0.1:port */
  readonly host: string;
  readonly behaviour: Behaviour;
}

/** What one host was asked. */
export interface Asked extends FleetHost {
  readonly requests: number;
  /** Different manifests. */
  readonly manifests: number;
}

/** What a host says its tag is; a corrupt one serves other bytes, and has moved. */
export function digestAt(host: string, repository: string, tag: string, behaviour: Behaviour): string {
  const seed = `${host}/${repository}:${tag}${behaviour === 'corrupt' ? ' moved' : ''}`;
  return `sha256:${createHash('sha256').update(seed).digest('hex')}`;
}

export const RETRY_AFTER_SECONDS = 90;

function listen(behaviour: Behaviour, paths: string[]): Promise<string> {
  let host = '';
  const listener: RequestListener = (request, response) => {
    const { url = '', method = '' } = request;
    paths.push(url);
    if (behaviour === 'hanging') return;
    if (behaviour === 'throttling') return void response.writeHead(429, { 'retry-after': String(RETRY_AFTER_SECONDS) }).end();
    const [, repository = '', tag = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url) ?? [];
    const body = JSON.stringify({ schemaVersion: 2 });
    response.writeHead(200, {
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'content-length': body.length,
      'docker-content-digest': digestAt(host, repository, tag, behaviour),
    });
    response.end(method === 'HEAD' ? undefined : body);
  };
  const server = http.createServer(listener);
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      resolve(host);
    });
  });
}

/** Argument: behaviours, joined by commas. */
async function serve(behaviours: readonly Behaviour[]): Promise<void> {
  const hosts = await Promise.all(
    behaviours.map(async (behaviour) => {
      const paths: string[] = [];
      return { host: await listen(behaviour, paths), behaviour, paths };
    }),
  );
  process.send?.(hosts.map(({ host, behaviour }): FleetHost => ({ host, behaviour })));
  process.on('message', () => {
    process.send?.(
      hosts.map(({ host, behaviour, paths }): Asked => {
        const asked = paths.splice(0);
        return { host, behaviour, requests: asked.length, manifests: new Set(asked).size };
      }),
    );
  });
  process.on('disconnect', () => process.exit());
}

if (import.meta.main) await serve((process.argv[2] ?? '').split(',') as Behaviour[]);
