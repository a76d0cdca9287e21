/** `fieldValidation=Ignore|Warn|Strict` (Kubernetes API concepts, "Field validation"), and the types of fields. */
import { ApiError } from './api-error.ts';
import { findDuplicateFields } from './duplicate-fields.ts';
import { findUnknownFields, findWrongType } from './field-types.ts';
import { quote } from './go-format.ts';
import type { KindSchema } from './kind-schema.ts';
import { badRequest } from './status.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface SentFields {
  /** Undefined for kinds that have none: nothing but duplicates can be wrong with those. */
  readonly schema: KindSchema | undefined;
  readonly directive: FieldValidation;
  /** JSON the client sent, to look for fields named twice; null when it sent none. */
  readonly json: Uint8Array | null;
  /** Prefix of a refusal. */
  readonly subject: string;
  /** Gets each thing a client is to be warned of. */
  readonly warn: (text: string) => void;
}

/** Warn is what a server does that is not told. Any other value has been refused with the options. */
export function readFieldValidation(query: URLSearchParams): FieldValidation {
  const directive = query.get('fieldValidation');
  return directive === 'Ignore' || directive === 'Strict' ? directive : 'Warn';
}

/** Throws ApiError 400 for a value of a wrong type, and with Strict for fields that do not exist or come twice. */
export function validateFields(object: unknown, { schema, directive, json, subject, warn }: SentFields): void {
  const wrong = schema?.isBuiltIn === true ? findWrongType(object, schema) : null;
  if (wrong !== null) throw new ApiError(badRequest(`${subject}: ${wrong}`));
  if (directive === 'Ignore') return;
  const duplicates = json === null ? [] : findDuplicateFields(json).map((path) => `duplicate field ${quote(path)}`);
  const unknown = schema === undefined ? [] : findUnknownFields(object, schema).map((path) => `unknown field ${quote(path)}`);
  const problems = [...duplicates, ...unknown];
  if (problems.length === 0) return;
  if (directive === 'Strict') throw new ApiError(badRequest(`${subject}: strict decoding error: ${problems.join(', ')}`));
  problems.forEach(warn);
}
