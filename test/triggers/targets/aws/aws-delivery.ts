/** What tests of targets in AWS start from: a delivery of two images, and sessions that record what they were opened for. */
import type { AwsSession, OpenSession } from '../../../../functions/triggers/targets/aws/aws-session.ts';
import type { AwsResource } from '../../../../functions/triggers/kinds/target-kind.ts';
import type { DeliveredImage, Delivery } from '../../../../functions/triggers/targets/target.ts';

export const DIGEST = `sha256:${'a'.repeat(64)}`;
export const OLD_DIGEST = `sha256:${'b'.repeat(64)}`;

export function deliveredImage(over: Partial<DeliveredImage> = {}): DeliveredImage {
  return {
    namespace: 'shop',
    stream: 'web',
    uid: 'stream-1',
    tag: 'latest',
    image: DIGEST,
    dockerImageReference: `quay.io/shop/web@${DIGEST}`,
    previous: { image: OLD_DIGEST, dockerImageReference: `quay.io/shop/web@${OLD_DIGEST}` },
    generation: 4,
    revision: '1785578400250000',
    time: '2026-08-01T10:00:00.250Z',
    changed: true,
    ...over,
  };
}

export function deliveryTo<Spec extends object>(target: Spec, over: Partial<Delivery<Spec>> = {}): Delivery<Spec> {
  return {
    trigger: { namespace: 'shop', name: 'deploy', uid: 'uid-1' },
    target,
    id: 'msg_1',
    images: [deliveredImage()],
    dryRun: false,
    signal: new AbortController().signal,
    ...over,
  };
}

/** Answers `session` (default: of this function, in eu-central-1) and records the resources asked for. */
export function recordSessions(session: AwsSession = { region: 'eu-central-1' }): {
  readonly openSession: OpenSession;
  readonly asked: AwsResource[];
} {
  const asked: AwsResource[] = [];
  const openSession: OpenSession = async (_, resource) => {
    asked.push(resource);
    return { ok: true, session };
  };
  return { openSession, asked };
}
