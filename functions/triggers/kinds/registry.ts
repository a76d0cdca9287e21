/** The kinds of targets there are. */
import { createHash } from 'node:crypto';
import type { TriggerOwner } from '../stored-trigger.ts';
import type { TargetSpec } from '../target-spec.ts';
import { ECS_KIND } from './ecs.ts';
import { CODEBUILD_KIND } from './codebuild.ts';
import { LAMBDA_KIND } from './lambda.ts';
import { ownIdentity } from './own-identity.ts';
import { KUBERNETES_KIND } from './kubernetes.ts';
import { SQS_KIND } from './sqs.ts';
import { SSM_KIND } from './ssm.ts';
import { CODEPIPELINE_KIND } from './codepipeline.ts';
import { EVENT_BRIDGE_KIND } from './event-bridge.ts';
import { GITHUB_KIND } from './github.ts';
import { SNS_KIND } from './sns.ts';
import { STEP_FUNCTIONS_KIND } from './step-functions.ts';
import type { TargetKind } from './target-kind.ts';
import { WEBHOOK_KIND } from './webhook.ts';

/** In the order they are shown. */
export const TARGET_KINDS: readonly TargetKind[] = [
  WEBHOOK_KIND,
  ECS_KIND,
  LAMBDA_KIND,
  KUBERNETES_KIND,
  SSM_KIND,
  CODEBUILD_KIND,
  CODEPIPELINE_KIND,
  STEP_FUNCTIONS_KIND,
  SQS_KIND,
  SNS_KIND,
  EVENT_BRIDGE_KIND,
  GITHUB_KIND,
];

/** The kind a target is of, and what it says; null for a target of no known kind. */
export function kindOf(target: TargetSpec): { readonly kind: TargetKind; readonly spec: object } | null {
  const [name, spec] = Object.entries(target)[0] ?? [];
  const kind = TARGET_KINDS.find((known) => known.name === name);
  return kind === undefined || spec === undefined ? null : { kind, spec };
}

/** What identifies the thing a trigger acts on: triggers with the same key take turns. */
export function targetKeyOf(target: TargetSpec, trigger: TriggerOwner): string {
  const found = kindOf(target);
  return found === null ? identityKey('', ownIdentity(trigger)) : identityKey(found.kind.name, found.kind.identity(found.spec, trigger));
}

/** The key of what a kind identifies, for whoever knows the thing and looks for its triggers. 43 characters; a message group has room for 128. */
export function identityKey(kind: string, identity: string): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, identity]))
    .digest('base64url');
}
