import { Duration, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV } from '../../functions/runtime/environment.ts';
import { NodeFunction } from '../node-function.ts';
import type { IImageStreams } from './image-streams-reference.ts';

export interface ImageStreamsClientProps {
  /** The deployment that objects are declared in. */
  readonly imageStreams: IImageStreams;
  /**
   * Name of the role that logs in. An IAMIdentityMapping of the deployment has to name it before anything can be declared.
   * @default - generated
   */
  readonly roleName?: string;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
}

/** What declares objects of a deployment from a stack: a function that logs in with AWS credentials, as the role it has. One per stack is enough. */
export class ImageStreamsClient extends Construct {
  readonly imageStreams: IImageStreams;
  /** Whom the deployment has to map: an IAMIdentityMapping, or one of its admins. */
  readonly roleArn: string;
  /** Of custom resources that declare objects. */
  readonly serviceToken: string;

  constructor(scope: Construct, id: string, props: ImageStreamsClientProps) {
    super(scope, id);
    const { imageStreams, roleName, logRetention = RetentionDays.ONE_MONTH } = props;
    const { apiUrl, clusterName } = imageStreams;
    // The function sends a token there.
    if (!Token.isUnresolved(apiUrl) && !/^https:\/\/[^/?#@\s]+$/.test(apiUrl))
      throw new Error(`apiUrl must be like https://api.example.com, not ${JSON.stringify(apiUrl)}`);
    const declaring = new NodeFunction(this, 'Declare', {
      entry: 'declare-objects',
      description: 'Declares image streams and triggers for CloudFormation',
      environment: {
        [ENV.apiUrl]: apiUrl,
        [ENV.clusterName]: clusterName,
      },
      logRetention,
      timeout: Duration.minutes(10),
      roleName,
    });
    this.imageStreams = imageStreams;
    this.roleArn = declaring.roleArn;
    this.serviceToken = declaring.lambda.functionArn;
  }
}
