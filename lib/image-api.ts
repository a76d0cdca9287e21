import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute as Route,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { RESOURCE_TABLE } from '../functions/resources/resource-table.ts';
import type { HttpFunctions } from './http-functions.ts';
import { ADMISSION_ROUTES, type HttpRoute, OPEN_ROUTES, resourceRoutes } from './http-routes.ts';
import type { Settings } from './settings.ts';

export interface ImageApiProps {
  readonly functions: HttpFunctions;
  readonly settings: Settings;
}

/** The HTTP API: routes from the resource table, one authorizer, one stage without a name, access logs. */
export class ImageApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Server address, without a path. */
  readonly url: string;
  private readonly integrations = new Map<string, HttpLambdaIntegration>();

  constructor(scope: Construct, id: string, props: ImageApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { description: 'image.openshift.io/v1', createDefaultStage: false });
    // Only `$default`: the first segment of a path would otherwise be compared with stage names (aws-facts.md §1).
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.settings.throttle.rate, burstLimit: props.settings.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', { retention: props.settings.logRetention, removalPolicy: RemovalPolicy.DESTROY }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    this.url = this.api.apiEndpoint;
    const authorizer = new HttpLambdaAuthorizer('Authorizer', props.functions.authorize.lambda, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // Without them the gateway asks the function for every request. With one, a request that lacks it is refused by the gateway itself,
      // whose answer is no Status: docs/decisions/0010-authorizer-asked-every-time.md.
      identitySource: [],
      resultsCacheTtl: Duration.seconds(0),
    });
    for (const route of resourceRoutes(RESOURCE_TABLE)) this.addRoute(route, props.functions, authorizer);
    for (const route of OPEN_ROUTES) {
      Validations.of(this.addRoute(route, props.functions)).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'Discovery is public, as on Kubernetes: clients read it before they know how to log in.',
      });
    }
    for (const route of ADMISSION_ROUTES) {
      Validations.of(this.addRoute(route, props.functions)).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'API servers of managed clusters send no credentials to a webhook: the function checks the token in the path.',
      });
    }
  }

  private addRoute(route: HttpRoute, functions: HttpFunctions, authorizer?: IHttpRouteAuthorizer): Route {
    return new Route(this, `Route ${route.path.replaceAll('/', '|')}`, {
      httpApi: this.api,
      routeKey: route.path === '$default' ? HttpRouteKey.DEFAULT : HttpRouteKey.with(route.path, HttpMethod.ANY),
      integration: this.integration(route, functions),
      authorizer,
    });
  }

  /** One integration, and one permission to invoke, per function: with one per route the function's policy outgrows its 20 KB. */
  private integration({ function: name }: HttpRoute, functions: HttpFunctions): HttpLambdaIntegration {
    const known = this.integrations.get(name);
    if (known) return known;
    const integration = new HttpLambdaIntegration(name, functions.byName[name].lambda, { scopePermissionToRoute: false });
    this.integrations.set(name, integration);
    return integration;
  }
}

/** No query, no headers and no path: they may carry tokens. The function's log has the path, without them. `auditId` is not known here; `requestId` is in the function's log too. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  responseLength: '$context.responseLength',
  userAgent: '$context.identity.userAgent',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
};
