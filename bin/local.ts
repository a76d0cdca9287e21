/** `npm start`: the stack on this machine. Options and files: docs/local-runtime.md. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeTemplate } from '../lib/app.ts';
import { StartError, startLocal } from '../lib/local/index.ts';
import type { ImportInterval } from '../lib/settings.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8443' },
      host: { type: 'string', default: '127.0.0.1' },
      state: { type: 'string', default: '.local' },
      'import-interval': { type: 'string' },
      chaos: { type: 'boolean', default: false },
    },
  });
  mkdirSync(values.state, { recursive: true, mode: 0o700 });
  const logFile = join(values.state, 'functions.log');
  const log = createWriteStream(logFile, { mode: 0o600 });
  const runtime = await startLocal({
    template: synthesizeTemplate({ importInterval: values['import-interval'] as ImportInterval | undefined, allowPrivateAddresses: true }),
    directory: values.state,
    host: values.host,
    port: Number(values.port),
    chaos: values.chaos,
    prewarm: true,
    log: (name, line) => log.write(`${name} ${line}\n`),
  });

  function end(): void {
    process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143)); // a second signal does not wait
    runtime.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  }
  process.once('SIGINT', end).once('SIGTERM', end);
  console.log(`Serving image streams on ${runtime.url}

  export KUBECONFIG=${join(process.cwd(), relative(process.cwd(), runtime.kubeconfig))}
  kubectl apply -f examples/imagestream.yaml
  kubectl get imagestreams

Functions log to ${logFile}; events: npm run events; stop with Ctrl-C.`);
}

function fail(error: unknown): void {
  console.error(
    error instanceof StartError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ? (error as Error).message : error,
  );
  process.exit(1);
}

main().catch(fail);
