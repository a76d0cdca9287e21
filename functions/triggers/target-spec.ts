/** What a trigger may act on: `spec.target` of delivery.image-streams.io/v1, as on the wire (docs/targets/README.md). */
import type { KubernetesTarget } from './kubernetes/target-spec.ts';

/** A key of a Secret of the trigger's namespace. */
export interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

export interface WebhookTarget {
  readonly url: string;
  /** Write-only: `whsec_<base64>`. Never stored with the trigger; read back as a mask. */
  readonly signingSecret?: string;
  /** Holds the signing secret instead. */
  readonly signingSecretRef?: SecretKeyRef;
}

export interface EcsTarget {
  /** `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SERVICE`. */
  readonly serviceArn: string;
  readonly roleArn?: string;
  /** Secret of Secrets Manager that the containers which get an image pull with; absent: what they have is left as it is. */
  readonly repositoryCredentials?: string;
}

/** A function whose code is an image of ECR. */
export interface LambdaTarget {
  /** Without a version or an alias. */
  readonly functionArn: string;
  /** Moved to a version with the image. */
  readonly alias?: string;
  /** Makes a version of it; with an alias always. */
  readonly publish?: boolean;
  readonly roleArn?: string;
}

/** A parameter of Parameter Store that holds what to pull. */
export interface SsmTarget {
  readonly parameterArn: string;
  /** What of the image it holds; the pull spec when absent. */
  readonly format?: 'reference' | 'digest';
  readonly roleArn?: string;
}

/** Starts a build. */
export interface CodeBuildTarget {
  readonly projectArn: string;
  /** The first image is the one the build runs in. */
  readonly imageOverride?: boolean;
  /** By the name of an environment variable: the followed tag whose image it holds, `stream:tag` or `namespace/stream:tag`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly roleArn?: string;
}

export interface CodePipelineTarget {
  readonly pipelineArn: string;
  readonly roleArn?: string;
  readonly variables?: readonly PipelineVariable[];
  readonly sourceActions?: readonly PipelineSourceAction[];
}

/** A variable of a pipeline, and what of which image it gets. */
export interface PipelineVariable {
  readonly name: string;
  /** Of an image of the trigger; absent: the first image. */
  readonly container?: string;
  /** Absent: Reference, the pull spec. */
  readonly value?: 'Reference' | 'Digest';
}

/** An action of a pipeline whose source is a repository of ECR: it begins with the digest. */
export interface PipelineSourceAction {
  readonly name: string;
  /** Of an image of the trigger; absent: the first image. */
  readonly container?: string;
}

export interface StepFunctionsTarget {
  /** May name a version or an alias. */
  readonly stateMachineArn: string;
  readonly roleArn?: string;
}

export interface SqsTarget {
  readonly queueArn: string;
  readonly roleArn?: string;
}

export interface SnsTarget {
  readonly topicArn: string;
  readonly roleArn?: string;
}

export interface EventBridgeTarget {
  readonly eventBusArn: string;
  readonly roleArn?: string;
}

export interface GithubTarget {
  readonly owner: string;
  readonly repository: string;
  /** Absent: that of all triggers (targets/github.ts). */
  readonly eventType?: string;
  /** Of a GitHub Enterprise Server; absent: that of github.com. */
  readonly apiUrl?: string;
  readonly tokenSecretRef: SecretKeyRef;
}

/** One member per kind of target (functions/triggers/kinds); a trigger has exactly one. */
export interface TargetSpec {
  readonly webhook?: WebhookTarget;
  readonly ecs?: EcsTarget;
  readonly lambda?: LambdaTarget;
  readonly kubernetes?: KubernetesTarget;
  readonly ssm?: SsmTarget;
  readonly codebuild?: CodeBuildTarget;
  readonly codepipeline?: CodePipelineTarget;
  readonly stepFunctions?: StepFunctionsTarget;
  readonly sqs?: SqsTarget;
  readonly sns?: SnsTarget;
  readonly eventBridge?: EventBridgeTarget;
  readonly github?: GithubTarget;
  readonly [kind: string]: object | undefined;
}
