/** Creates the tables of the stack in the embedded DynamoDB, or checks that those of the last start still fit the template. */
import { isDeepStrictEqual } from 'node:util';
import type { HostedResource, Stack } from './cloudformation.ts';
import { type DynamoDbCall, DynamoDbRefusal } from './dynamodb-api.ts';
import { StartError } from './start-error.ts';

type TableResource = HostedResource<'AWS::DynamoDB::Table'> | HostedResource<'AWS::DynamoDB::GlobalTable'>;

export interface HostedTable {
  readonly name: string;
  /** ARN of the table's stream in the emulator; undefined without a stream. */
  readonly streamArn?: string;
}

interface TableDescription {
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly KeySchema: unknown }[];
  readonly LatestStreamArn?: string;
}

async function describe(call: DynamoDbCall, name: string): Promise<TableDescription | undefined> {
  try {
    return (await call<{ Table: TableDescription }>('DescribeTable', { TableName: name })).Table;
  } catch (error) {
    if (error instanceof DynamoDbRefusal && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function create(call: DynamoDbCall, { name, properties }: TableResource): Promise<TableDescription> {
  const { StreamSpecification: stream, TimeToLiveSpecification: ttl, SSESpecification: _encryption, ...rest } = properties;
  const created = await call<{ TableDescription: TableDescription }>('CreateTable', {
    ...rest,
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    ...(stream ? { StreamSpecification: { StreamEnabled: true, ...stream } } : {}),
  });
  if (ttl?.Enabled) await call('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: ttl });
  return created.TableDescription;
}

function shape(table: Pick<TableDescription, 'KeySchema' | 'GlobalSecondaryIndexes'>) {
  const indexes = (table.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema }) => ({ IndexName, KeySchema }));
  return { keys: table.KeySchema, indexes: indexes.sort((a, b) => a.IndexName.localeCompare(b.IndexName)) };
}

/** Brings up every table of `stack`. Throws StartError when a table of an earlier start has other keys or indexes. */
export async function hostTables(stack: Stack, call: DynamoDbCall): Promise<readonly HostedTable[]> {
  const resources: readonly TableResource[] = [...stack.ofType('AWS::DynamoDB::Table'), ...stack.ofType('AWS::DynamoDB::GlobalTable')];
  const tables: HostedTable[] = [];
  for (const resource of resources) {
    const existing = await describe(call, resource.name);
    if (existing && !isDeepStrictEqual(shape(existing), shape(resource.properties)))
      throw new StartError(
        `table ${resource.name} of the state directory has other keys than the stack now declares: remove the directory`,
      );
    const table = existing ?? (await create(call, resource));
    tables.push({ name: resource.name, ...(table.LatestStreamArn ? { streamArn: table.LatestStreamArn } : {}) });
  }
  return tables;
}
