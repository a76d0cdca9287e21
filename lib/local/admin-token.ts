import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createHash } from 'node:crypto';
import { ENV } from '../../functions/runtime/environment.ts';
import { StoreError } from '../../functions/store/errors.ts';
import { createTokenStore } from '../../functions/store/token-store.ts';
import type { Stack } from './cloudformation.ts';

/** Puts the admin's token where the authorizer looks for it: its SHA-256, in the table that functions know as STATE_TABLE; none, nothing. */
export async function grantAdmin(stack: Stack, endpoint: string, token: string): Promise<void> {
  const environments = stack.ofType('AWS::Lambda::Function').map(({ properties }) => properties.Environment?.Variables ?? {});
  const table = environments.map((variables) => variables[ENV.stateTable]).find((name) => name !== undefined);
  if (table === undefined) return;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: stack.place.region, credentials });
  try {
    const owner = { user: 'admin', groups: ['system:masters', 'system:authenticated'] };
    await createTokenStore({ client, table }).createToken(createHash('sha256').update(token).digest('hex'), owner);
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'ERR_STORE_EXISTS')) throw error; // known since an earlier start
  } finally {
    client.destroy();
  }
}
