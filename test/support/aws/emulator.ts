/**
 * AWS services on an ephemeral port of 127.0.0.1, whichever the packages of their clients describe. Requests are held against the schema of their
 * operation; answers are what a test scripts, and are held against it too.
 *
 *   const aws = await startAwsEmulator({ ecr, sts });             // import * as ecr from '@aws-sdk/client-ecr'
 *   aws.answer('ecr', 'GetAuthorizationToken', (input, call) => ({ authorizationData: […] }));   // or throws new AwsError(…)
 *   aws.fault({ operation: 'AssumeRole', times: 2 }, new AwsError('Throttling', 'Rate exceeded'));   // or 'reset', 'hang'
 *   new ECRClient({ ...aws.client, region: 'eu-west-1' });        // endpoint and credentials
 *   aws.calls                                                     // everything that was asked, in order
 *   aws.problems                                                  // requests no service would have understood: a test expects none
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromJson, toJson } from './json-protocol.ts';
import { errorXml, fromForm, resultXml } from './query-protocol.ts';
import { type ClientModule, type Operation, readServiceModel, type ServiceModel } from './service-model.ts';
import { misfitOf } from './shapes.ts';

/** An error as a service reports it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export interface AwsCall {
  /** As named when the emulator was started. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accessKeyId: string;
  readonly sessionToken?: string;
}

export type Answer = (input: AwsCall['input'], call: AwsCall) => object | Promise<object>;
export type CallMatch = Partial<Pick<AwsCall, 'service' | 'operation' | 'region'>>;
export type AwsFault = AwsError | 'reset' | 'hang';

export interface AwsEmulator extends AsyncDisposable {
  /** What makes a client call it. */
  readonly client: {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly calls: readonly AwsCall[];
  readonly problems: readonly string[];
  answer(service: string, operation: string, answer: Answer): void;
  /** Applies to the next `times` (default: all) calls that match. The newest fault wins. */
  fault(match: CallMatch & { readonly times?: number }, fault: AwsFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

interface Read {
  readonly service: string;
  readonly model: ServiceModel;
  readonly operation: Operation;
  readonly call: AwsCall;
}

/** Of a signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
const CREDENTIAL = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;

export async function startAwsEmulator(modules: Readonly<Record<string, ClientModule>>): Promise<AwsEmulator> {
  const models = Object.entries(modules).map(([service, module]) => ({ service, model: readServiceModel(module) }));
  const answers = new Map<string, Answer>();
  const calls: AwsCall[] = [];
  const problems: string[] = [];
  let faults: { match: CallMatch; left: number; fault: AwsFault }[] = [];

  /** @throws AwsError when no service of those here would understand the request */
  function read({ headers }: IncomingMessage, body: string): Read {
    const [, accessKeyId = '', region = '', signingName = ''] = CREDENTIAL.exec(headers.authorization ?? '') ?? [];
    if (signingName === '') throw new AwsError('MissingAuthenticationTokenException', 'the request is not signed', 403);
    const [target = '', targetOperation = ''] = String(headers['x-amz-target'] ?? '').split('.');
    const form = new URLSearchParams(target === '' ? body : '');
    const found = models.find(({ model }) =>
      target === '' ? model.protocol === 'query' && model.signingName === signingName : model.target === target,
    );
    const name = targetOperation || (form.get('Action') ?? '');
    const operation = found?.model.operations.get(name);
    if (found === undefined || operation === undefined)
      throw new AwsError('UnknownOperationException', `${signingName} ${name} is unknown`);
    const input =
      found.model.protocol === 'json' ? fromJson(JSON.parse(body || '{}'), operation.input) : readForm(form, found.model, operation);
    const misfit = misfitOf(input, operation.input);
    if (misfit !== null) throw new AwsError('SerializationException', `${name} ${misfit}`);
    const sessionToken = headers['x-amz-security-token'];
    const session = typeof sessionToken === 'string' ? { sessionToken } : {};
    const call = { service: found.service, operation: name, input: input as AwsCall['input'], region, accessKeyId, ...session };
    return { ...found, operation, call };
  }

  function takeFault(call: AwsCall): AwsFault | undefined {
    const matches = (match: CallMatch) =>
      (['service', 'operation', 'region'] as const).every((key) => match[key] === undefined || match[key] === call[key]);
    const found = faults.findLast(({ match, left }) => left > 0 && matches(match));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    let known: Read | undefined;
    try {
      known = read(request, body);
      const { service, model, operation, call } = known;
      calls.push(call);
      const fault = takeFault(call);
      if (fault === 'hang') return;
      if (fault === 'reset') return void response.destroy();
      if (fault !== undefined) throw fault;
      const answer = answers.get(`${service} ${operation.name}`);
      if (answer === undefined) throw new Error(`no test says what ${service} ${operation.name} answers`);
      sendResult(response, model, operation, await answer(call.input, call));
    } catch (error) {
      // What a test scripted is an answer; whatever else is a mistake, of the caller before it is read, then of the test.
      if (known === undefined || !(error instanceof AwsError)) problems.push((error as Error).message);
      sendError(response, known?.model, error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500));
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

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

function readForm(form: URLSearchParams, { version }: ServiceModel, { name, input: schema }: Operation): unknown {
  const { input, unknown } = fromForm(form, schema);
  if (form.get('Version') !== version) throw new AwsError('InvalidAction', `${name} of version ${form.get('Version') ?? ''} is unknown`);
  if (unknown.length > 0) throw new AwsError('MalformedQueryString', `${name}: unknown ${unknown.join(', ')}`);
  return input;
}

function sendResult(response: ServerResponse, model: ServiceModel, { name, output: schema }: Operation, output: object): void {
  const misfit = misfitOf(output, schema);
  if (misfit !== null) throw new Error(`the scripted answer of ${name} is none: ${misfit}`);
  if (model.protocol === 'json') return send(response, 200, `application/x-amz-json-${model.jsonVersion}`, JSON.stringify(toJson(output)));
  send(response, 200, 'text/xml', resultXml(name, model.xmlNamespace, output, randomUUID()));
}

function sendError(response: ServerResponse, model: ServiceModel | undefined, { code, message, status }: AwsError): void {
  if (model?.protocol === 'query')
    return send(response, status, 'text/xml', errorXml(code, message, status, model.xmlNamespace, randomUUID()));
  send(response, status, `application/x-amz-json-${model?.jsonVersion ?? '1.1'}`, JSON.stringify({ __type: code, message }));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': randomUUID() }).end(body);
}
