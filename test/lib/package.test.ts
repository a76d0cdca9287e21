/** What `npm pack` packs works in a CDK app that has nothing but the package and its peers. */
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { satisfies } from 'semver';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Template } from '../../lib/app.ts';
import { PROJECT_ROOT } from '../../lib/bundle.ts';
import { ImageStreams } from '../../lib/index.ts';
import { LAMBDA_ENVIRONMENT } from '../support/lambda-environment.ts';
import { functionsOf } from './template.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const PEERS = ['aws-cdk-lib', 'constructs'];
const MOST_BYTES = 5_000_000;

// Compiles, bundles and synthesizes everything: 20 s with a processor of its own.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Without what npm tells the scripts it runs: this npm shall not take the project for the app's. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|CDK_)/i.test(name)));
const directory = realpathSync(mkdtempSync(join(tmpdir(), 'image-streams-package-')));
const app = join(directory, 'app');
const installed = join(app, 'node_modules/image-streams');
const SOURCES = {
  'package.json': '{ "name": "shop", "private": true }',
  'app.mjs': `import { App, Stack } from 'aws-cdk-lib';
    import { ImageStreams } from 'image-streams';
    new ImageStreams(new Stack(new App(), 'Shop'), 'Images');`,
  'app.cjs': `const { App, Stack } = require('aws-cdk-lib');
    const { ImageStreams } = require('image-streams');
    new ImageStreams(new Stack(new App(), 'Shop'), 'Images');`,
  'subscriber.mjs': `import { DETAIL_TYPE, EVENT_SOURCE } from 'image-streams/events';
    import schema from 'image-streams/events/schema.json' with { type: 'json' };
    console.log(EVENT_SOURCE, '/', DETAIL_TYPE.changed, '/', schema.title);`,
};
const TYPED = `import { App, Stack } from 'aws-cdk-lib';
  import { ImageStreams, type ImageStreamsProps } from 'image-streams';
  import { type TagChangeDetail } from 'image-streams/events';
  const props: ImageStreamsProps = { importInterval: '5m' };
  const { api, changeBus } = new ImageStreams(new Stack(new App(), 'Shop'), 'Images', props);
  const texts: string[] = [api.url, changeBus.bus.eventBusArn];
  export const digestOf = (detail: TagChangeDetail): string => detail.image;
  // @ts-expect-error: types are there, and not any
  export const wrong: ImageStreamsProps = { importInterval: 'sometimes' };
  // @ts-expect-error
  export const number: number = texts[0] ?? api.url;`;

let packed: { readonly file: string; readonly files: readonly string[] };

