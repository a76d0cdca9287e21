import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What acting on resources of a service takes, by the service in their ARNs: least privilege, one entry per service that a kind of target acts
 * on (functions/triggers/kinds). The same for this deployment acting itself and for a role in another account.
 */
export const TARGET_ACTIONS: Readonly<Record<string, (arns: readonly string[]) => readonly PolicyStatement[]>> = {
  sqs: (queues) => [new PolicyStatement({ actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], resources: [...queues] })],
};
