/**
 * The pure half of a target: what the HTTP functions and matching know of a kind. One file beside this one per kind, listed in `registry.ts`;
 * none imports a client of a service. The half that acts is in `targets/`, made by functions/fire-triggers.ts. What a target in AWS may do where it
 * acts as the deployment is in lib/target-actions.ts; the types of all specs are in `../target-spec.ts`.
 */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { AllowedTargets } from '../allowed-targets.ts';
import type { TriggerOwner } from '../stored-trigger.ts';
import type { SecretKeyRef } from '../target-spec.ts';
import type { FollowedImage } from '../types.ts';
import type { FieldReader } from './fields/field-reader.ts';

export interface TargetRules {
  /** Of the trigger. */
  readonly namespace: string;
  readonly images: readonly FollowedImage[];
  readonly allowPrivateAddresses: boolean;
  readonly allowed: AllowedTargets;
}

/** What a target acts on in AWS, and as whom. */
export interface AwsResource {
  /** Whole, as it is in the spec: account, Region and name follow from it. */
  readonly arn: string;
  /** Member of the target that holds it. */
  readonly field: string;
  /** Assumed first; absent: acts as this deployment, where that is allowed (docs/decisions/0070-whom-a-target-acts-as.md). */
  readonly roleArn?: string;
  /** What else of AWS it is set up with: without a role allowed as `arn` is, whoever's it may be. */
  readonly uses?: readonly Pick<AwsResource, 'arn' | 'field'>[];
}

export interface TargetKind<Spec extends object = object> {
  /** Member of `spec.target`. */
  readonly name: string;
  readonly schema: ObjectSchema;
  /** From the wire: known members of the right types. Mistakes go to the reader's errors; absent texts are ''. */
  decode(fields: FieldReader): Spec;
  /** `field`: where the spec is, e.g. `spec.target.webhook`. ARNs of `awsResource` and names of `secretRefs` are checked by the caller. */
  validate(spec: Spec, field: string, rules: TargetRules): readonly FieldError[];
  /** Equal for triggers that act on the same thing: they take turns, and never undo each other. */
  identity(spec: Spec, trigger: TriggerOwner): string;
  /** For people, in one word or two; no secrets and no paths of URLs. */
  describe(spec: Spec): string;
  /** Secrets of the namespace the target reads; whoever names one must be allowed to read it. */
  secretRefs?(spec: Spec): readonly { readonly member: string; readonly ref: SecretKeyRef }[];
  /** undefined for a spec that is of nothing in AWS, of a kind that may be. */
  awsResource?(spec: Spec): AwsResource | undefined;
  readonly inlineSecret?: InlineSecret<Spec>;
}

/** A secret that is given inside the target: stored apart from the trigger, made when none is given, shown as a mask. */
export interface InlineSecret<Spec extends object> {
  /** undefined: none is given. */
  read(spec: Spec): string | undefined;
  /** False when the target has its secret from elsewhere. */
  isWanted(spec: Spec): boolean;
  /** undefined takes it out. */
  write(spec: Spec, secret: string | undefined): Spec;
}
