import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DELIVERY_API_VERSION, type FollowedImage, type ImageTriggerSpec, type TriggerPolicy } from '../../functions/triggers/types.ts';
import { type DeclaredObjectProps, declareObject } from './declared-object.ts';
import type { ImageTriggerTarget } from './image-trigger-target.ts';
import { TargetRole } from './target-role.ts';

/** IAM is eventually consistent, and a target that refuses is not asked again until something changes. */
const SETTLE = Duration.seconds(15);

/** A tag that is followed, and which image of the target it is for. An ImageStreamTag is one, and what `tagName` of a stream answers. */
export interface FollowedTag {
  /** @default - the trigger's own */
  readonly namespace?: string;
  readonly stream: string;
  readonly tag: string;
  /**
   * Name of a container of the target.
   * @default - targets that have one image need none
   */
  readonly container?: string;
  /** Where the image is in an object of Kubernetes. */
  readonly fieldPath?: string;
}

export interface ImageTriggerProps extends DeclaredObjectProps {
  /** 1 to 20. */
  readonly images: readonly FollowedTag[];
  readonly target: ImageTriggerTarget;
  /**
   * What it acts as: a role that trusts the deployment, or the deployment itself, which then has to name the target in `triggerTargets`.
   * @default - for targets in AWS a TargetRole of its own
   */
  readonly role?: IRole | 'deployment';
  /** @default false */
  readonly paused?: boolean;
  /**
   * When the target may be brought up to date, as in the API (docs/events.md).
   * @default - always, at once
   */
  readonly policy?: TriggerPolicy;
  /** @default RemovalPolicy.DESTROY: the target stays at the image it has */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A trigger that a stack declares: brings a target to the newest image of its tags.
 *
 * @example
 * new ImageTrigger(this, 'DeployWeb', {
 *   client, namespace: 'shop', name: 'deploy-web',
 *   images: [{ stream: 'web', tag: 'live', container: 'web' }],
 *   target: ImageTriggerTarget.ecsService(service),
 * });
 */
export class ImageTrigger extends Construct {
  /** What it acts as, where that is a role. */
  readonly role?: IRole;

  constructor(scope: Construct, id: string, props: ImageTriggerProps) {
    super(scope, id);
    const { images, target, role, paused, policy, removalPolicy = RemovalPolicy.DESTROY, ...object } = props;
    const { client, namespace } = object;
    const { imageStreams } = client;
    if (role !== 'deployment' && target.isInAws)
      this.role = role ?? new TargetRole(this, 'Role', { imageStreams, namespace, targets: [target] });
    const spec: ImageTriggerSpec = {
      images: images.map((image) => followedImage(image, namespace)),
      target: target.toSpec(this.role?.roleArn),
      ...(paused !== undefined && { paused }),
      ...(policy !== undefined && { policy }),
    };
    declareObject(this, {
      ...object,
      apiVersion: DELIVERY_API_VERSION,
      kind: 'ImageTrigger',
      removalPolicy,
      spec,
      ...(this.role !== undefined && { settle: SETTLE }),
    });
  }
}

function followedImage({ namespace, stream, tag, container, fieldPath }: FollowedTag, own: string): FollowedImage {
  const elsewhere = namespace === undefined || namespace === own ? {} : { namespace };
  return {
    from: { kind: 'ImageStreamTag', name: `${stream}:${tag}`, ...elsewhere },
    ...(container !== undefined && { container }),
    ...(fieldPath !== undefined && { fieldPath }),
  };
}
