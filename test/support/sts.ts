/** STS as a login sees it: checks signatures (AWS Signature Version 4, in the query) as the real one does. And tokens as `aws eks get-token` makes them. */
import { createHash, createHmac } from 'node:crypto';
import type { Get, OutboundRequest } from '../../functions/access/ports.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Caller {
  readonly secretAccessKey: string;
  readonly arn: string;
  readonly userId: string;
}

export interface TokenOptions extends Credentials {
  /** ms. */
  readonly now: number;
  readonly cluster?: string;
  readonly region?: string;
  readonly host?: string;
  readonly scheme?: string;
  /** Over what is signed by default; undefined leaves one out. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
}

export function stsUrl(options: TokenOptions): string {
  const { accessKeyId, secretAccessKey, now, cluster = 'image-streams', region = 'eu-central-1', scheme = 'https' } = options;
  const { host = `sts.${region}.amazonaws.com` } = options;
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const parameters: Record<string, string | undefined> = {
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${date.slice(0, 8)}/${region}/sts/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    ...options.parameters,
  };
  const query = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encode(value)}`]));
  const signature = sign(new URLSearchParams(query.join('&')), { host, 'x-k8s-aws-id': cluster }, secretAccessKey);
  return `${scheme}://${host}/?${query.join('&')}&X-Amz-Signature=${signature}`;
}

export function iamToken(options: TokenOptions): string {
  return tokenOf(stsUrl(options));
}

export function tokenOf(url: string): string {
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}

export interface FakeSts {
  readonly get: Get;
  readonly requests: OutboundRequest[];
}

/** `callers` by access key. */
export function createFakeSts(callers: Readonly<Record<string, Caller>>): FakeSts {
  const requests: OutboundRequest[] = [];
  return {
    requests,
    async get(request) {
      requests.push(request);
      const query = request.url.searchParams;
      const caller = callers[query.get('X-Amz-Credential')?.split('/')[0] ?? ''];
      if (caller === undefined) return refusal(403, 'InvalidClientTokenId');
      const headers = { ...request.headers, host: request.url.host };
      const given = query.get('X-Amz-Signature');
      if (sign(query, headers, caller.secretAccessKey) !== given) return refusal(403, 'SignatureDoesNotMatch');
      const result = { Account: caller.arn.split(':')[4], Arn: caller.arn, UserId: caller.userId };
      return answer(200, { GetCallerIdentityResponse: { GetCallerIdentityResult: result, ResponseMetadata: { RequestId: 'r' } } });
    },
  };
}

export function refusal(status: number, code: string) {
  return answer(status, { Error: { Code: code, Message: 'no', Type: 'Sender' }, RequestId: 'r' });
}

function answer(status: number, body: unknown) {
  return { status, body: Buffer.from(JSON.stringify(body)) };
}

function sign(query: URLSearchParams, headers: Readonly<Record<string, string>>, secret: string): string {
  const pairs = [...query].filter(([name]) => name !== 'X-Amz-Signature').map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const signed = query.get('X-Amz-SignedHeaders') ?? '';
  const values = signed.split(';').map((name) => `${name}:${headers[name] ?? ''}\n`);
  const request = ['GET', '/', pairs.sort().join('&'), values.join(''), signed, sha256('')].join('\n');
  const [, ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
  const text = ['AWS4-HMAC-SHA256', query.get('X-Amz-Date'), scope.join('/'), sha256(request)].join('\n');
  const key = scope.reduce<Buffer>((previous, part) => hmac(previous, part), Buffer.from(`AWS4${secret}`));
  return hmac(key, text).toString('hex');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
