/**
 * The fields of a kind as plain data: the one source of its OpenAPI document (kubectl explain, kubectl apply), of field validation, and of
 * how its lists merge in a strategic merge patch.
 */

/** Scalars by their Go names, as error messages spell them; `any` is JSON nobody looks into, a Quantity may also be written as a number. */
export type Scalar = 'string' | 'bool' | 'int32' | 'int64' | 'Time' | 'Quantity' | 'bytes' | 'any';

export type ValueSchema = Scalar | ListSchema | MapSchema | ObjectSchema;

export interface ListSchema {
  readonly list: ValueSchema;
  /** Elements are told apart by this field, and lists of them merge; other lists are replaced (clients-on-the-wire.md §1.5). */
  readonly mergeKey?: string;
}

/** A JSON object with names of the client's choosing. */
export interface MapSchema {
  readonly map: ValueSchema;
}

/** A type with a name of its own: one component of the OpenAPI document. */
export interface ObjectSchema {
  /** As Kubernetes names components, e.g. `com.github.openshift.api.image.v1.TagReference`. The last part is the Go type. */
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  /** Has members besides `fields` that nobody has described. */
  readonly isOpen?: true;
  /** Is set and owned as a whole by whoever applies it (`x-kubernetes-map-type: atomic`). */
  readonly isAtomic?: true;
}

export interface FieldSchema {
  readonly description: string;
  readonly value: ValueSchema;
  /** Never shown again as it was sent: whether it has changed cannot be told. */
  readonly isWriteOnly?: true;
}

/** A kind with apiVersion, kind and metadata, which `kindSchema` adds. */
export interface KindSchema extends ObjectSchema {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /**
   * As kinds built into Kubernetes and OpenShift are: decoded strictly by type (400), and open to strategic merge patches. Others behave
   * like custom resources: their own code checks types (422), and a strategic merge patch is 415.
   */
  readonly isBuiltIn: boolean;
  /**
   * Members that writers own, besides their labels and annotations; the others are the server's. The resource stores `metadata.managedFields` and
   * is open to server-side apply. Absent: nobody's writes are recorded.
   */
  readonly ownable?: readonly string[];
  /** Of those: the one that is an element of a list of a larger object, owned as such besides its fields. */
  readonly element?: string;
}

export function isObjectSchema(value: ValueSchema): value is ObjectSchema {
  return typeof value === 'object' && 'fields' in value;
}

/** `TagReference` of `com.github.openshift.api.image.v1.TagReference`. */
export function typeName({ name }: ObjectSchema): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
