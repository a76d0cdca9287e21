/**
 * Makes a bearer token and prints it, once: `npm run token -- --user alice --group developers --days 30`. Only its SHA-256 is stored, in the
 * table named by STATE_TABLE (an output of the stack), with the AWS credentials of the caller; with `--local`, in that of a running `npm start`.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hashToken } from '../functions/access/logins/token-hash.ts';
import { requireEnv } from '../functions/runtime/config.ts';
import { ENV } from '../functions/runtime/environment.ts';
import type { StoreOptions } from '../functions/store/database.ts';
import { createTokenStore } from '../functions/store/token-store.ts';
import type { RuntimeFile } from '../lib/local/state-directory.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const USAGE = 'usage: npm run token -- --user NAME [--group NAME]... [--days N] [--local [--state DIRECTORY]]';

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}

function readOptions() {
  const group = { type: 'string', multiple: true, default: [] as string[] } as const;
  const state = { type: 'string', default: '.local' } as const;
  try {
    return parseArgs({ options: { user: { type: 'string' }, group, days: { type: 'string' }, local: { type: 'boolean' }, state } }).values;
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`, 2);
  }
}

function localTable(state: string): StoreOptions {
  try {
    const { awsEndpoint, stateTable = '' } = JSON.parse(readFileSync(join(state, 'runtime.json'), 'utf8')) as RuntimeFile;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    return { client: new DynamoDBClient({ endpoint: awsEndpoint, region: 'us-east-1', credentials }), table: stateTable };
  } catch {
    return fail(`Nothing serves from ${state}: start it with npm start, or name its directory with --state.`, 1);
  }
}

const { user, group, days, local, state } = readOptions();
if (user === undefined || (days !== undefined && !(Number(days) > 0))) fail(USAGE, 2);

/** OpenShift's form of a token: `oc logout` then asks to delete it by its hash, where any other token would itself stand in the URL. */
const token = `sha256~${randomBytes(32).toString('base64url')}`;
const store = createTokenStore(local === true ? localTable(state) : { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) });
const expiry = days === undefined ? {} : { expiresAt: Date.now() + Number(days) * DAY_MS };
await store.createToken(hashToken(token), { user, groups: group, ...expiry });
console.log(token);
