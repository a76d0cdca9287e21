import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type DeclaredObjectProps, declareObject } from './declared-object.ts';
import type { TagName } from './tag-parameter.ts';

/** What a tag comes from, as in `spec.tags[].from`. */
export interface TagSource {
  readonly kind: 'DockerImage' | 'ImageStreamTag' | 'ImageStreamImage';
  /** Pull spec, `stream:tag`, `tag` or `stream@digest`. */
  readonly name: string;
  /** @default - the stream's own */
  readonly namespace?: string;
}

export interface StreamTag {
  /** @default - none: images are pushed or mapped to the tag */
  readonly from?: TagSource;
  /**
   * Compared with its registry again and again.
   * @default false
   */
  readonly scheduled?: boolean;
  /**
   * The registry speaks plain HTTP or has a certificate that nobody knows.
   * @default false
   */
  readonly insecure?: boolean;
  /**
   * What of an image for several platforms is kept.
   * @default 'Legacy': the image for the deployment's platform
   */
  readonly importMode?: 'Legacy' | 'PreserveOriginal';
  /**
   * Whether pull specs name the source or the stream's own repository.
   * @default 'Source'
   */
  readonly referencePolicy?: 'Source' | 'Local';
  /**
   * Only a reference: nothing is imported.
   * @default false
   */
  readonly reference?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageStreamProps extends DeclaredObjectProps {
  /** By name. Tags that others add stay. */
  readonly tags?: Readonly<Record<string, StreamTag>>;
  /**
   * Lets names of the stream's tags stand for their images in the namespace.
   * @default false
   */
  readonly lookupPolicyLocal?: boolean;
  /**
   * How long the tags' first import is waited for, at most five minutes; the deployment fails with the import.
   * @default - not at all
   */
  readonly waitForImport?: Duration;
  /**
   * What becomes of the stream, with the history of its tags, when it goes from the stack.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An image stream that a stack declares.
 *
 * @example
 * new ImageStream(this, 'Web', { client, namespace: 'shop', name: 'web', tags: { latest: { from: dockerImage('quay.io/acme/web'), scheduled: true } } });
 */
export class ImageStream extends Construct {
  readonly namespace: string;
  readonly streamName: string;

  constructor(scope: Construct, id: string, props: ImageStreamProps) {
    const { tags = {}, lookupPolicyLocal = false, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, ...object } = props;
    super(scope, id);
    declareObject(this, {
      ...object,
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      removalPolicy,
      spec: { ...(lookupPolicyLocal && { lookupPolicy: { local: true } }), tags: Object.entries(tags).map(tagReference) },
    });
    this.namespace = props.namespace;
    this.streamName = props.name;
  }

  /** For triggers and `ImageStreamTag.fromName`. */
  tagName(tag: string): TagName {
    return { namespace: this.namespace, stream: this.streamName, tag };
  }
}

/** An image of a registry. */
export function dockerImage(pullSpec: string): TagSource {
  return { kind: 'DockerImage', name: pullSpec };
}

/** Another tag, `stream:tag`; without a stream one of the same. */
export function imageStreamTag(name: string, namespace?: string): TagSource {
  return { kind: 'ImageStreamTag', name, ...(namespace !== undefined && { namespace }) };
}

/** Only what is said: what is not is the API's default, and others may set it. */
function tagReference([name, tag]: [string, StreamTag]): object {
  const { from, scheduled, insecure, importMode, referencePolicy, reference, annotations } = tag;
  const importPolicy = { scheduled, insecure, importMode };
  return {
    name,
    from,
    reference,
    annotations,
    ...(Object.values(importPolicy).some((value) => value !== undefined) && { importPolicy }),
    ...(referencePolicy !== undefined && { referencePolicy: { type: referencePolicy } }),
  };
}
