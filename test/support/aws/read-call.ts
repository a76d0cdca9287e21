/** From a signed HTTP request to the call of an operation. */
import type { IncomingMessage } from 'node:http';
import { fromJson } from './json-protocol.ts';
import { fromForm } from './query-protocol.ts';
import { fromRest, matchOperation } from './rest-json-protocol.ts';
import type { Operation, ServiceModel } from './service-model.ts';
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

export interface NamedModel {
  readonly service: string;
  readonly model: ServiceModel;
}

export interface ReadCall extends NamedModel {
  readonly operation: Operation;
  readonly call: AwsCall;
}

/** Of a signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
const CREDENTIAL = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;

/** @throws AwsError when no service of those here would understand the request */
export function readCall(models: readonly NamedModel[], request: IncomingMessage, body: Buffer): ReadCall {
  const { headers } = request;
  const [, accessKeyId = '', region = '', signingName = ''] = CREDENTIAL.exec(headers.authorization ?? '') ?? [];
  if (signingName === '') throw new AwsError('MissingAuthenticationTokenException', 'the request is not signed', 403);
  const { found, name, input } = readMessage(models, signingName, request, body);
  const misfit = misfitOf(input, found.operation.input);
  if (misfit !== null) throw new AwsError('SerializationException', `${name} ${misfit}`);
  const sessionToken = headers['x-amz-security-token'];
  const session = typeof sessionToken === 'string' ? { sessionToken } : {};
  const call = { service: found.service, operation: name, input: input as AwsCall['input'], region, accessKeyId, ...session };
  return { ...found, call };
}

interface Message {
  readonly found: NamedModel & { readonly operation: Operation };
  readonly name: string;
  readonly input: unknown;
}

function readMessage(models: readonly NamedModel[], signingName: string, request: IncomingMessage, body: Buffer): Message {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return readJson(models, target, body.toString());
  const rest = models.find(({ model }) => model.protocol === 'rest-json' && model.signingName === signingName);
  return rest === undefined ? readForm(models, signingName, new URLSearchParams(body.toString())) : readRest(rest, request, body);
}

function readJson(models: readonly NamedModel[], header: string, body: string): Message {
  const [target = '', name = ''] = header.split('.');
  const found = find(models, name, ({ model }) => model.protocol === 'json' && model.target === target);
  return { found, name, input: fromJson(JSON.parse(body || '{}'), found.operation.input) };
}

function readForm(models: readonly NamedModel[], signingName: string, form: URLSearchParams): Message {
  const name = form.get('Action') ?? '';
  const found = find(models, name, ({ model }) => model.protocol === 'query' && model.signingName === signingName);
  const version = form.get('Version') ?? '';
  if (version !== found.model.version) throw new AwsError('InvalidAction', `${name} of version ${version} is unknown`);
  const { input, unknown } = fromForm(form, found.operation.input);
  if (unknown.length > 0) throw new AwsError('MalformedQueryString', `${name}: unknown ${unknown.join(', ')}`);
  return { found, name, input };
}

function readRest(named: NamedModel, { method = '', url = '', headers }: IncomingMessage, body: Buffer): Message {
  const [path = '', query = ''] = url.split('?');
  const request = { method, path, query: new URLSearchParams(query), headers, body };
  const match = matchOperation(named.model.operations.values(), request);
  if (match === null) throw new AwsError('UnknownOperationException', `${method} ${path} is unknown`, 404);
  const { input, unknown } = fromRest(request, match);
  const { name } = match.operation;
  if (unknown.length > 0) throw new AwsError('SerializationException', `${name}: unknown ${unknown.join(', ')}`);
  return { found: { ...named, operation: match.operation }, name, input };
}

function find(models: readonly NamedModel[], name: string, isMeant: (named: NamedModel) => boolean): Message['found'] {
  const named = models.find(isMeant);
  const operation = named?.model.operations.get(name);
  if (named === undefined || operation === undefined) throw new AwsError('UnknownOperationException', `operation ${name} is unknown`);
  return { ...named, operation };
}
