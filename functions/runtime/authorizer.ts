/** Who may do what, from the environment of a deployed function. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createPolicyReader } from '../access/policy/policy-reader.ts';
import { createRbacAuthorizer, type RbacAuthorizer } from '../access/policy/rbac-authorizer.ts';
import { requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Call at module scope of an entry file: its policy is remembered for all requests of the function. */
export function composeAuthorizer(client = new DynamoDBClient({})): RbacAuthorizer {
  const reader = createPolicyReader({ client, table: requireEnv(ENV.stateTable) });
  return createRbacAuthorizer({ reader, clock: Date.now });
}
