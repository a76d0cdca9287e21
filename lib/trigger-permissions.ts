import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { TARGET_ACTIONS } from './target-actions.ts';

/** Bytes: the environment of a function holds 4 KB. */
const MOST_BYTES = 1_500;
const ARN = /^arn:aws[a-z-]*:([a-z0-9-]+):[a-z0-9*-]+:(?:\d{12}):\S+$/;
/** Named whole: a role that may be passed is what tasks may do. */
const PASSED_ROLE = /^arn:aws[a-z-]*:(iam)::\d{12}:role\/[\w+=,.@/-]+$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(?:\d{12}|\*):role\/[\w+=,.@/*-]+$/;
const NAMESPACE = /^(?:\*|[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)$/;

export interface TriggerPermissions {
  readonly triggerTargets?: Readonly<Record<string, readonly string[]>>;
  readonly triggerRoles?: readonly string[];
}

/** What the function that fires triggers may do besides its own work. Nothing unless a setting says so. */
export function triggerStatements({ triggerTargets = {}, triggerRoles = [] }: TriggerPermissions): readonly PolicyStatement[] {
  const arns = [...new Set(Object.values(triggerTargets).flat())];
  const own = Object.entries(TARGET_ACTIONS).flatMap(([service, allow]) => {
    const resources = arns.filter((arn) => serviceOf(arn) === service);
    return resources.length === 0 ? [] : allow(resources);
  });
  const assume = new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [...triggerRoles] });
  return triggerRoles.length === 0 ? own : [...own, assume];
}

/** Throws Error naming what no target could act on. */
export function checkTriggerTargets(targets: Readonly<Record<string, readonly string[]>> = {}): void {
  for (const [namespace, arns] of Object.entries(targets)) {
    if (!NAMESPACE.test(namespace)) throw new Error(`triggerTargets must be by namespace or *, not ${JSON.stringify(namespace)}`);
    for (const arn of arns) {
      if (!Object.hasOwn(TARGET_ACTIONS, serviceOf(arn)))
        throw new Error(
          `triggerTargets must hold ARNs of ${Object.keys(TARGET_ACTIONS).join(', ')} with an account (iam: roles, whole), not ${JSON.stringify(arn)}`,
        );
    }
  }
  if (Buffer.byteLength(JSON.stringify(actedOn(targets))) > MOST_BYTES)
    throw new Error(`triggerTargets must have at most ${MOST_BYTES} bytes as JSON: use * or roles`);
}

/** What targets act on themselves; roles are only passed on. */
export function actedOn(targets: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
  const lists = Object.entries(targets).map(([namespace, arns]) => [namespace, arns.filter((arn) => !PASSED_ROLE.test(arn))] as const);
  return Object.fromEntries(lists.filter(([, arns]) => arns.length > 0));
}

function serviceOf(arn: string): string {
  return (PASSED_ROLE.exec(arn) ?? ARN.exec(arn))?.[1] ?? '';
}

/** Throws Error naming what is no role. */
export function checkTriggerRoles(roles: readonly string[] = []): void {
  const wrong = roles.find((role) => !ROLE_ARN.test(role));
  if (wrong !== undefined)
    throw new Error(`triggerRoles must hold ARNs like arn:aws:iam::111122223333:role/deploy-*, not ${JSON.stringify(wrong)}`);
}
