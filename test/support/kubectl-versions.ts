/** Every kubectl of this machine: the one on the PATH may be a dispatcher that has several beside it (Google Cloud SDK: `kubectl.1.27` and on). */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface KubectlVersion {
  readonly binary: string;
  /** As it says itself, e.g. v1.33.1. */
  readonly version: string;
}

/** Oldest first. Throws when there is none. */
export function findKubectls(): readonly KubectlVersion[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, 'kubectl')).find((file) => existsSync(file));
  if (found === undefined) throw new Error('there is no kubectl on the PATH');
  const folder = dirname(realpathSync(found));
  const siblings = readdirSync(folder).filter((file) => /^kubectl\.1\.\d+$/.test(file));
  const binaries = siblings.length === 0 ? [found] : siblings.map((file) => join(folder, file));
  return binaries.map((binary) => ({ binary, version: versionOf(binary) })).sort((a, b) => minorOf(a) - minorOf(b));
}

function versionOf(binary: string): string {
  const answer = JSON.parse(execFileSync(binary, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })) as {
    readonly clientVersion: { readonly gitVersion: string };
  };
  return answer.clientVersion.gitVersion;
}

function minorOf({ version }: KubectlVersion): number {
  return Number(/^v1\.(\d+)/.exec(version)?.[1] ?? 0);
}
