/** Fields of KubernetesTarget (docs/targets/kubernetes.md). */
import type { ObjectSchema } from '../../../kubernetes/kind-schema.ts';
import { ROLE_ARN } from '../fields/aws-target.ts';
import { SECRET_KEY_REF } from '../fields/secret-key-ref.ts';

const DELIVERY_V1 = 'io.image-streams.delivery.v1';

const OBJECT: ObjectSchema = {
  name: `${DELIVERY_V1}.KubernetesObjectRef`,
  description: 'An object of the cluster.',
  required: ['kind', 'name', 'namespace'],
  fields: {
    apiVersion: { description: 'Version of its API, apps/v1 or batch/v1; may be left out.', value: 'string' },
    kind: { description: 'Deployment, DaemonSet, StatefulSet or CronJob.', value: 'string' },
    name: { description: 'Its name.', value: 'string' },
    namespace: { description: 'Its namespace, in the cluster.', value: 'string' },
  },
};

const ANNOTATED: ObjectSchema = {
  name: `${DELIVERY_V1}.AnnotatedObjects`,
  description: 'Objects of the cluster whose annotation image.openshift.io/triggers names tags of this trigger.',
  required: ['namespace'],
  fields: {
    namespace: { description: 'Their namespace, in the cluster.', value: 'string' },
    labelSelector: { description: 'Only those with these labels; all when empty.', value: 'string' },
    kinds: { description: 'Deployment, DaemonSet, StatefulSet, CronJob; all of them when empty.', value: { list: 'string' } },
  },
};

const PULL_SECRET: ObjectSchema = {
  name: `${DELIVERY_V1}.PullSecretRef`,
  description:
    'A Secret of type kubernetes.io/dockerconfigjson in the namespace of the trigger. Whoever sets it must be allowed to read it.',
  required: ['name'],
  fields: { name: { description: 'Name of the Secret.', value: 'string' } },
};

export const KUBERNETES_SCHEMA: ObjectSchema = {
  name: `${DELIVERY_V1}.KubernetesTarget`,
  description: 'Objects of a Kubernetes cluster that run the images.',
  fields: {
    server: { description: 'URL of the API server, https. This or eksClusterArn.', value: 'string' },
    caBundle: {
      description: "Certificates in PEM, or base64 of it, of who vouches for the server; the world's authorities when empty.",
      value: 'string',
    },
    tokenSecretRef: { description: 'Secret with the bearer token of a service account of the cluster.', value: SECRET_KEY_REF },
    eksClusterArn: { description: 'ARN of a cluster of EKS instead, which is called by IAM.', value: 'string' },
    roleArn: ROLE_ARN,
    object: { description: 'The object to patch. This or annotated.', value: OBJECT },
    annotated: { description: 'Objects that say themselves, by their annotation, which images they follow.', value: ANNOTATED },
    pullSecret: { description: 'Is copied to where the images run, and used by their pods.', value: PULL_SECRET },
  },
};
