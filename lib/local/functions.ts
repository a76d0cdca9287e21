/** The Lambda functions of the stack: where their code is, with which environment they run. */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { HostedResource, Stack } from './cloudformation.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { nameFromArn } from './physical-names.ts';
import type { Sandbox } from './sandbox.ts';
import { StartError } from './start-error.ts';

/** Metadata that lib puts on each function: its entry file, relative to the project. */
export const ENTRY_METADATA = 'image-streams:entry';

export interface FunctionsOptions {
  /** Folder that entry files are relative to. */
  readonly project: string;
  /** Cloud assembly with bundled assets; they run instead of entry files. */
  readonly bundles?: string;
  /** Folder for copies of bundles. */
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workersPerFunction: number;
  readonly log: (functionName: string, line: string) => void;
}

export interface Functions {
  readonly pools: readonly FunctionPool[];
  /** By label, name or ARN; throws StartError when there is none. */
  require(nameOrArn: string): FunctionPool;
  /** Who signs with `accessKey`: its label and sandbox. */
  readonly findCaller: (accessKey: string) => { readonly label: string; readonly sandbox: Sandbox } | undefined;
}

type FunctionResource = HostedResource<'AWS::Lambda::Function'>;

/** Name of its entry file, else its logical id: what statistics, faults, logs and refusals call it. */
export function labelOf({ logicalId, metadata }: FunctionResource): string {
  const entry = metadata[ENTRY_METADATA];
  return typeof entry === 'string' ? basename(entry).replace(/\.[^.]+$/, '') : logicalId;
}

/** The bundle that the deployment would upload: folder `asset.<hash>` of the assembly for key `<hash>.zip`. */
function findBundle({ logicalId, properties }: FunctionResource, bundles: string, workspace: string): string {
  const asset = `asset.${properties.Code?.S3Key?.replace(/\.zip$/, '')}`;
  if (!existsSync(join(bundles, asset))) throw new StartError(`function ${logicalId} has no bundle in ${bundles}`);
  const directory = join(workspace, 'bundles', asset);
  cpSync(join(bundles, asset), directory, { recursive: true });
  // On Lambda no package.json lies above the code: a .js file is CommonJS, whatever the type of the project around the copy.
  if (!existsSync(join(directory, 'package.json'))) writeFileSync(join(directory, 'package.json'), '{"type":"commonjs"}');
  const module = properties.Handler.slice(0, properties.Handler.lastIndexOf('.'));
  const file = ['.js', '.mjs', '.cjs'].map((extension) => join(directory, module + extension)).find((candidate) => existsSync(candidate));
  if (!file) throw new StartError(`the bundle of function ${logicalId} has no ${module}`);
  return file;
}

function findEntry({ logicalId, metadata }: FunctionResource, project: string): string {
  const entry = metadata[ENTRY_METADATA];
  if (typeof entry !== 'string') throw new StartError(`function ${logicalId} has no ${ENTRY_METADATA} in its metadata`);
  const file = resolve(project, entry);
  if (!existsSync(file)) throw new StartError(`function ${logicalId}: there is no file ${entry}`);
  return file;
}

/** Finds the code of every function of `stack`; starts nothing yet. Throws StartError for a function without code or with another runtime. */
export function hostFunctions(stack: Stack, options: FunctionsOptions): Functions {
  const { region, accountId, awsEndpoint } = stack.place;
  const inherited = Object.fromEntries(['PATH', 'LANG', 'NODE_EXTRA_CA_CERTS'].map((name) => [name, process.env[name] ?? '']));
  const pools = stack.ofType('AWS::Lambda::Function').map((resource) => {
    const { logicalId, name, properties } = resource;
    if (!properties.Runtime.startsWith('nodejs'))
      throw new StartError(`function ${logicalId}: runtime ${properties.Runtime} is not hosted`);
    const label = labelOf(resource);
    const memory = properties.MemorySize ?? 128;
    const settings = {
      label,
      name,
      arn: `arn:aws:lambda:${region}:${accountId}:function:${name}`,
      file: options.bundles ? findBundle(resource, options.bundles, options.workspace) : findEntry(resource, options.project),
      handler: properties.Handler.slice(properties.Handler.lastIndexOf('.') + 1),
      environment: {
        ...inherited,
        TZ: ':UTC',
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ENDPOINT_URL: awsEndpoint,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
        ...properties.Environment?.Variables,
        ...options.environment,
      },
      timeoutSeconds: properties.Timeout ?? 3,
      memory,
    };
    const maximum = Math.min(properties.ReservedConcurrentExecutions ?? Infinity, options.workersPerFunction);
    return createFunctionPool(settings, maximum, (line) => options.log(label, line));
  });
  return {
    pools,
    require(nameOrArn) {
      const pool = pools.find(({ settings }) => settings.label === nameOrArn || settings.name === nameFromArn(nameOrArn));
      if (!pool) throw new StartError(`${nameOrArn} is not a function of the stack`);
      return pool;
    },
    findCaller(accessKey) {
      for (const pool of pools) {
        const sandbox = pool.findCaller(accessKey);
        if (sandbox) return { label: pool.settings.label, sandbox };
      }
      return undefined;
    },
  };
}
