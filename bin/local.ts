/** `npm start`: the stack on this machine. Options and files: docs/local-runtime.md. */
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeTemplate } from '../lib/app.ts';
import { helpText, OPTIONS } from '../lib/local/command-line.ts';
import { StartError, startLocal, type Template } from '../lib/local/index.ts';
import type { ImportInterval, OidcIssuer } from '../lib/index.ts';

function readOptions() {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > 65_535) throw new StartError(`--port ${values.port} is no port`);
    return { ...values, port };
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}

type StackOptions = Omit<ReturnType<typeof readOptions>, 'help' | 'port' | 'host' | 'state' | 'chaos' | 'aws-service'>;

function synthesize(options: StackOptions): Template {
  try {
    return synthesizeTemplate({
      importInterval: options['import-interval'] as ImportInterval | undefined,
      internalRegistry: options['internal-registry'],
      externalRegistry: options['external-registry'],
      allowedRegistriesForImport: options['allowed-registries']?.flatMap((list) => list.split(',')),
      registryCa: readFileOf('--registry-ca', options['registry-ca']),
      oidcIssuers: JSON.parse(readFileOf('--oidc-issuers', options['oidc-issuers']) ?? '[]') as OidcIssuer[],
      oidcCa: readFileOf('--oidc-ca', options['oidc-ca']),
      triggerTargets: JSON.parse(readFileOf('--trigger-targets', options['trigger-targets']) ?? '{}') as Record<string, string[]>,
      triggerRoles: options['trigger-role'],
      allowPrivateAddresses: true,
    });
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}

/** `ecs=http://127.0.0.1:4566`, repeated. */
function readServices(options: readonly string[] = []): Record<string, string> {
  const pairs = options.map((option) => option.split('='));
  const wrong = options.find((_, index) => pairs[index]?.length !== 2);
  if (wrong !== undefined) throw new StartError(`--aws-service ${wrong} is not like ecs=http://127.0.0.1:4566`);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** What is in the file that an option names. */
function readFileOf(option: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`${option} ${path}: ${code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`}`, {
      cause: error,
    });
  }
}

async function main(): Promise<void> {
  const { help, host, port, chaos, state, 'aws-service': services, ...options } = readOptions();
  if (help) return console.log(helpText());
  const awsServices = readServices(services);
  const template = synthesize(options);
  const directory = resolve(state);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const logFile = join(directory, 'functions.log');
  const log = createWriteStream(logFile, { mode: 0o600, flags: 'a' });
  const runtime = await startLocal({
    template,
    directory,
    host,
    port,
    chaos,
    awsServices,
    prewarm: true,
    workersPerFunction: 8, // a watch holds its worker for seconds
    log: (name, line) => log.write(`${name} ${line}\n`),
  });

  function end(): void {
    process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143)); // a second signal does not wait
    runtime.stop().then(() => process.exit(0), fail);
  }
  process.once('SIGINT', end).once('SIGTERM', end);
  console.log(`Serving image streams on ${runtime.url}

  export KUBECONFIG=${runtime.kubeconfig}
  kubectl apply -f docs/examples/imagestream.yaml
  kubectl get imagestreamtags

You are admin; kubectl --context developer is somebody who is not.
Functions log to ${logFile}. Events: npm run events. Stop with Ctrl-C.`);
}

function fail(error: unknown): void {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

main().catch(fail);
