/**
 * AWS services on a port of 127.0.0.1 (an ephemeral one unless given), whichever the packages of their clients describe. Requests are held against the schema of their
 * operation; answers are what a test scripts, and are held against it too.
 *
 *   const aws = await startAwsEmulator({ ecr, sts });             // import * as ecr from '@aws-sdk/client-ecr'
 *   aws.answer('ecr', 'GetAuthorizationToken', (input, call) => ({ authorizationData: […] }));   // or throws new AwsError(…)
 *   aws.fault({ operation: 'AssumeRole', times: 2 }, new AwsError('Throttling', 'Rate exceeded'));   // or 'reset', 'hang', 'lost'
 *   new ECRClient({ ...aws.client, region: 'eu-west-1' });        // endpoint and credentials
 *   aws.calls                                                     // everything that was asked, in order
 *   aws.problems                                                  // requests no service would have understood: a test expects none
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toJson } from './json-protocol.ts';
import { errorXml, resultXml } from './query-protocol.ts';
import { type AwsCall, AwsError, type ReadCall, readCall } from './read-call.ts';
import { toRest } from './rest-json-protocol.ts';
import { type ClientModule, type Operation, readServiceModel, type ServiceModel } from './service-model.ts';
import { misfitOf } from './shapes.ts';

export { type AwsCall, AwsError } from './read-call.ts';

export type Answer = (input: AwsCall['input'], call: AwsCall) => object | Promise<object>;
export type CallMatch = Partial<Pick<AwsCall, 'service' | 'operation' | 'region'>>;
/** `lost`: what was asked for is done, and the connection breaks before the answer. */
export type AwsFault = AwsError | 'reset' | 'hang' | 'lost';

export interface AwsEmulator extends AsyncDisposable {
  /** What makes a client call it. */
  readonly client: {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly calls: readonly AwsCall[];
  readonly problems: readonly string[];
  answer(service: string, operation: string, answer: Answer): void;
  /** Applies to the next `times` (default: all) calls that match. The newest fault wins. A function decides for each call. */
  fault(match: CallMatch & { readonly times?: number }, fault: AwsFault | (() => AwsFault | undefined)): void;
  clearFaults(): void;
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly port?: number;
  readonly onCall?: (call: AwsCall) => void;
}

export async function startAwsEmulator(
  modules: Readonly<Record<string, ClientModule>>,
  { port = 0, onCall }: EmulatorOptions = {},
): Promise<AwsEmulator> {
  const models = Object.entries(modules).map(([service, module]) => ({ service, model: readServiceModel(module) }));
  const answers = new Map<string, Answer>();
  const calls: AwsCall[] = [];
  const problems: string[] = [];
  let faults: { match: CallMatch; left: number; fault: AwsFault | (() => AwsFault | undefined) }[] = [];

  function takeFault(call: AwsCall): AwsFault | undefined {
    const matches = (match: CallMatch) =>
      (['service', 'operation', 'region'] as const).every((key) => match[key] === undefined || match[key] === call[key]);
    const found = faults.findLast(({ match, left }) => left > 0 && matches(match));
    if (found !== undefined) found.left -= 1;
    return typeof found?.fault === 'function' ? found.fault() : found?.fault;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    let known: ReadCall | undefined;
    try {
      known = readCall(models, request, body);
      const { service, model, operation, call } = known;
      calls.push(call);
      onCall?.(call);
      const fault = takeFault(call);
      if (fault === 'hang') return;
      if (fault === 'reset') return void response.destroy();
      if (fault instanceof AwsError) throw fault;
      const answer = answers.get(`${service} ${operation.name}`);
      if (answer === undefined) throw new Error(`no test says what ${service} ${operation.name} answers`);
      const output = await answer(call.input, call);
      if (fault === 'lost') return void response.destroy();
      sendResult(response, model, operation, output);
    } catch (error) {
      // What a test scripted is an answer; whatever else is a mistake, of the caller before it is read, then of the test.
      if (known === undefined || !(error instanceof AwsError)) problems.push((error as Error).message);
      sendError(response, known?.model, error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500));
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
  return {
    client: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    },
    calls,
    problems,
    answer: (service, operation, answer) => void answers.set(`${service} ${operation}`, answer),
    fault: ({ times = Infinity, ...match }, fault) => void faults.push({ match, left: times, fault }),
    clearFaults: () => void (faults = []),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function sendResult(response: ServerResponse, model: ServiceModel, operation: Operation, output: object): void {
  const { name } = operation;
  const misfit = misfitOf(output, operation.output);
  if (misfit !== null) throw new Error(`the scripted answer of ${name} is none: ${misfit}`);
  switch (model.protocol) {
    case 'json':
      return send(response, 200, { 'content-type': `application/x-amz-json-${model.jsonVersion}` }, JSON.stringify(toJson(output)));
    case 'query':
      return send(response, 200, XML, resultXml(name, model.xmlNamespace, output, randomUUID()));
    case 'rest-json': {
      const { status, headers, body } = toRest(operation, output);
      return send(response, status, { ...JSON_TYPE, ...headers }, body);
    }
  }
}

function sendError(response: ServerResponse, model: ServiceModel | undefined, { code, message, status }: AwsError): void {
  switch (model?.protocol) {
    case 'query':
      return send(response, status, XML, errorXml(code, message, status, model.xmlNamespace, randomUUID()));
    case 'rest-json':
      return send(response, status, { ...JSON_TYPE, 'x-amzn-errortype': code }, JSON.stringify({ message }));
    case 'json':
    case undefined: {
      const type = `application/x-amz-json-${model?.jsonVersion ?? '1.1'}`;
      return send(response, status, { 'content-type': type }, JSON.stringify({ __type: code, message }));
    }
  }
}

const XML = { 'content-type': 'text/xml' };
const JSON_TYPE = { 'content-type': 'application/json' };

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array): void {
  response.writeHead(status, { ...headers, 'x-amzn-requestid': randomUUID() }).end(body);
}
