import { functionCode } from '#function-code';
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type CfnFunction, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { entryPath } from './entry-path.ts';
import type { FailureQueue } from './failure-queue.ts';
import type { FunctionEnvironment } from './settings-environment.ts';

/** Metadata key under which a function names its entry file; the local runtime starts that file. */
export const ENTRY_METADATA = 'image-streams:entry';

export interface NodeFunctionProps {
  /** Name of the entry file directly under functions/, without extension. */
  readonly entry: string;
  readonly description: string;
  /** Names of variables come from functions/runtime/environment.ts. */
  readonly environment: FunctionEnvironment;
  readonly logRetention: RetentionDays;
  /** How long one invocation may take. */
  readonly timeout: Duration;
  /**
   * MB; CPU grows with it (a full vCPU at 1,769).
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Name of the role, for those who have to know it before it is there.
   * @default - generated
   */
  readonly roleName?: string;
}

export interface AsyncInvocationProps {
  /** Repetitions by Lambda, 0 to 2. */
  readonly retryAttempts: number;
  /** Age at which an invocation is given up. */
  readonly maxEventAge: Duration;
}

/** One Lambda function: Node 24 on arm64, bundled, with a log group that expires and a role that may do nothing yet but log and trace. */
export class NodeFunction extends Construct implements IGrantable {
  readonly lambda: Function;
  readonly entry: string;
  readonly grantPrincipal: IPrincipal;
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    this.entry = props.entry;
    const logGroup = new LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      roleName: props.roleName,
      // Not the managed AWSLambdaBasicExecutionRole: that one may write to every log group of the account.
      inlinePolicies: {
        Log: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] })],
        }),
      },
    });
    this.lambda = new Function(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: functionCode(this, props.entry),
      role,
      logGroup,
      timeout: props.timeout,
      memorySize: props.memorySize ?? 512,
      tracing: Tracing.ACTIVE,
      environment: { ...props.environment },
    });
    (this.lambda.node.defaultChild as CfnFunction).addMetadata(ENTRY_METADATA, entryPath(props.entry));
    this.grantPrincipal = role;
    this.roleArn = role.roleArn;
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray: PutTraceSegments and PutTelemetryRecords have no resource to name.',
    });
  }

  /** Keeps what the function could not do when a service invoked it and did not wait. */
  onAsyncFailure(failures: FailureQueue, props: AsyncInvocationProps): void {
    this.lambda.configureAsyncInvoke({ ...props, onFailure: failures.destination });
  }
}
