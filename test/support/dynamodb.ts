import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { STATE_TABLE_SCHEMA } from '../../functions/store/table-schema.ts';
import { startDynamoDb } from '../../lib/local/dynamodb-process.ts';

/** A `state` table of its own on an embedded DynamoDB of its own. */
export interface TestTable {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly table: string;
  /** Another empty table on the same DynamoDB. */
  addTable(): Promise<string>;
  /** A further client, e.g. to spoil its calls. */
  connect(config?: DynamoDBClientConfig): DynamoDBClient;
  stop(): Promise<void>;
}

/** Fresh process per call (a few ms): nothing is shared between test files. Stop it in `afterAll`. */
export async function startTestTable(options: { readonly stream?: boolean } = {}): Promise<TestTable> {
  const dynamoDb = await startDynamoDb();
  const clients: DynamoDBClient[] = [];
  const connect = (config: DynamoDBClientConfig = {}): DynamoDBClient => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials, ...config });
    clients.push(client);
    return client;
  };
  const client = connect();
  const addTable = async (): Promise<string> => {
    const table = `state-${randomUUID()}`;
    await client.send(new CreateTableCommand(tableInput(table, options.stream === true)));
    return table;
  };
  return {
    client,
    endpoint: dynamoDb.endpoint,
    table: await addTable(),
    addTable,
    connect,
    stop: async () => {
      for (const each of clients) each.destroy();
      await dynamoDb.stop();
    },
  };
}

export function tableInput(table: string, stream: boolean): CreateTableCommandInput {
  const { partitionKey, sortKey, indexes, streamView } = STATE_TABLE_SCHEMA;
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const keyAttributes = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(partitionKey.name, sortKey.name),
    AttributeDefinitions: keyAttributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey.name, index.sortKey.name),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.include] },
    })),
    ...(stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: streamView } } : {}),
  };
}
