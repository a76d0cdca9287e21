import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type BuildOptions, type BuildResult } from 'esbuild';

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

/** What functions load when they first need it: a file of its own beside `index.js`, found through `imports` of a package.json there. */
const LOADED_LATER: Readonly<Record<string, string>> = {
  '#ecr-client': 'functions/access/pulling/ecr-client.ts',
  '#encryption-sdk': 'functions/access/secrets/encryption-sdk.ts',
  '#kms-signer': 'functions/access/logins/kms-signer.ts',
  '#yaml': 'functions/kubernetes/yaml.ts',
};

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

/** Path of a function's entry file relative to the project. */
export function entryPath(name: string): string {
  return `functions/${name}.ts`;
}

/**
 * Bundles one function into `<directory>/index.js`, and beside it what it loads later.
 * @throws Error when the entry file is missing or does not build
 */
export function bundleFunction(name: string, directory: string): BuildResult<typeof BUNDLE_OPTIONS> {
  const entry = entryPath(name);
  if (!existsSync(join(PROJECT_ROOT, entry))) throw new Error(`${entry} does not exist: every function needs an entry file of its name`);
  const result = buildSync({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile: join(directory, 'index.js') });
  const imported = new Set(Object.values(result.metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  const later = Object.entries(LOADED_LATER).filter(([specifier]) => imported.has(specifier));
  for (const [specifier, source] of later) {
    buildSync({ ...BUNDLE_OPTIONS, entryPoints: [source], outfile: join(directory, fileOf(specifier)) });
  }
  if (later.length > 0) {
    const imports = Object.fromEntries(later.map(([specifier]) => [specifier, `./${fileOf(specifier)}`]));
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ imports }));
  }
  return result;
}

function fileOf(specifier: string): string {
  return `${specifier.slice(1)}.js`;
}
