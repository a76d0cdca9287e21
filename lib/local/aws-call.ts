/** From an HTTP request to the call of an AWS operation, in the protocols that functions' clients speak. */
import type { IncomingMessage } from 'node:http';

export interface AwsCall {
  /** First half of `X-Amz-Target` (`DynamoDB_20120810`); for the other protocols the name it is signed for (`sts`). */
  readonly service: string;
  /** The name it is signed for. */
  readonly signingName: string;
  readonly operation: string;
  /** As sent; not yet parsed where the protocol is `json`: DynamoDB gets it as it is. */
  readonly body: Buffer;
  readonly protocol: 'json' | 'query' | 'rest';
  /** What a form, or a path and its query, say. */
  readonly fields: Readonly<Record<string, string>>;
  readonly accessKey: string;
  /** With credentials of a role that was assumed. */
  readonly isSession: boolean;
}

/** Of a signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
const CREDENTIAL = /Credential=([^/,]+)(?:\/\d+\/[^/]+\/([^/]+)\/aws4_request)?/;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
}

/** Operations that are told by method and path: those that targets of triggers use. */
const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  eks: [{ method: 'GET', path: /^\/clusters\/(?<name>[^/]+)$/, operation: 'DescribeCluster' }],
  lambda: [
    { method: 'GET', path: /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)$/, operation: 'GetFunction' },
    { method: 'PUT', path: /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/code$/, operation: 'UpdateFunctionCode' },
    { method: 'POST', path: /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/versions$/, operation: 'PublishVersion' },
    { method: 'GET', path: /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/aliases\/(?<Name>[^/]+)$/, operation: 'GetAlias' },
    { method: 'PUT', path: /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/aliases\/(?<Name>[^/]+)$/, operation: 'UpdateAlias' },
  ],
};

/** `operation` is '' for a request that is no call of an operation known here. */
export function readAwsCall({ method, url = '/', headers }: IncomingMessage, body: Buffer): AwsCall {
  const [, accessKey = '', signingName = ''] = CREDENTIAL.exec(headers.authorization ?? '') ?? [];
  const common = { signingName, body, accessKey, isSession: headers['x-amz-security-token'] !== undefined };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service = '', operation = ''] = target.split('.');
    return { ...common, service, operation, protocol: 'json', fields: {} };
  }
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    const fields = Object.fromEntries(new URLSearchParams(body.toString()));
    return { ...common, service: signingName, operation: fields['Action'] ?? '', protocol: 'query', fields };
  }
  const [path = '', query = ''] = url.split('?');
  const { operation, labels } = readRoute(signingName, method, path);
  return {
    ...common,
    service: signingName,
    operation,
    protocol: 'rest',
    fields: { ...Object.fromEntries(new URLSearchParams(query)), ...labels },
  };
}

function readRoute(signingName: string, method: string | undefined, path: string) {
  const routes = Object.hasOwn(ROUTES, signingName) ? (ROUTES[signingName] ?? []) : [];
  const route = routes.find((candidate) => candidate.method === method && candidate.path.test(path));
  const groups: Record<string, string> = route?.path.exec(path)?.groups ?? {};
  const labels = Object.fromEntries(Object.entries(groups).map(([name, label]) => [name, decodeURIComponent(label)]));
  return { operation: route?.operation ?? '', labels };
}

/** What the call is about; undefined for what is no JSON: the service itself says so. */
export function inputOf({ protocol, body, fields }: AwsCall): object | undefined {
  if (protocol === 'query') return fields;
  try {
    return { ...(JSON.parse(body.toString() || '{}') as object), ...fields };
  } catch {
    return undefined;
  }
}
