/**
 * The one AWS endpoint every worker calls: DynamoDB (proxied), SQS and EventBridge in their JSON protocols. It knows callers by their access
 * key, allows what their roles allow, counts their calls, injects faults, and carries the control API of docs/local-runtime.md.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefusal } from './api-refusal.ts';
import { type ControlDeps, createControlApi } from './control-api.ts';
import type { DynamoDbAnswer, DynamoDbProxy } from './dynamodb-proxy.ts';
import { type FaultRule, refusalFor } from './faults.ts';
import type { AccessControl } from './iam/access-control.ts';
import { readBody } from './request-body.ts';

export interface EndpointDeps extends ControlDeps {
  readonly dynamoDb: DynamoDbProxy;
  /** Called after each DynamoDB call that may have written. */
  readonly written: () => void;
  /** Throws ApiRefusal for a call that the caller's role does not allow. */
  readonly authorize: AccessControl['authorize'];
  readonly findCaller: (accessKey: string) => { readonly label: string; readonly sandbox: { kill(): Promise<void> } } | undefined;
  readonly sqs: (operation: string, input: object) => Promise<object>;
  readonly putEvents: (input: object) => object;
}

interface Call {
  readonly service: string;
  readonly operation: string;
  readonly body: Buffer;
}

/** Web pages must not reach it: they send an Origin, or by DNS rebinding another Host. */
const LOOPBACK = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const BODY_LIMIT = 32 * 1024 * 1024;
const READS = /^(Get|Query|Scan|BatchGet|TransactGet|Describe|List)/;
const EMPTY_INDEX = { Items: [], Count: 0, ScannedCount: 0 };

function answerWith(value: object, status = 200): DynamoDbAnswer {
  return { status, body: Buffer.from(JSON.stringify(value)), capacityUnits: 0 };
}

/** undefined for what is no JSON: the service itself says so. */
function parseInput(body: Buffer): object | undefined {
  try {
    return JSON.parse(body.toString() || '{}') as object;
  } catch {
    return undefined;
  }
}

/** Makes what executes one call, without faults. */
function createExecutor({ dynamoDb, written, sqs, putEvents }: EndpointDeps): (call: Call) => Promise<DynamoDbAnswer> {
  return async function execute({ service, operation, body }) {
    const input = () => JSON.parse(body.toString() || '{}') as object;
    if (service === 'AmazonSQS') return answerWith(await sqs(operation, input()));
    if (service === 'AWSEvents' && operation === 'PutEvents') return answerWith(putEvents(input()));
    if (!service.startsWith('DynamoDB')) throw new ApiRefusal('UnknownOperationException', `${service}.${operation} is not hosted locally`);
    try {
      return await dynamoDb.forward(`${service}.${operation}`, body);
    } finally {
      if (!READS.test(operation)) written();
    }
  };
}

/** Executes `call` under a fault; undefined: the caller gets no answer, its connection drops. */
async function executeFaulty(call: Call, fault: FaultRule, execute: (call: Call) => Promise<DynamoDbAnswer>, kill: () => Promise<void>) {
  const { kind } = fault;
  if (kind === 'conflict' || kind === 'throttle') {
    const { TransactItems } = JSON.parse(call.body.toString()) as { TransactItems?: readonly unknown[] };
    throw refusalFor(kind, call.service, call.operation, TransactItems);
  }
  if (kind === 'stale-index') return answerWith(EMPTY_INDEX);
  if (kind === 'delay') await sleep(fault.delayMs ?? 1000, undefined, { ref: false });
  const answer = kind === 'kill-before' ? undefined : await execute(call);
  if (kind === 'kill-before' || kind === 'kill-after') await kill();
  return kind === 'delay' ? answer : undefined;
}

/** Makes the handler of AWS calls. */
function createCallHandler(deps: EndpointDeps): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const execute = createExecutor(deps);

  async function answerCall(call: Call, label: string, kill: () => Promise<void>): Promise<DynamoDbAnswer | undefined> {
    try {
      const input = parseInput(call.body);
      if (input) deps.authorize(label, { service: call.service, operation: call.operation, input });
      const isIndexQuery = call.operation === 'Query' && call.body.includes('"IndexName"');
      const fault = deps.faults.next(label, call.operation, isIndexQuery);
      return await (fault ? executeFaulty(call, fault, execute, kill) : execute(call));
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      return answerWith({ __type: error.code, message: error.message, ...error.members }, 400);
    }
  }

  return async function handle(request, response) {
    const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const caller = deps.findCaller(/Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const label = caller?.label ?? 'external';
    const body = await readBody(request, BODY_LIMIT);
    const answer = body && (await answerCall({ service, operation, body }, label, async () => caller?.sandbox.kill()));
    deps.stats.countCall(label, operation, (answer?.status ?? 200) >= 400, answer?.capacityUnits ?? 0);
    if (!answer) return void response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': answer.body.length });
    response.end(answer.body);
  };
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
  const server = createServer((request, response) => {
    if (!LOOPBACK.test(request.headers.host ?? '') || request.headers.origin !== undefined) response.writeHead(403).end();
    else if (handle) handle(request, response).catch(() => response.destroy());
    else response.writeHead(503).end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(deps) {
      const control = createControlApi(deps);
      const call = createCallHandler(deps);
      handle = (request, response) => (request.url?.startsWith('/__') ? control(request, response) : call(request, response));
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
