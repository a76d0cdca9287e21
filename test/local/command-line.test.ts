import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPTIONS } from '../../lib/local/command-line.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

let state: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'command-line-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

function run(script: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [join('bin', script), '--state', state, ...args], { cwd: PROJECT });
  children.push(child);
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output.text += text));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  async function says(text: string): Promise<string> {
    for (let left = 800; !output.text.includes(text); left--) {
      if (left === 0 || child.exitCode !== null) throw new Error(`did not say ${text}: ${output.text}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return output.text;
  }
  return { child, exited, says, output };
}

describe('npm start', () => {
  it('serves, says how to use it, tells events, and ends on SIGTERM with everything it started', async () => {
    const local = run('local.ts', ['--port', '0']);
    const text = await local.says('Ctrl-C');
    expect(text).toMatch(/^Serving image streams on https:\/\/127\.0\.0\.1:\d+\n/);
    expect(text).toContain(`export KUBECONFIG=${join(state, 'kubeconfig')}`);
    const { awsEndpoint } = JSON.parse(readFileSync(join(state, 'runtime.json'), 'utf8')) as { awsEndpoint: string };
    const events = run('events.ts');
    const entry = { EventBusName: 'default', Source: 'test', DetailType: 'Said', Detail: '{"id":1}' };
    const put = () =>
      fetch(awsEndpoint, {
        method: 'POST',
        headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
        body: JSON.stringify({ Entries: [entry] }),
      });
    for (let left = 100; events.output.text === '' && left > 0; left--) {
      await put();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const [line = ''] = events.output.text.split('\n');
    expect(JSON.parse(line)).toMatchObject({ source: 'test', detail: { id: 1 } });
    local.child.kill('SIGTERM');
    expect([await local.exited, await events.exited]).toEqual([0, 0]);
    expect(existsSync(join(state, 'runtime.json'))).toBe(false);
    await expect(fetch(awsEndpoint)).rejects.toThrow();
  });

  it.each(['--help', '-h'])('prints the options with %s, one line each, and serves nothing', async (option) => {
    const local = run('local.ts', [option]);
    expect(await local.exited).toBe(0);
    for (const name of Object.keys(OPTIONS)) {
      expect(local.output.text.match(new RegExp(`^  --${name}\\b.*  \\S.*$`, 'gm'))).toHaveLength(1);
    }
    expect(local.output.text).toContain('8443');
    expect(existsSync(join(state, 'kubeconfig'))).toBe(false);
  });

  it('has every option in the documentation', () => {
    const page = readFileSync(join(PROJECT, 'docs/local-runtime.md'), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `--'));
    expect(Object.keys(OPTIONS).filter((name) => !rows.some((row) => row.includes(`\`--${name}\``)))).toEqual([]);
  });

  it('says in one line why it cannot start', async () => {
    const taken = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
    const { port } = taken.address() as { port: number };
    const cases = [
      [['--port', String(port)], `port ${port} is taken: choose another with --port\n`],
      [['--port', 'x'], '--port x is no port\n'],
      [['--colour'], "Unknown option '--colour'"],
      [['--import-interval', '7s'], 'importInterval must be one of'],
      [['--registry-ca', '/no/such/ca.pem'], '--registry-ca /no/such/ca.pem: there is no such file\n'],
      [['--aws-service', 'ecs'], '--aws-service ecs is not like ecs=http://127.0.0.1:4566\n'],
      [['--trigger-role', 'admin'], 'triggerRoles must hold ARNs like'],
    ] as const;
    for (const [args, message] of cases) {
      const local = run('local.ts', args);
      expect([args, await local.exited]).toEqual([args, 1]);
      expect(local.output.text).toContain(message);
      expect(local.output.text).not.toContain('    at ');
    }
    taken.close();
  });
});

describe('npm run events', () => {
  it('says when nothing serves', async () => {
    const events = run('events.ts');
    expect(await events.exited).toBe(1);
    expect(events.output.text).toContain('start it with npm start');
  });
});
