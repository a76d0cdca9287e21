import { describe, expect, it } from 'vitest';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { resourceRoutes } from '../../lib/http-routes.ts';
import { functionNamed, functionsOf, ofType, targetOf, template } from './template.ts';

const routes = ofType('AWS::ApiGatewayV2::Route').map(({ properties }) => properties);
/** Written out once more on purpose: a route that becomes public must be made so in two places. */
const PUBLIC = [
  '$default',
  'ANY /',
  'ANY /api',
  'ANY /api/v1',
  'ANY /apis',
  'ANY /apis/{group}',
  'ANY /apis/{group}/{version}',
  'ANY /healthz',
  'ANY /openapi/{proxy+}',
  'ANY /version',
];
/** Without an identity, but not public: the function checks the token in the path. */
const ADMISSION = ['ANY /admission/{proxy+}'];

describe('routes', () => {
  it('carry the authorizer, all but the public ones and the one of admission', () => {
    const [authorizer] = ofType('AWS::ApiGatewayV2::Authorizer');
    const open = routes.filter((route) => route['AuthorizationType'] !== 'CUSTOM' || targetOf(route['AuthorizerId']) !== authorizer?.id);
    expect(open.map((route) => route['RouteKey'] as string).sort()).toEqual([...PUBLIC, ...ADMISSION].sort());
  });

  it('lead public paths to discovery and to nothing else', () => {
    for (const route of routes.filter(({ RouteKey }) => PUBLIC.includes(RouteKey as string))) expect(entryBehind(route)).toBe('discovery');
  });

  it('lead admission to a function that can only read', () => {
    expect(routes.filter(({ RouteKey }) => ADMISSION.includes(RouteKey as string)).map(entryBehind)).toEqual(['admission']);
  });

  it.each(resourceRoutes(RESOURCE_TABLE))('lead $path to $function', ({ path, function: name }) => {
    expect(routes.filter(({ RouteKey }) => RouteKey === `ANY ${path}`).map(entryBehind)).toEqual([name]);
  });

  it('invoke functions with payload 2.0', () => {
    for (const { properties } of ofType('AWS::ApiGatewayV2::Integration')) expect(properties['PayloadFormatVersion']).toBe('2.0');
  });
});

describe('authorizer', () => {
  it('asks the function for every request, also for one without a token', () => {
    expect(ofType('AWS::ApiGatewayV2::Authorizer').map(({ properties }) => properties)).toMatchObject([
      {
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 0,
        IdentitySource: [],
      },
    ]);
    expect(JSON.stringify(ofType('AWS::ApiGatewayV2::Authorizer')[0]?.properties['AuthorizerUri'])).toContain(
      functionNamed('authorize').id,
    );
  });

  it('gets its answer before the gateway gives up after 10 s', () => {
    expect(functionNamed('authorize').properties['Timeout']).toBeLessThan(10);
  });
});

describe('stage', () => {
  const stages = ofType('AWS::ApiGatewayV2::Stage').map(({ properties }) => properties);

  it('is only $default, throttled and logged', () => {
    expect(stages).toHaveLength(1);
    expect(stages[0]).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
    expect(template.Resources[targetOf(stages[0]?.['AccessLogSettings'].DestinationArn)]?.Type).toBe('AWS::Logs::LogGroup');
  });

  it('logs neither query nor headers nor path, which may carry tokens, in a format below 3 KB', () => {
    const format = stages[0]?.['AccessLogSettings'].Format as string;
    expect(format).not.toMatch(/querystring|header|context\.path|authorizer\.(?!error)/i);
    expect(format.length).toBeLessThan(3 * 1024);
  });
});

describe('permission to invoke', () => {
  it.each(functionsOf())('is given to the gateway at most once: $entry', ({ id }) => {
    const given = ofType('AWS::Lambda::Permission').filter(
      ({ properties }) => targetOf(properties['FunctionName']) === id && properties['Principal'] === 'apigateway.amazonaws.com',
    );
    expect(given.length).toBeLessThanOrEqual(1);
    for (const { properties } of given) expect(properties['SourceArn']).toBeDefined();
  });
});

it('functions behind the gateway end before it does', () => {
  const behind = new Set(routes.map(entryBehind));
  for (const entry of behind) expect(functionNamed(entry).properties['Timeout']).toBeLessThan(30);
});

function entryBehind(route: { readonly Target?: unknown }): string {
  const integrationId = /"Ref":"([^"]+)"/.exec(JSON.stringify(route.Target))?.[1] ?? '';
  const functionId = targetOf(template.Resources[integrationId]?.Properties?.['IntegrationUri']);
  return functionsOf().find(({ id }) => id === functionId)?.entry ?? '';
}
