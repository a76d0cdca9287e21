import { ArnPrincipal, PolicyDocument, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IImageStreams } from './image-streams-reference.ts';
import type { ImageTriggerTarget } from './image-trigger-target.ts';

export interface TargetRoleProps {
  readonly imageStreams: IImageStreams;
  /** Whose triggers may act as this role. */
  readonly namespace: string;
  readonly targets: readonly ImageTriggerTarget[];
}

/**
 * What triggers of one namespace act as: trusts the deployment's role that fires triggers, with the external id of the namespace, and may do
 * what its targets take. The deployment has to name it in `triggerRoles`, e.g. `arn:aws:iam::*:role/image-streams/*` (docs/decisions/0070-whom-a-target-acts-as.md).
 */
export class TargetRole extends Role {
  constructor(scope: Construct, id: string, { imageStreams, namespace, targets }: TargetRoleProps) {
    const { triggerRoleArn } = imageStreams;
    if (triggerRoleArn === undefined) throw new Error('a role for targets needs the attribute triggerRoleArn');
    const statements = targets.flatMap((target) => target.statements);
    const trusted = new ArnPrincipal(triggerRoleArn);
    super(scope, id, {
      // A path and not a name: the deployment can allow all of them, and CloudFormation can replace each.
      path: `/image-streams/${namespace}/`,
      description: `Acts on targets of image triggers of ${namespace}`,
      assumedBy: new PrincipalWithConditions(trusted, { StringEquals: { 'sts:ExternalId': `image-streams/${namespace}` } }),
      inlinePolicies: statements.length === 0 ? {} : { Target: new PolicyDocument({ statements }) },
    });
  }
}
