/**
 * Makes a bearer token and prints it, once: `npm run token -- --user alice --group developers --days 30`. Only its SHA-256 is stored, in the
 * table named by STATE_TABLE (an output of the stack), with the AWS credentials of the caller.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hashToken } from '../functions/access/logins/token-hash.ts';
import { requireEnv } from '../functions/runtime/config.ts';
import { ENV } from '../functions/runtime/environment.ts';
import { createTokenStore } from '../functions/store/token-store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const { values } = parseArgs({
  options: { user: { type: 'string' }, group: { type: 'string', multiple: true, default: [] }, days: { type: 'string' } },
});
if (values.user === undefined || (values.days !== undefined && !(Number(values.days) > 0))) {
  console.error('usage: npm run token -- --user NAME [--group NAME]... [--days N]');
  process.exit(2);
}

/** OpenShift's form of a token: `oc logout` then asks to delete it by its hash, where any other token would itself stand in the URL. */
const token = `sha256~${randomBytes(32).toString('base64url')}`;
const store = createTokenStore({ client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) });
const expiry = values.days === undefined ? {} : { expiresAt: Date.now() + Number(values.days) * DAY_MS };
await store.createToken(hashToken(token), { user: values.user, groups: values.group, ...expiry });
console.log(token);
