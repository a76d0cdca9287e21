/**
 * The one AWS endpoint every worker calls: DynamoDB (proxied), SQS and EventBridge in their JSON protocols. It knows callers by their access
 * key, counts their calls, injects faults, and carries the control API of docs/local-runtime.md.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefusal } from './api-refusal.ts';
import { createControlApi, type ControlDeps } from './control-api.ts';
import type { DynamoDbAnswer, DynamoDbProxy } from './dynamodb-proxy.ts';
import { type FaultRule, refusalFor } from './faults.ts';
import { readBody } from './request-body.ts';

export interface EndpointDeps extends ControlDeps {
  readonly dynamoDb: DynamoDbProxy;
  /** Called after each DynamoDB call that may have written. */
  readonly written: () => void;
  readonly findCaller: (accessKey: string) => { readonly label: string; readonly sandbox: { kill(): Promise<void> } } | undefined;
  readonly sqs: (operation: string, input: object) => Promise<object>;
  readonly putEvents: (input: object) => object;
}

interface Call {
  readonly service: string;
  readonly operation: string;
  readonly target: string;
  readonly body: Buffer;
}

const BODY_LIMIT = 32 * 1024 * 1024;
const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems', 'DescribeTable', 'ListTables']);
const EMPTY_INDEX = Buffer.from('{"Items":[],"Count":0,"ScannedCount":0}');

function parseBody(body: Buffer): object {
  try {
    return JSON.parse(body.toString() || '{}') as object;
  } catch {
    throw new ApiRefusal('SerializationException', 'The request body is not JSON.');
  }
}

function refusalAnswer(error: ApiRefusal): DynamoDbAnswer {
  const answer = { __type: error.code, message: error.message, ...error.members };
  return { status: error.status, body: Buffer.from(JSON.stringify(answer)), capacityUnits: 0 };
}

/** Makes what executes one call, without faults. */
function createExecutor({ dynamoDb, written, sqs, putEvents }: EndpointDeps) {
  return async function execute({ service, operation, target, body }: Call): Promise<DynamoDbAnswer> {
    const answer = (value: object) => ({ status: 200, body: Buffer.from(JSON.stringify(value)), capacityUnits: 0 });
    if (service === 'AmazonSQS') return answer(await sqs(operation, parseBody(body)));
    if (service === 'AWSEvents' && operation === 'PutEvents') return answer(putEvents(parseBody(body)));
    if (!service.startsWith('DynamoDB'))
      throw new ApiRefusal('UnknownOperationException', `${target || 'this call'} is not hosted locally`);
    try {
      return await dynamoDb.forward(target, body);
    } finally {
      if (!READS.has(operation)) written();
    }
  };
}

/** Executes `call` under a fault; undefined means that the caller gets no answer: its connection drops. */
async function executeFaulty(
  call: Call,
  fault: FaultRule,
  execute: (call: Call) => Promise<DynamoDbAnswer>,
  kill: () => Promise<void>,
): Promise<DynamoDbAnswer | undefined> {
  switch (fault.kind) {
    case 'conflict':
    case 'throttle':
      throw refusalFor(fault.kind, call.service, call.operation, parseBody(call.body));
    case 'stale-index':
      return { status: 200, body: EMPTY_INDEX, capacityUnits: 0 };
    case 'delay':
      await sleep(fault.delayMs ?? 1000, undefined, { ref: false });
      return execute(call);
    case 'lost-answer':
      await execute(call);
      return undefined;
    case 'kill-before':
      await kill();
      return undefined;
    case 'kill-after':
      await execute(call);
      await kill();
      return undefined;
  }
}

export interface AwsEndpoint {
  readonly url: string;
  /** Serves from now on; calls before it are refused. */
  serve(deps: EndpointDeps): void;
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1: the address goes into queue URLs, so it must be known before the stack is read. */
export async function listenAwsEndpoint(): Promise<AwsEndpoint> {
  let handle: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  const server: Server = createServer((request, response) => {
    if (!handle) response.writeHead(503).end();
    else handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(deps) {
      const control = createControlApi(deps);
      const serveCall = createCallHandler(deps);
      handle = async (request, response) => {
        if (request.url?.startsWith('/__')) await control(request, response);
        else await serveCall(request, response);
      };
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function createCallHandler(deps: EndpointDeps): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const execute = createExecutor(deps);
  return async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const [service = '', operation = ''] = target.split('.');
    const caller = deps.findCaller(/Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const label = caller?.label ?? 'external';
    const body = await readBody(request, BODY_LIMIT);
    let answer: DynamoDbAnswer | undefined;
    try {
      if (!body) throw new ApiRefusal('RequestEntityTooLarge', 'The request is too large.', 413);
      const call = { service, operation, target, body };
      const fault = deps.faults.next(label, operation, () => operation === 'Query' && body.includes('"IndexName"'));
      answer = fault ? await executeFaulty(call, fault, execute, async () => caller?.sandbox.kill()) : await execute(call);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      answer = refusalAnswer(error);
    }
    deps.stats.countCall(label, operation, (answer?.status ?? 200) >= 400, answer?.capacityUnits ?? 0);
    if (!answer) return void response.destroy();
    response.writeHead(answer.status, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': answer.body.length,
      'x-amzn-requestid': randomUUID(),
    });
    response.end(answer.body);
  };
}