beforeAll(async () => {
  await run('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: PROJECT_ROOT, env: environment });
  const [file = ''] = globSync(join(directory, '*.tgz'));
  const { stdout } = await run('tar', ['tzf', file]);
  packed = { file, files: stdout.trim().split('\n') };
  mkdirSync(app);
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(app, name), text);
  // Nothing is fetched: the package depends on nothing but its peers, which stand in for those of the app's own.
  const offline = ['--offline', '--cache', join(directory, 'npm-cache'), '--legacy-peer-deps', '--no-audit', '--no-fund'];
  await run('npm', ['install', '--prefix', app, ...offline, file], { cwd: app, env: environment });
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the package', () => {
  it('holds compiled constructs, bundles, and what npm adds', () => {
    const expected = [
      /^(README\.md|LICENSE|package\.json|docs\/tag-change-event\.schema\.json)$/,
      /^dist\/(package\.json|THIRD-PARTY-NOTICES)$/,
      /^dist\/(lib|functions)\/(?!local\/|app\.|bundle\.)[\w/-]+\.(js|d\.ts)$/,
      /^dist\/bundles\/[\w-]+\/(package\.json|[\w/-]+\.js)$/,
    ];
    const names = packed.files.map((file) => file.replace('package/', ''));
    expect(names.filter((name) => !expected.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(functionsOf().map(({ entry }) => `dist/bundles/${entry}/index.js`)));
    expect(statSync(packed.file).size).toBeLessThan(MOST_BYTES);
  });

  it('tells nothing of the machine that built it', () => {
    const places = [PROJECT_ROOT, directory, realpathSync(join(PROJECT_ROOT, 'node_modules')), 'sourceMappingURL'];
    const texts = packed.files.map((file) => [file, readFileSync(join(installed, file.replace('package/', '')), 'utf8')] as const);
    expect(texts.filter(([, text]) => places.some((place) => text.includes(place))).map(([file]) => file)).toEqual([]);
  });

  it('brings the notices of what is in its bundles', () => {
    const notices = readFileSync(join(installed, 'dist/THIRD-PARTY-NOTICES'), 'utf8');
    for (const name of ['@aws-sdk/client-dynamodb', '@smithy/core', 'jose', 'yaml', 'zod']) expect(notices).toContain(`\n${name} `);
    expect(notices).toContain('Permission is hereby granted, free of charge');
    expect(notices).not.toContain('aws-cdk-lib');
  });

  it('brings no other package along, and its peers are those it is tested with', () => {
    expect(globSync('node_modules/*', { cwd: app })).toEqual(['node_modules/image-streams']);
    const { peerDependencies } = manifestAt(installed);
    expect(Object.keys(peerDependencies)).toEqual(PEERS);
    const versions = PEERS.map((peer) => manifestAt(placeOf(peer)).version);
    expect(versions.filter((version, index) => !satisfies(version, Object.values(peerDependencies)[index] ?? ''))).toEqual([]);
  });

  it('tells subscribers of events without the CDK', async () => {
    const { stdout } = await run(process.execPath, ['subscriber.mjs'], { cwd: app });
    expect(stdout.trim()).toBe('image-streams / Image Stream Tag Changed / Image stream tag events');
  });
});

describe('a CDK app that has installed it', () => {
  beforeAll(() => {
    for (const peer of PEERS) symlinkSync(placeOf(peer), join(app, 'node_modules', peer));
  });

  it('synthesizes as an ES module what the source does, to the hash of each function', async () => {
    const own = new App({ outdir: join(directory, 'source.out') });
    new ImageStreams(new Stack(own, 'Shop'), 'Images');
    const fromSource = own.synth().getStackByName('Shop').template as unknown;
    expect(await synthesize('app.mjs')).toEqual(fromSource);
  });

  it('synthesizes as CommonJS, with all flags that cdk init sets', async () => {
    const flags = readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8');
    expect(functionsOf(await synthesize('app.cjs', { CDK_CONTEXT_JSON: flags }))).toHaveLength(functionsOf().length);
  });

  it('deploys functions that load, with all they load later', async () => {
    const outdir = join(app, 'app.mjs.out');
    const assets = globSync('asset.*/**/*.js', { cwd: outdir });
    const program = `const loaded = process.argv.slice(1).map((file) => [file, typeof require(file).handler]);
      process.stdout.write(JSON.stringify(Object.fromEntries(loaded)));
      process.exit(0);`;
    const files = assets.map((file) => join(outdir, file));
    const { stdout } = await run(process.execPath, ['-e', program, '--', ...files], { env: LAMBDA_ENVIRONMENT, cwd: directory });
    const handlers = Object.entries(JSON.parse(stdout) as Record<string, string>).filter(([, type]) => type === 'function');
    expect(handlers.map(([file]) => relative(outdir, file).split('/')[1])).toEqual(functionsOf().map(() => 'index.js'));
    expect(assets.length).toBeGreaterThan(handlers.length);
  });

  it('is type-checked as an ES module and as CommonJS', async () => {
    for (const file of ['typed.mts', 'typed.cts']) writeFileSync(join(app, file), TYPED);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck'];
    const compiler = require.resolve('typescript/bin/tsc');
    const checked = run(process.execPath, [compiler, ...options, 'typed.mts', 'typed.cts'], { cwd: app });
    expect(await checked.catch((error: { stdout: string }) => error)).toMatchObject({ stdout: '' });
  });
});

async function synthesize(file: string, variables: Record<string, string> = {}): Promise<Template> {
  const outdir = join(app, `${file}.out`);
  await run(process.execPath, [file], { cwd: app, env: { ...environment, ...variables, CDK_OUTDIR: outdir } });
  return JSON.parse(readFileSync(join(outdir, 'Shop.template.json'), 'utf8')) as Template;
}

function placeOf(peer: string): string {
  return dirname(require.resolve(`${peer}/package.json`));
}

function manifestAt(place: string) {
  return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as { version: string; peerDependencies: Record<string, string> };
}
