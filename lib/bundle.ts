import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type BuildOptions, type CommonOptions, type Metafile } from 'esbuild';
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

/** Read by the SDK in browsers: without this an unused file in every bundle. */
const UNUSED_PARSERS = ['bowser'];

/** How every function is bundled; test/bench/sections/bundles.ts measures with the same options. Reasons: docs/decisions/0011-bundled-by-esbuild.md. */
const BUNDLE_OPTIONS = {
  bundle: true,
  // What is imported with `import()` is loaded then, from files of its own; what it has in common with the rest is in others, loaded once.
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  external: [...UNUSED_CREDENTIAL_PROVIDERS, ...UNUSED_PARSERS],
  absWorkingDir: PROJECT_ROOT,
  metafile: true,
} satisfies BuildOptions;

const OUTPUT_OPTIONS = {
  platform: 'node',
  target: 'node24',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'error',
} satisfies CommonOptions;

/** Settings of a tsconfig.json that happens to lie above the output shall not matter. */
const COMMON_JS = { format: 'cjs', supported: { 'dynamic-import': false }, tsconfigRaw: {} } satisfies CommonOptions;

/**
 * Bundles one function into `<directory>/index.js`, and beside it what it loads later.
 * @throws Error when the entry file is missing or does not build
 */
export function bundleFunction(name: string, directory: string): Metafile {
  const entry = entryPath(name);
  if (!existsSync(join(PROJECT_ROOT, entry))) throw new Error(`${entry} does not exist: every function needs an entry file of its name`);
  const { metafile } = buildSync({ ...BUNDLE_OPTIONS, ...OUTPUT_OPTIONS, entryPoints: { index: entry }, outdir: directory });
  const written = Object.keys(metafile.outputs).map((path) => join(PROJECT_ROOT, path));
  // esbuild splits ES modules only, and they load slower.
  buildSync({ ...OUTPUT_OPTIONS, ...COMMON_JS, entryPoints: written, outbase: directory, outdir: directory, allowOverwrite: true });
  return metafile;
}
