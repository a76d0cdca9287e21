/** Passes DynamoDB calls on to the emulator, byte for byte but for one member that makes it report consumed capacity. */
import { Agent, request } from 'node:http';

export interface DynamoDbAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly capacityUnits: number;
}

export interface DynamoDbProxy {
  readonly forward: (target: string, body: Buffer) => Promise<DynamoDbAnswer>;
  close(): void;
}

const METERED = new Set(
  [
    'GetItem',
    'PutItem',
    'UpdateItem',
    'DeleteItem',
    'Query',
    'Scan',
    'BatchGetItem',
    'BatchWriteItem',
    'TransactGetItems',
    'TransactWriteItems',
  ].map((operation) => `DynamoDB_20120810.${operation}`),
);
const ASK = '{"ReturnConsumedCapacity":"TOTAL",';
const UNITS = /"CapacityUnits":([\d.]+)/g;

/** Asks for the total unless the caller asks for something itself: `"` is escaped inside JSON strings, so the member cannot be mistaken. */
function askForCapacity(target: string, body: Buffer): Buffer {
  if (!METERED.has(target) || body.includes('"ReturnConsumedCapacity"')) return body;
  const text = body.toString().trimStart();
  return text.startsWith('{') && text.length > 2 ? Buffer.from(ASK + text.slice(1)) : body;
}

function readCapacity(body: Buffer): number {
  const start = body.indexOf('"ConsumedCapacity"');
  if (start < 0) return 0;
  let sum = 0;
  for (const [, units] of body.subarray(start).toString().matchAll(UNITS)) sum += Number(units);
  return sum;
}

/** Makes the proxy for the emulator at `endpoint`. */
export function createDynamoDbProxy(endpoint: string): DynamoDbProxy {
  const agent = new Agent({ keepAlive: true });
  return {
    forward(target, body) {
      const asked = askForCapacity(target, body);
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'content-length': asked.length,
      };
      return new Promise((resolve, reject) => {
        const outgoing = request(endpoint, { method: 'POST', agent, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = Buffer.concat(chunks);
            resolve({ status: response.statusCode ?? 500, body: answer, capacityUnits: readCapacity(answer) });
          });
        });
        outgoing.on('error', reject);
        outgoing.end(asked);
      });
    },
    close: () => agent.destroy(),
  };
}
