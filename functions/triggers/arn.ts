/** Amazon Resource Names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */

export interface Arn {
  /** `aws`, `aws-cn`. */
  readonly partition: string;
  /** `ecs`, `states`. */
  readonly service: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  /** All the rest, which services write as they like: `service/CLUSTER/SERVICE`, `function:NAME`, `QUEUE`. */
  readonly resource: string;
}

/** Parts that are missing are ''. Whether a target has an ARN at all is checked before anything is read from it (allowed-targets.ts). */
export function parseArn(text: string): Arn {
  const [, partition = '', service = '', region = '', account = '', ...resource] = text.split(':');
  return { partition, service, region, account, resource: resource.join(':') };
}

export function formatArn({ partition, service, region, account, resource }: Arn): string {
  return ['arn', partition, service, region, account, resource].join(':');
}
