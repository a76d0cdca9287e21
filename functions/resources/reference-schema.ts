/** References to other objects (core `v1`), as the image API uses them. */
import type { ObjectSchema } from '../kubernetes/kind-schema.ts';

export const OBJECT_REFERENCE: ObjectSchema = {
  name: 'io.k8s.api.core.v1.ObjectReference',
  description: 'Names another object, or an image outside.',
  isAtomic: true,
  fields: {
    kind: { description: 'What is named, e.g. ImageStreamTag, ImageStreamImage or DockerImage.', value: 'string' },
    namespace: { description: 'Namespace of the object; that of the referring object when empty.', value: 'string' },
    name: { description: 'Name of the object; for DockerImage the pull spec, e.g. quay.io/team/app:1.', value: 'string' },
    uid: { description: 'UID of the object.', value: 'string' },
    apiVersion: { description: 'Group and version of the object.', value: 'string' },
    resourceVersion: { description: 'Version of the object that is meant.', value: 'string' },
    fieldPath: { description: 'Part of the object that is meant.', value: 'string' },
  },
};

export const LOCAL_OBJECT_REFERENCE: ObjectSchema = {
  name: 'io.k8s.api.core.v1.LocalObjectReference',
  description: 'Names an object of the same namespace.',
  isAtomic: true,
  fields: { name: { description: 'Name of the object.', value: 'string' } },
};
