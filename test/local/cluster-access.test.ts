import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadTokens, writeKubeconfig } from '../../lib/local/cluster-access.ts';
import { openStateDirectory, type StateDirectory } from '../../lib/local/state-directory.ts';

let path: string;
let state: StateDirectory;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'cluster-access-'));
  state = openStateDirectory(path);
});
afterEach(() => {
  state.close();
  rmSync(path, { recursive: true, force: true });
});

it('a kubeconfig has an admin, whose context is current, and a developer', () => {
  const tokens = loadTokens(state);
  expect(tokens.admin).not.toBe(tokens.developer);
  writeKubeconfig(state, 'https://127.0.0.1:8443', 'CA', tokens);
  expect(parse(state.read('kubeconfig') ?? '')).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'image-streams-local',
        cluster: { server: 'https://127.0.0.1:8443', 'certificate-authority-data': Buffer.from('CA').toString('base64') },
      },
    ],
    users: [
      { name: 'admin', user: { token: tokens.admin } },
      { name: 'developer', user: { token: tokens.developer } },
    ],
    contexts: ['admin', 'developer'].map((user) => ({
      name: user,
      context: { cluster: 'image-streams-local', user, namespace: 'default' },
    })),
    'current-context': 'admin',
  });
  expect(loadTokens(state)).toEqual(tokens);
});

it('a kubeconfig of an older start keeps its admin', () => {
  const older = ['users:', '  - name: admin', '    user:', '      token: of-old', 'contexts:', '  - name: image-streams-local', ''];
  writeFileSync(join(path, 'kubeconfig'), older.join('\n'));
  const { admin, developer } = loadTokens(state);
  expect([admin, developer]).toEqual(['of-old', expect.stringMatching(/^[\w-]{43}$/)]);
});
