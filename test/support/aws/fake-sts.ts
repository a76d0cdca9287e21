/** Roles as their trust policies make them, over the wire-level emulator: AssumeRole for those with the right external id. */
import { type AwsEmulator, AwsError } from './emulator.ts';

/** External id by role ARN; everybody else is refused, as IAM does. Sessions carry the role in their access key: `calls` tells who called. */
export function answerAsSts(aws: AwsEmulator, roles: Readonly<Record<string, string>>): void {
  aws.answer('sts', 'AssumeRole', ({ RoleArn, ExternalId, RoleSessionName }) => {
    const role = String(RoleArn);
    if (roles[role] === undefined || roles[role] !== ExternalId)
      throw new AwsError('AccessDenied', `not authorized to perform: sts:AssumeRole on resource: ${role}`, 403);
    const session = `${role.replace(':role/', ':assumed-role/').replace(':iam:', ':sts:')}/${String(RoleSessionName)}`;
    return {
      Credentials: {
        AccessKeyId: sessionKeyOf(role),
        SecretAccessKey: 'secret',
        SessionToken: 'token',
        Expiration: new Date(Date.now() + 3_600_000),
      },
      AssumedRoleUser: { AssumedRoleId: `AROATEST:${String(RoleSessionName)}`, Arn: session },
    };
  });
}

/** Access key of the sessions of a role. */
export function sessionKeyOf(roleArn: string): string {
  return `ASIA${roleArn.replaceAll(/[^a-z0-9]/gi, '').toUpperCase()}`;
}
