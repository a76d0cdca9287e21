import { Arn, ArnFormat, Lazy, Stack, Token } from 'aws-cdk-lib';
import type { IProject } from 'aws-cdk-lib/aws-codebuild';
import type { IPipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { IBaseService, TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { SecretKeyRef, TargetSpec } from '../../functions/triggers/target-spec.ts';
import { TARGET_ACTIONS } from '../target-actions.ts';

/** What a target of this kind may have besides its ARN and its role: as in the API (docs/events.md). */
type Options<Kind extends string, Own extends string = never> = Omit<NonNullable<TargetSpec[Kind]>, Own | 'roleArn'>;

export type EcsServiceOptions = Options<'ecs', 'serviceArn'> & {
  /**
   * Roles of the service's tasks and of what starts them: revisions of its task definition are registered with them.
   * @default - those of the task definition, of a service that this app makes
   */
  readonly passedRoles?: readonly IRole[];
};

/** What an image trigger brings to the newest image, and what that takes. */
export class ImageTriggerTarget {
  /** What acting on it takes: the same that the deployment gives itself (lib/target-actions.ts). */
  readonly statements: readonly PolicyStatement[];
  /** Acted on as a role, or as the deployment. */
  readonly isInAws: boolean;
  private readonly kind: string;
  private readonly spec: object;

  /** A service of ECS: `container` of the trigger's images says which container gets which. */
  static ecsService(service: IBaseService, { passedRoles, ...options }: EcsServiceOptions = {}): ImageTriggerTarget {
    const { account, region } = service.env;
    const resourceName = `${service.cluster.clusterName}/${service.serviceName}`;
    const serviceArn = Stack.of(service).formatArn({ service: 'ecs', resource: 'service', resourceName, account, region });
    const roles = passedRoles?.map(({ roleArn }) => roleArn) ?? rolesOf(service);
    const statements = [...statementsFor('ecs', serviceArn), ...(roles.length === 0 ? [] : statementsFor('iam', ...roles))];
    return new ImageTriggerTarget('ecs', { serviceArn, ...options }, statements);
  }

  /** A function whose code is an image of ECR. */
  static lambdaFunction({ functionArn }: IFunction, options: Options<'lambda', 'functionArn'> = {}): ImageTriggerTarget {
    return new ImageTriggerTarget('lambda', { functionArn, ...options }, statementsFor('lambda', functionArn));
  }

  /** A parameter of SSM: an ImageStreamTag, or anything else that has the ARN of one. */
  static ssmParameter(
    { parameterArn }: { readonly parameterArn: string },
    options: Options<'ssm', 'parameterArn'> = {},
  ): ImageTriggerTarget {
    return new ImageTriggerTarget('ssm', { parameterArn, ...options }, statementsFor('ssm', parameterArn));
  }

  /** A build of CodeBuild. */
  static codeBuild({ projectArn }: IProject, options: Options<'codebuild', 'projectArn'> = {}): ImageTriggerTarget {
    return new ImageTriggerTarget('codebuild', { projectArn, ...options }, statementsFor('codebuild', projectArn));
  }

  /** An execution of a pipeline. */
  static codePipeline({ pipelineArn }: IPipeline, options: Options<'codepipeline', 'pipelineArn'> = {}): ImageTriggerTarget {
    const statements = statementsFor('codepipeline', pipelineArn);
    return new ImageTriggerTarget('codepipeline', { pipelineArn, ...options }, statements);
  }

  /** An execution of a state machine. */
  static stateMachine({ stateMachineArn }: IStateMachine, options: Options<'stepFunctions', 'stateMachineArn'> = {}): ImageTriggerTarget {
    const statements = statementsFor('states', openArn(stateMachineArn));
    return new ImageTriggerTarget('stepFunctions', { stateMachineArn, ...options }, statements);
  }

  /** A message in a queue. */
  static queue({ queueArn }: IQueue, options: Options<'sqs', 'queueArn'> = {}): ImageTriggerTarget {
    return new ImageTriggerTarget('sqs', { queueArn, ...options }, statementsFor('sqs', queueArn));
  }

  /** A notification of a topic. */
  static topic({ topicArn }: ITopic, options: Options<'sns', 'topicArn'> = {}): ImageTriggerTarget {
    return new ImageTriggerTarget('sns', { topicArn, ...options }, statementsFor('sns', topicArn));
  }

  /** An event on a bus. */
  static eventBus({ eventBusArn }: IEventBus, options: Options<'eventBridge', 'eventBusArn'> = {}): ImageTriggerTarget {
    return new ImageTriggerTarget('eventBridge', { eventBusArn, ...options }, statementsFor('events', eventBusArn));
  }

  /** Objects of a cluster of EKS, which has to let the role in: by an access entry, and by RBAC of the cluster. */
  static eksCluster(
    { clusterArn: eksClusterArn }: { readonly clusterArn: string },
    options: Options<'kubernetes', 'eksClusterArn'>,
  ): ImageTriggerTarget {
    return new ImageTriggerTarget('kubernetes', { eksClusterArn, ...options }, statementsFor('eks', eksClusterArn));
  }

  /** Objects of any other cluster. */
  static kubernetes(spec: Options<'kubernetes', 'eksClusterArn'>): ImageTriggerTarget {
    return new ImageTriggerTarget('kubernetes', spec);
  }

  /** Signed POST requests. The secret has to be one of the namespace: one that the API makes would be shown to nobody. */
  static webhook(url: string, options: { readonly signingSecretRef: SecretKeyRef }): ImageTriggerTarget {
    return new ImageTriggerTarget('webhook', { url, ...options });
  }

  /** `repository_dispatch` of a repository. */
  static github(spec: Options<'github'>): ImageTriggerTarget {
    return new ImageTriggerTarget('github', spec);
  }

  private constructor(kind: string, spec: object, statements?: readonly PolicyStatement[]) {
    this.kind = kind;
    this.spec = spec;
    this.statements = statements ?? [];
    this.isInAws = statements !== undefined;
  }

  /** As it stands in the trigger. */
  toSpec(roleArn?: string): TargetSpec {
    return { [this.kind]: { ...this.spec, ...(roleArn !== undefined && { roleArn }) } };
  }
}

/** None of a service of another app: nobody here knows its task definition. */
function rolesOf(service: IBaseService): readonly string[] {
  const { taskDefinition } = service as { readonly taskDefinition?: TaskDefinition };
  if (taskDefinition === undefined) return [];
  const { roleArn } = taskDefinition.taskRole;
  // Made when a container first needs it, which may be later.
  return [roleArn, Lazy.string({ produce: () => taskDefinition.executionRole?.roleArn ?? roleArn })];
}

function statementsFor(service: string, ...arns: readonly string[]): readonly PolicyStatement[] {
  return TARGET_ACTIONS[service]?.(arns) ?? [];
}

/** Of a state machine whose ARN is known at deployment only, with the parts that statements make other ARNs of, as text. */
function openArn(arn: string): string {
  if (!Token.isUnresolved(arn)) return arn;
  const { partition, region, account, resourceName } = Arn.split(arn, ArnFormat.COLON_RESOURCE_NAME);
  return ['arn', partition, 'states', region, account, 'stateMachine', resourceName].join(':');
}
