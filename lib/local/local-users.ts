import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createHash } from 'node:crypto';
import { ENV } from '../../functions/runtime/environment.ts';
import { StoreError } from '../../functions/store/errors.ts';
import { createTokenStore } from '../../functions/store/token-store.ts';
import type { Stack } from './cloudformation.ts';
import { LOCAL_USERS, type LocalTokens } from './cluster-access.ts';

/** In `system:authenticated` is everybody; the developer is in nothing else. */
const GROUPS = { admin: ['system:masters'], developer: [] } as const satisfies Record<keyof LocalTokens, readonly string[]>;

/** The table that functions know as STATE_TABLE. */
export function stateTableOf(stack: Stack): string | undefined {
  const environments = stack.ofType('AWS::Lambda::Function').map(({ properties }) => properties.Environment?.Variables ?? {});
  return environments.map((variables) => variables[ENV.stateTable]).find((name) => name !== undefined);
}

/** Puts the tokens where the authorizer looks for them: their SHA-256, in table `state`; none, nothing. */
export async function storeTokens(stack: Stack, endpoint: string, tokens: LocalTokens): Promise<void> {
  const table = stateTableOf(stack);
  if (table === undefined) return;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: stack.place.region, credentials });
  const store = createTokenStore({ client, table });
  try {
    for (const user of LOCAL_USERS) {
      const hash = createHash('sha256').update(tokens[user]).digest('hex');
      await store.createToken(hash, { user, groups: GROUPS[user] }).catch(acceptKnown);
    }
  } finally {
    client.destroy();
  }
}

/** Stored by an earlier start. */
function acceptKnown(error: unknown): void {
  if (!(error instanceof StoreError && error.code === 'ERR_STORE_EXISTS')) throw error;
}
