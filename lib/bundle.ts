import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type BuildOptions, type Metafile } from 'esbuild';
import { entryPath } from './entry-path.ts';

/** Root of the project that entry paths are relative to. */
export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Credential providers a Lambda function never reaches: the SDK's default chain ends at the environment variables that Lambda sets, and it
 * loads the others only when it gets to them. Left out they save 130 KB and 10 ms of every cold start (performance.md §4).
 */
const UNUSED_CREDENTIAL_PROVIDERS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/nested-clients',
  '@smithy/credential-provider-imds',
];

/** Loaded by the SDK only for operations that stream events; none of ours does. 15 KB. */
const UNUSED_PROTOCOLS = ['@smithy/core/event-streams'];

/** What functions load when they first need it, by the `imports` of package.json: files of their own beside `index.js`. */
const LOADED_LATER: Readonly<Record<string, string>> = readImports();

/** How every function is bundled; test/bench/sections/bundles.ts measures with the same options. Reasons: docs/decisions/0011-bundled-by-esbuild.md. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  external: [...UNUSED_CREDENTIAL_PROVIDERS, ...UNUSED_PROTOCOLS, ...Object.keys(LOADED_LATER)],
  absWorkingDir: PROJECT_ROOT,
  logLevel: 'error',
  metafile: true,
} satisfies BuildOptions;

/**
 * Bundles one function into `<directory>/index.js`, and beside it what it loads later. Answers what went into each file, the function's own first.
 * @throws Error when the entry file is missing or does not build
 */
export function bundleFunction(name: string, directory: string): readonly [Metafile, ...Metafile[]] {
  const entry = entryPath(name);
  if (!existsSync(join(PROJECT_ROOT, entry))) throw new Error(`${entry} does not exist: every function needs an entry file of its name`);
  const own = bundle(entry, join(directory, 'index.js'));
  const later = bundleLater(own, directory);
  const imports = Object.fromEntries([...later.keys()].map((specifier) => [specifier, fileOf(specifier)]));
  if (later.size > 0) writeFileSync(join(directory, 'package.json'), JSON.stringify({ imports }));
  return [own, ...later.values()];
}

/** Bundles what a file loads later, and what that does. */
function bundleLater(importer: Metafile, directory: string, known: Map<string, Metafile> = new Map()): ReadonlyMap<string, Metafile> {
  const imported = Object.values(importer.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  for (const specifier of imported.filter((path) => path.startsWith('#') && !known.has(path))) {
    const found = bundle(sourceOf(specifier), join(directory, fileOf(specifier)));
    bundleLater(found, directory, known.set(specifier, found));
  }
  return known;
}

function bundle(entry: string, outfile: string): Metafile {
  return buildSync({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile }).metafile;
}

function fileOf(specifier: string): string {
  return `./${specifier.slice(1)}.js`;
}

function readImports(): Readonly<Record<string, string>> {
  const { imports } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { imports: Record<string, string> };
  return imports;
}

/** `*` stands for the same in both (Node.js: subpath patterns). */
function sourceOf(specifier: string): string {
  for (const [pattern, source] of Object.entries(LOADED_LATER)) {
    const [start = '', end] = pattern.split('*');
    if (pattern === specifier) return source;
    if (end !== undefined && specifier.startsWith(start)) return source.replace('*', specifier.slice(start.length));
  }
  throw new Error(`${specifier} is not among the imports of package.json`);
}
