/** The runtime's own calls to the embedded DynamoDB. The streams client of the AWS SDK is not worth a dependency for this. */
import type { DynamoDbProxy } from './dynamodb-proxy.ts';

export type DynamoDbCall = <T>(operation: string, input: object) => Promise<T>;

/** A refusal of the embedded DynamoDB; `code` is the exception's name, e.g. `ResourceNotFoundException`. */
export class DynamoDbRefusal extends Error {
  override readonly name = 'DynamoDbRefusal';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const STREAM_OPERATIONS = new Set(['DescribeStream', 'GetShardIterator', 'GetRecords']);

/** Calls operations of DynamoDB and DynamoDB Streams. Rejects with DynamoDbRefusal, or with the socket's error. */
export function createDynamoDbCall({ forward }: DynamoDbProxy): DynamoDbCall {
  return async function call<T>(operation: string, input: object): Promise<T> {
    const service = STREAM_OPERATIONS.has(operation) ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810';
    const { status, body } = await forward(`${service}.${operation}`, Buffer.from(JSON.stringify(input)));
    const answer = JSON.parse(body.toString() || '{}') as { __type?: string; message?: string };
    if (status === 200) return answer as T;
    throw new DynamoDbRefusal(answer.__type?.split('#').pop() ?? 'Unknown', answer.message ?? `${operation} failed`);
  };
}
