import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { inputOf, readAwsCall } from '../../lib/local/aws-call.ts';

const signed = (signingName: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIAME/20260801/eu-central-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
});

function read(request: { method?: string; url?: string; headers?: object }, body = '') {
  return readAwsCall({ method: 'POST', url: '/', headers: {}, ...request } as IncomingMessage, Buffer.from(body));
}

describe('a call of AWS', () => {
  it('is told by its target in the JSON protocols', () => {
    const call = read(
      { headers: { ...signed('ecs'), 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.UpdateService' } },
      '{"service":"s"}',
    );
    expect(call).toMatchObject({
      service: 'AmazonEC2ContainerServiceV20141113',
      signingName: 'ecs',
      operation: 'UpdateService',
      protocol: 'json',
      accessKey: 'AKIAME',
      isSession: false,
    });
    expect(inputOf(call)).toEqual({ service: 's' });
  });

  it('is told by its form in the query protocol', () => {
    const headers = { ...signed('sts'), 'content-type': 'application/x-www-form-urlencoded', 'x-amz-security-token': 't' };
    const call = read({ headers }, 'Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr');
    expect(call).toMatchObject({ service: 'sts', operation: 'AssumeRole', protocol: 'query', isSession: true });
    expect(inputOf(call)).toMatchObject({ RoleArn: 'arn:aws:iam::1:role/r' });
  });

  it.each<[string, string, string, string, object]>([
    ['lambda', 'GET', '/2015-03-31/functions/web?Qualifier=1', 'GetFunction', { FunctionName: 'web', Qualifier: '1' }],
    ['lambda', 'PUT', '/2015-03-31/functions/arn%3Aaws%3Alambda/code', 'UpdateFunctionCode', { FunctionName: 'arn:aws:lambda' }],
    ['lambda', 'PUT', '/2015-03-31/functions/web/aliases/live', 'UpdateAlias', { FunctionName: 'web', Name: 'live' }],
    ['eks', 'GET', '/clusters/prod', 'DescribeCluster', { name: 'prod' }],
    ['lambda', 'DELETE', '/2015-03-31/functions/web', '', {}],
    ['s3', 'GET', '/bucket', '', {}],
    ['constructor', 'GET', '/', '', {}],
  ])('of %s is told by %s %s', (service, method, url, operation, labels) => {
    const call = read({ method, url, headers: signed(service) }, '{"Publish":true}');
    expect(call).toMatchObject({ service, operation, protocol: 'rest' });
    expect(inputOf(call)).toEqual({ Publish: true, ...labels });
  });

  it('has no input when it is no JSON', () => {
    expect(inputOf(read({ headers: { 'x-amz-target': 'a.b' } }, '{'))).toBeUndefined();
  });
});
