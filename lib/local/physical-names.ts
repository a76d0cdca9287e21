/** What `Ref` and `Fn::GetAtt` give for hosted resources: the names, ARNs and addresses they have on this machine. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** `http://127.0.0.1:port`: queues live there. */
  readonly awsEndpoint: string;
}

interface Names {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Name of a queue by its ARN or URL, of a function or table by its ARN: the last part. */
export function nameFromArn(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);
}

/** Table name of a table's or stream's ARN. */
export function tableFromStreamArn(arn: string): string | undefined {
  return /:table\/([^/]+)\/stream\//.exec(arn)?.[1];
}

/** Function name of a Lambda ARN or of the invocation URI API Gateway wraps it into; undefined when it is neither. */
export function functionFromArn(arn: string): string | undefined {
  return /:lambda:[^:]*:[^:]*:function:([^:/]+)/.exec(arn)?.[1];
}

/** Names of one resource; `name` is the physical name the template gives it, if it does. */
export function namesOf(type: string, logicalId: string, name: string | undefined, place: Place): Names {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;
  const physical = name ?? logicalId;
  switch (type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const table = arn('dynamodb', `table/${physical}`);
      return { ref: physical, attributes: { Arn: table, StreamArn: `${table}/stream/local`, TableId: physical } };
    }
    case 'AWS::SQS::Queue': {
      const url = `${place.awsEndpoint}/${place.accountId}/${physical}`;
      return { ref: url, attributes: { Arn: arn('sqs', physical), QueueName: physical, QueueUrl: url } };
    }
    case 'AWS::Lambda::Function':
      return { ref: physical, attributes: { Arn: arn('lambda', `function:${physical}`) } };
    case 'AWS::Events::EventBus':
      return { ref: physical, attributes: { Arn: arn('events', `event-bus/${physical}`), Name: physical } };
    case 'AWS::Events::Rule':
      return { ref: physical, attributes: { Arn: arn('events', `rule/${physical}`) } };
    case 'AWS::IAM::Role':
      return { ref: physical, attributes: { Arn: `arn:aws:iam::${place.accountId}:role/${physical}` } };
    case 'AWS::IAM::ManagedPolicy': {
      const policy = `arn:aws:iam::${place.accountId}:policy/${physical}`;
      return { ref: policy, attributes: { Arn: policy } };
    }
    case 'AWS::KMS::Key':
      return { ref: physical, attributes: { Arn: arn('kms', `key/${physical}`), KeyId: physical } };
    case 'AWS::ApiGatewayV2::Api':
      return { ref: logicalId, attributes: { ApiId: logicalId, ApiEndpoint: 'https://localhost' } };
    default: // inert, or hosted without attributes of interest: only ever seen in properties that are left out or in environment values
      return { ref: logicalId, attributes: { Arn: arn(type.split('::')[1]?.toLowerCase() ?? '', logicalId) } };
  }
}
