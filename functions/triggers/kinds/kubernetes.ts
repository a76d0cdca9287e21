/** Kind `kubernetes`: objects of a cluster that run the images (docs/targets/kubernetes.md). */
import { PULL_SECRET_KEY } from '../kubernetes/projected-secret.ts';
import type { KubernetesTarget } from '../kubernetes/target-spec.ts';
import { readRoleArn, resourceOf } from './fields/aws-target.ts';
import { type FieldReader, presentTexts, readSecretRef } from './fields/field-reader.ts';
import { KUBERNETES_SCHEMA } from './kubernetes/schema.ts';
import type { TargetKind } from './target-kind.ts';
import { validateKubernetes } from './kubernetes/validate.ts';

export const KUBERNETES_KIND: TargetKind<KubernetesTarget> = {
  name: 'kubernetes',
  schema: KUBERNETES_SCHEMA,
  decode: decodeKubernetes,
  validate: validateKubernetes,
  // Triggers on one object take turns. Those that find their objects by annotation do so per namespace; where they meet others, each patch is
  // of the version of the object it was made for.
  // Patches are guarded by the object's version: who has rights there need not wait for who has none, in another namespace of ours.
  identity({ server, eksClusterArn, object, annotated }, { namespace }) {
    const cluster = eksClusterArn ?? URL.parse(server ?? '')?.href.replace(/\/$/, '') ?? '';
    return JSON.stringify([
      namespace,
      cluster,
      object?.namespace ?? annotated?.namespace ?? '',
      object?.kind ?? null,
      object?.name ?? null,
    ]);
  },
  describe({ object, annotated }) {
    return object === undefined ? `${annotated?.namespace ?? ''}/*` : `${object.kind} ${object.namespace}/${object.name}`;
  },
  secretRefs({ tokenSecretRef, pullSecret }) {
    return [
      ...(tokenSecretRef === undefined ? [] : [{ member: 'tokenSecretRef', ref: tokenSecretRef }]),
      ...(pullSecret === undefined ? [] : [{ member: 'pullSecret', ref: { name: pullSecret.name, key: PULL_SECRET_KEY } }]),
    ];
  },
  awsResource({ eksClusterArn, roleArn }) {
    return eksClusterArn === undefined ? undefined : resourceOf({ eksClusterArn, roleArn }, 'eksClusterArn');
  },
};

function decodeKubernetes(fields: FieldReader): KubernetesTarget {
  const object = fields.object('object');
  const annotated = fields.object('annotated');
  const pullSecret = fields.object('pullSecret');
  const tokenSecretRef = readSecretRef(fields, 'tokenSecretRef');
  return {
    ...presentTexts(fields, ['server', 'caBundle', 'eksClusterArn']),
    ...readRoleArn(fields),
    ...(tokenSecretRef === undefined ? {} : { tokenSecretRef }),
    ...(object === null
      ? {}
      : {
          object: {
            ...presentTexts(object, ['apiVersion']),
            kind: object.text('kind'),
            name: object.text('name'),
            namespace: object.text('namespace'),
          },
        }),
    ...(annotated === null ? {} : { annotated: readAnnotated(annotated) }),
    ...(pullSecret === null ? {} : { pullSecret: { name: pullSecret.text('name') } }),
  };
}

function readAnnotated(fields: FieldReader): NonNullable<KubernetesTarget['annotated']> {
  const kinds = fields.texts('kinds');
  return { namespace: fields.text('namespace'), ...presentTexts(fields, ['labelSelector']), ...(kinds.length === 0 ? {} : { kinds }) };
}
