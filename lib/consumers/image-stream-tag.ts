import { Fn, Stack } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { DockerImageCode, type EcrImageCodeProps } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type TagName, tagParameterName } from './tag-parameter.ts';

export interface ImageStreamTagProps extends TagName {
  /**
   * Parameter of SSM, in the account and Region of the stack, that holds the tag's image.
   * @default - `/image-streams/NAMESPACE/STREAM/TAG`
   */
  readonly parameterName?: string;
}

export interface ContainerImageOptions {
  /**
   * Repository of ECR that has the image. The task's execution role may then pull from it, and the tag's digest is pulled from there,
   * whatever registry the tag names.
   * @default - the registry that the tag names
   */
  readonly repository?: IRepository;
  /**
   * User name and password for a private registry other than ECR.
   * @default - none
   */
  readonly credentials?: ISecret;
}

/** What a tag of a deployed Image Streams points to when the stack is deployed, as a trigger of kind `ssm` wrote it down (docs/cdk.md). */
export class ImageStreamTag extends Construct implements TagName {
  readonly namespace: string;
  readonly stream: string;
  readonly tag: string;
  readonly parameterName: string;
  /** Of the parameter: what the trigger that keeps it names. */
  readonly parameterArn: string;
  static fromName(scope: Construct, id: string, props: ImageStreamTagProps): ImageStreamTag {
    return new ImageStreamTag(scope, id, props);
  }

  private constructor(scope: Construct, id: string, props: ImageStreamTagProps) {
    super(scope, id);
    const { namespace, stream, tag, parameterName = tagParameterName(props) } = props;
    this.namespace = namespace;
    this.stream = stream;
    this.tag = tag;
    this.parameterName = parameterName;
    this.parameterArn = Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: parameterName.replace(/^\//, '') });
  }

  /**
   * Pull spec by digest, `quay.io/acme/web@sha256:…`: known when the stack is deployed, and looked up each time it is. The parameter has to be
   * there by then; a stack that only names the tag, to keep its parameter, does not look.
   */
  get reference(): string {
    // A parameter of the template: CloudFormation compares its value on every deployment. It would not look at `{{resolve:ssm:…}}` in a
    // resource that is the same otherwise (docs/decisions/0080-stacks-read-parameters.md).
    return StringParameter.valueForStringParameter(this, this.parameterName);
  }

  /** `sha256:…`. A tag that only holds a reference has none: the deployment fails. */
  get digest(): string {
    // `sha256:` stands outside of the token: the CDK takes what begins with it for a digest, and anything else for a tag.
    return `sha256:${Fn.select(1, Fn.split('@sha256:', this.reference))}`;
  }

  /** For a container of a task definition. */
  containerImage({ repository, credentials }: ContainerImageOptions = {}): ContainerImage {
    if (repository === undefined) return ContainerImage.fromRegistry(this.reference, { credentials });
    if (credentials !== undefined) throw new Error('an image of ECR is pulled by the execution role: it takes no credentials');
    return ContainerImage.fromEcrRepository(repository, this.digest);
  }

  /** For a DockerImageFunction. Lambda runs images of ECR in its own Region only: `repository` has to have the tag's digest. */
  lambdaCode(repository: IRepository, options: Omit<EcrImageCodeProps, 'tag' | 'tagOrDigest'> = {}): DockerImageCode {
    return DockerImageCode.fromEcr(repository, { ...options, tagOrDigest: this.digest });
  }
}
