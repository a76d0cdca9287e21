/** Which permissions a call needs: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
import { DECRYPT_ACTIONS, ENCRYPT_ACTIONS } from '../../key-actions.ts';
import type { Stack } from '../cloudformation.ts';
import { nameFromArn } from '../physical-names.ts';
import type { Access } from './decide.ts';
import { targetNeeds } from './target-needs.ts';

export interface ApiCall {
  /** First half of `X-Amz-Target`; for other protocols the name the call is signed for. */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
}

/** What a call needs; undefined for a call that is not known here. */
export type ReadNeeds = (call: ApiCall) => readonly Access[] | undefined;

interface DynamoDbInput {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string }>>[];
}

const TABLE_OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'];
const BATCH_OPERATIONS = ['BatchGetItem', 'BatchWriteItem'];
/** A transaction has no permission of its own: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const TRANSACTION_PARTS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};
const WRITES = /Put|Update|Delete|Write/;

/** A batch of messages is allowed like one message. */
const SQS_OPERATION = /^(SendMessage|ReceiveMessage|DeleteMessage|ChangeMessageVisibility)(Batch)?$/;
/** Deployed, functions reach every service over TLS; the loopback stands in for it. */
const OVER_TLS = { 'aws:SecureTransport': 'true' };

/** What DynamoDB does with a table's own key on behalf of whoever reads or writes the table. */
export function keyNeeds(keyArn: string | undefined, writes: boolean): readonly Access[] {
  if (keyArn === undefined) return [];
  return [...DECRYPT_ACTIONS, ...(writes ? ENCRYPT_ACTIONS : [])].map((action) => ({ action, resource: keyArn }));
}

/** ARNs of the keys that tables are encrypted by, by table. */
export function tableKeys(stack: Stack): ReadonlyMap<string, string | undefined> {
  const tables = [...stack.ofType('AWS::DynamoDB::Table'), ...stack.ofType('AWS::DynamoDB::GlobalTable')];
  return new Map(tables.map(({ name, properties }) => [name, properties.SSESpecification?.KMSMasterKeyId]));
}

/** Makes what knows the permissions of calls in `stack`. */
export function createReadNeeds(stack: Stack): ReadNeeds {
  const { region, accountId } = stack.place;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const keys = tableKeys(stack);

  function onTable(operation: string, tableName = '', indexName?: string): readonly Access[] {
    const table = nameFromArn(tableName);
    const resource = arn('dynamodb', `table/${table}${indexName === undefined ? '' : `/index/${indexName}`}`);
    return [{ action: `dynamodb:${operation}`, resource }, ...keyNeeds(keys.get(table), WRITES.test(operation))];
  }

  function ofDynamoDb(operation: string, input: DynamoDbInput): readonly Access[] | undefined {
    if (TABLE_OPERATIONS.includes(operation)) return onTable(operation, input.TableName, input.IndexName);
    if (BATCH_OPERATIONS.includes(operation)) return Object.keys(input.RequestItems ?? {}).flatMap((table) => onTable(operation, table));
    if (!operation.startsWith('Transact')) return undefined;
    return (input.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).flatMap(([part, { TableName }]) => onTable(TRANSACTION_PARTS[part] ?? part, TableName)),
    );
  }

  return function readNeeds(call) {
    const { service, operation, input } = call;
    if (service === 'DynamoDB_20120810') return ofDynamoDb(operation, input);
    if (service === 'AmazonSQS') {
      const [, action] = SQS_OPERATION.exec(operation) ?? [];
      const { QueueUrl = '' } = input as { QueueUrl?: string };
      return action === undefined
        ? undefined
        : [{ action: `sqs:${action}`, resource: arn('sqs', nameFromArn(QueueUrl)), context: OVER_TLS }];
    }
    if (service !== 'AWSEvents' || operation !== 'PutEvents') return targetNeeds(call, arn);
    const { Entries = [] } = input as { Entries?: readonly { readonly EventBusName?: string }[] };
    const buses = new Set(Entries.map(({ EventBusName = 'default' }) => nameFromArn(EventBusName)));
    return [...buses].map((bus) => ({ action: 'events:PutEvents', resource: arn('events', `event-bus/${bus}`) }));
  };
}
