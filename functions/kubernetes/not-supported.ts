import type { FieldError } from './types.ts';

/** What upstream's `field.NotSupported` says of a value that is none of `supported`. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  return { type: 'NotSupported', field, value, detail: `supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}` };
}
