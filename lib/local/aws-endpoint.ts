/**
 * The one AWS endpoint every worker calls: DynamoDB (proxied), SQS and EventBridge, and what is forwarded to services elsewhere. It knows
 * callers by their access key, allows what their roles allow, counts their calls, injects faults, and carries the control API of
 * docs/local-runtime.md.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefusal } from './api-refusal.ts';
import { type AwsAnswer, answerRefusal, answerWith } from './aws-answer.ts';
import { type AwsCall, inputOf, readAwsCall } from './aws-call.ts';
import { type ControlDeps, createControlApi } from './control-api.ts';
import type { DynamoDbProxy } from './dynamodb-proxy.ts';
import { type FaultRule, refusalFor } from './faults.ts';
import type { AccessControl } from './iam/access-control.ts';
import type { RemoteServices } from './remote-services.ts';
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
  readonly remote: RemoteServices;
}

/** Web pages must not reach it: they send an Origin, or by DNS rebinding another Host. */
const LOOPBACK = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const BODY_LIMIT = 32 * 1024 * 1024;
const HOSTED = /^(DynamoDB|AmazonSQS$|AWSEvents$)/;
const READS = /^(Get|Query|Scan|BatchGet|TransactGet|Describe|List)/;
const EMPTY_INDEX = { Items: [], Count: 0, ScannedCount: 0 };

/** Makes what executes one call of a hosted service, without faults. */
function createExecutor({ dynamoDb, written, sqs, putEvents }: EndpointDeps): (call: AwsCall) => Promise<AwsAnswer> {
  return async function execute({ service, operation, body }) {
    const input = () => JSON.parse(body.toString() || '{}') as object;
    if (service === 'AmazonSQS') return answerWith(await sqs(operation, input()));
    if (service === 'AWSEvents' && operation === 'PutEvents') return answerWith(putEvents(input()));
    if (!service.startsWith('DynamoDB')) throw new ApiRefusal('UnknownOperationException', `${service}.${operation} is not hosted locally`);
    try {
      return { ...answerWith({}), ...(await dynamoDb.forward(`${service}.${operation}`, body)) };
    } finally {
      if (!READS.test(operation)) written();
    }
  };
}

/** Executes `call` under a fault; undefined: the caller gets no answer, its connection drops. */
async function executeFaulty(call: AwsCall, fault: FaultRule, execute: () => Promise<AwsAnswer>, kill: () => Promise<void>) {
  const { kind } = fault;
  if (kind === 'conflict' || kind === 'throttle') {
    const { TransactItems } = (inputOf(call) ?? {}) as { TransactItems?: readonly unknown[] };
    throw refusalFor(kind, call.service, call.operation, TransactItems);
  }
  if (kind === 'stale-index') return answerWith(EMPTY_INDEX);
  if (kind === 'delay') await sleep(fault.delayMs ?? 1000, undefined, { ref: false });
  const answer = kind === 'kill-before' ? undefined : await execute();
  if (kind === 'kill-before' || kind === 'kill-after') await kill();
  return kind === 'delay' ? answer : undefined;
}

/** Makes the handler of AWS calls. */
function createCallHandler(deps: EndpointDeps): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { remote } = deps;
  const execute = createExecutor(deps);

  async function answerCall(call: AwsCall, label: string, kill: () => Promise<void>, run: () => Promise<AwsAnswer>) {
    try {
      const input = inputOf(call);
      if (input) deps.authorize(label, { service: call.service, operation: call.operation, input });
      const isIndexQuery = call.operation === 'Query' && call.body.includes('"IndexName"');
      const fault = deps.faults.next(label, call.operation, isIndexQuery);
      return await (fault ? executeFaulty(call, fault, run, kill) : run());
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      return answerRefusal(error, call);
    }
  }

  return async function handle(request, response) {
    const body = await readBody(request, BODY_LIMIT);
    if (body === undefined) return void response.destroy();
    const call = readAwsCall(request, body);
    const caller = deps.findCaller(call.accessKey);
    const label = caller?.label ?? 'external';
    // Whoever acts as a role that was assumed is in that role's account: nothing of it is hosted here.
    const isElsewhere = remote.has(call.signingName) && (caller === undefined ? call.isSession : !HOSTED.test(call.service));
    const run = () => (isElsewhere ? remote.forward(call.signingName, request, body) : execute(call));
    const answer = await answerCall(call, label, async () => caller?.sandbox.kill(), run);
    deps.stats.countCall(label, call.operation, (answer?.status ?? 200) >= 400, answer?.capacityUnits ?? 0);
    if (!answer) return void response.destroy();
    response.writeHead(answer.status, { 'content-type': answer.contentType, 'content-length': answer.body.length });
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
