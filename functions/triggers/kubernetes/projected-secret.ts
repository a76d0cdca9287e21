/** A pull secret of a namespace of ours as a Secret of the cluster. Pure. */
import { readText, type JsonObject, objectOf } from '../../image/tolerant-reader.ts';
import type { KubernetesTarget } from './target-spec.ts';

/** Key and type of pull secrets. */
export const PULL_SECRET_KEY = '.dockerconfigjson';
export const PULL_SECRET_TYPE = 'kubernetes.io/dockerconfigjson';
/** Says of a Secret that it is one of these, and of which namespace of ours. No other Secret is ever changed. */
export const SOURCE_LABEL = 'image-streams.io/pull-secret-of';

/**
 * Name in the cluster, one per namespace and secret of ours, so that two never meet; undefined when the target brings none. `namespace`: of the
 * trigger.
 */
export function projectedSecretName({ pullSecret }: Pick<KubernetesTarget, 'pullSecret'>, namespace: string): string | undefined {
  return pullSecret === undefined ? undefined : `image-streams.${namespace}.${pullSecret.name}`;
}

/** `value`: bytes of `.dockerconfigjson`. null when they are no JSON object. */
export function projectSecret(name: string, source: string, value: Uint8Array): JsonObject | null {
  const config = Buffer.from(value);
  if (readText(config.toString('utf8')) === null) return null;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels: { [SOURCE_LABEL]: source } },
    type: PULL_SECRET_TYPE,
    data: { [PULL_SECRET_KEY]: config.toString('base64') },
  };
}

export function isProjectedFrom(secret: JsonObject, source: string): boolean {
  return objectOf(objectOf(secret['metadata'])['labels'])[SOURCE_LABEL] === source && secret['type'] === PULL_SECRET_TYPE;
}

/** A merge patch for exactly this version of the Secret; null when it says what it should. */
export function planSecretPatch(stored: JsonObject, wanted: JsonObject): JsonObject | null {
  const data = objectOf(wanted['data']);
  if (objectOf(stored['data'])[PULL_SECRET_KEY] === data[PULL_SECRET_KEY]) return null;
  return { metadata: { resourceVersion: objectOf(stored['metadata'])['resourceVersion'] }, data };
}
