/** The types every kind shares (apimachinery `meta/v1`), described in our own words. */
import type { FieldSchema, KindSchema, ObjectSchema } from './kind-schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const OWNER_REFERENCE: ObjectSchema = {
  name: `${META}.OwnerReference`,
  description: 'An object that this one belongs to.',
  required: ['apiVersion', 'kind', 'name', 'uid'],
  fields: {
    apiVersion: { description: 'Group and version of the owner.', value: 'string' },
    kind: { description: 'Kind of the owner.', value: 'string' },
    name: { description: 'Name of the owner.', value: 'string' },
    uid: { description: 'UID of the owner.', value: 'string' },
    controller: { description: 'True when the owner is the controller that manages this object.', value: 'bool' },
    blockOwnerDeletion: { description: 'True when the owner waits for this object in a foreground deletion.', value: 'bool' },
  },
};

export const MANAGED_FIELDS_ENTRY: ObjectSchema = {
  name: `${META}.ManagedFieldsEntry`,
  description: 'The fields that one manager has set.',
  fields: {
    manager: { description: 'Who manages the fields.', value: 'string' },
    operation: { description: 'How the fields were set: Apply or Update.', value: 'string' },
    apiVersion: { description: 'Group and version the fields are named in.', value: 'string' },
    time: { description: 'When the manager last changed its set of fields.', value: 'Time' },
    fieldsType: { description: 'Form of fieldsV1. FieldsV1 is the only one.', value: 'string' },
    fieldsV1: { description: 'The set of fields, as a tree of names.', value: 'any' },
    subresource: { description: 'Subresource the fields were set through, empty for the object itself.', value: 'string' },
  },
};

export const OBJECT_META_SCHEMA: ObjectSchema = {
  name: `${META}.ObjectMeta`,
  description: 'What every stored object has besides its own fields: its name, its labels, and what the server keeps about it.',
  fields: {
    name: { description: 'Name of the object, unique for its kind in its namespace. It cannot be changed.', value: 'string' },
    generateName: { description: 'Beginning of a name that the server completes, for objects created without a name.', value: 'string' },
    namespace: { description: 'Namespace the object lives in. It cannot be changed.', value: 'string' },
    selfLink: { description: 'Path of the object. No longer filled.', value: 'string' },
    uid: {
      description: 'Identity of the object over all time, given by the server. A new object of an old name has another one.',
      value: 'string',
    },
    resourceVersion: {
      description:
        'Version of the stored object. A write that carries it succeeds only if the object has not changed since it was read. Compare it for equality only.',
      value: 'string',
    },
    generation: { description: 'Counts changes of the wanted state. Set by the server.', value: 'int64' },
    creationTimestamp: { description: 'When the server created the object, RFC 3339 in UTC.', value: 'Time' },
    deletionTimestamp: {
      description: 'When the object is going to disappear, for objects being deleted. Set by the server.',
      value: 'Time',
    },
    deletionGracePeriodSeconds: { description: 'Seconds a deletion leaves the object to end in order. Set by the server.', value: 'int64' },
    labels: { description: 'Keys and values to select objects by, e.g. with kubectl get -l.', value: { map: 'string' } },
    annotations: { description: 'Keys and values that tools attach to the object. They cannot be selected by.', value: { map: 'string' } },
    ownerReferences: { description: 'Objects this one belongs to.', value: { list: OWNER_REFERENCE, mergeKey: 'uid' } },
    finalizers: { description: 'What has to happen before the object may disappear.', value: { list: 'string' } },
    managedFields: { description: 'Which manager has set which fields. Kept by the server.', value: { list: MANAGED_FIELDS_ENTRY } },
  },
};

export const LIST_META_SCHEMA: ObjectSchema = {
  name: `${META}.ListMeta`,
  description: 'What every list has besides its items.',
  fields: {
    selfLink: { description: 'Path of the list. No longer filled.', value: 'string' },
    resourceVersion: { description: 'Version of the collection when it was read; a watch may start from it.', value: 'string' },
    continue: { description: 'Set when there is more: the next request passes it on to read from where this one ended.', value: 'string' },
    remainingItemCount: { description: 'How many items come after this page, if the server knows.', value: 'int64' },
  },
};

const STATUS_CAUSE: ObjectSchema = {
  name: `${META}.StatusCause`,
  description: 'One thing that is wrong.',
  fields: {
    reason: { description: 'Kind of the problem in one word.', value: 'string' },
    message: { description: 'The problem in words for people.', value: 'string' },
    field: { description: 'Path of the field that is wrong, e.g. spec.tags[latest].from.', value: 'string' },
  },
};

const STATUS_DETAILS: ObjectSchema = {
  name: `${META}.StatusDetails`,
  description: 'What a failure is about.',
  fields: {
    name: { description: 'Name of the object.', value: 'string' },
    group: { description: 'Group of the resource.', value: 'string' },
    kind: { description: 'Kind or resource of the object.', value: 'string' },
    uid: { description: 'UID of the object.', value: 'string' },
    causes: { description: 'Everything that is wrong, where there is more to tell than the message.', value: { list: STATUS_CAUSE } },
    retryAfterSeconds: { description: 'Seconds to wait before the request may be sent again.', value: 'int32' },
  },
};

export const STATUS_SCHEMA: ObjectSchema = {
  name: `${META}.Status`,
  description: 'The result of a request that answers no object, and of each image of an import.',
  fields: {
    ...typeFields(),
    metadata: { description: 'Always empty.', value: LIST_META_SCHEMA },
    status: { description: 'Success or Failure.', value: 'string' },
    message: { description: 'What happened, in words for people.', value: 'string' },
    reason: { description: 'Why it failed, in one word for programs, e.g. NotFound.', value: 'string' },
    details: { description: 'What the failure is about.', value: STATUS_DETAILS },
    code: { description: 'HTTP status code that goes with the result.', value: 'int32' },
  },
};

/** Adds to a kind's own fields those that every kind has. */
export function kindSchema(schema: KindSchema): KindSchema {
  const metadata: FieldSchema = {
    description: 'Name, labels, annotations and what the server keeps about the object.',
    value: OBJECT_META_SCHEMA,
  };
  return { ...schema, fields: { ...typeFields(), metadata, ...schema.fields } };
}

function typeFields(): Readonly<Record<'apiVersion' | 'kind', FieldSchema>> {
  return {
    apiVersion: { description: 'Group and version this object is written in, e.g. image.openshift.io/v1.', value: 'string' },
    kind: { description: 'What the object is, e.g. ImageStream.', value: 'string' },
  };
}
