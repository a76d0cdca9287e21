/** A conformance case: what upstream's own tests ask of its registry code, asked of our HTTP interface instead. */
import { expect } from 'vitest';

/** What must come back. Objects and lists match as `toMatchObject` has it; a function gets the answer before this one. */
export interface Expectation {
  readonly code: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are JSON
  readonly body?: object | string | ((previous: any) => unknown);
  /** Dotted paths that must not be there. */
  readonly lacks?: readonly string[];
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface Step {
  readonly method: string;
  /** Absolute, or below the namespace `default` of image.openshift.io/v1; `images` and `imagesignatures` are found at the cluster. */
  readonly path: string;
  /** An object is sent as JSON, a string as it is; a function makes the body from a GET of the path just before. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are JSON
  readonly body?: object | string | ((current: any) => unknown);
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asks; default alice, who may do everything. Bob may not pull from the namespace `secretive`. */
  readonly as?: 'alice' | 'bob';
  readonly expect?: Expectation;
}

export interface Case {
  readonly name: string;
  /** Where upstream asks this: file and test (or the code, where no test does), below pkg/image unless it says otherwise. */
  readonly upstream: string;
  /** Host of an integrated registry, and its public name. */
  readonly hosts?: { readonly internal?: string; readonly external?: string };
  /** All have to succeed. */
  readonly given?: readonly Step[];
  readonly steps: readonly Step[];
}

const PATCH = 'application/merge-patch+json';

export const get = (path: string, expect?: Expectation, headers?: Step['headers']): Step => ({ method: 'GET', path, expect, headers });
export const post = (path: string, body: object | string, expect?: Expectation): Step => ({ method: 'POST', path, body, expect });
export const put = (path: string, body: object | string, expect?: Expectation): Step => ({ method: 'PUT', path, body, expect });
export const del = (path: string, expect?: Expectation, body?: object): Step => ({ method: 'DELETE', path, body, expect });
export const patch = (path: string, body: object | string, expect?: Expectation, type = PATCH): Step => ({
  method: 'PATCH',
  path,
  body,
  headers: { 'content-type': type },
  expect,
});

/** GET, change, PUT: how a client writes a stored object back. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are JSON
export const edit = (path: string, change: (current: any) => unknown, expect?: Expectation): Step => ({
  method: 'PUT',
  path,
  body: change,
  expect,
});

export const asBob = (step: Step): Step => ({ ...step, as: 'bob' });

/** As kubectl asks for rows. */
export const table = (path: string, body: unknown): Step =>
  get(path, { code: 200, body: { kind: 'Table', ...(body as object) } }, { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' });

export const ok = (body?: Expectation['body'], lacks?: readonly string[]): Expectation => ({ code: 200, body, lacks });
export const created = (body?: Expectation['body'], lacks?: readonly string[]): Expectation => ({ code: 201, body, lacks });

interface Cause {
  readonly field?: string;
  readonly reason?: string;
  readonly message?: unknown;
}

/** A Status that refuses: code, reason, what `details` says, and every cause in its order. */
export function refused(code: number, reason: string, details: object = {}, causes?: readonly Cause[]): Expectation {
  const told = { ...details, ...(causes === undefined ? {} : { causes }) };
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason };
  return { code, body: Object.keys(told).length === 0 ? body : { ...body, details: told } };
}

/** 422 of an object of this kind. */
export const invalid = (kind: string, name: string, causes: readonly Cause[]): Expectation =>
  refused(422, 'Invalid', { group: 'image.openshift.io', kind, ...(name === '' ? {} : { name }) }, causes);

export const required = (field: string, detail = ''): Cause => ({
  field,
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
});
export const bad = (field: string, value: string, detail: string): Cause => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${value}: ${detail}`,
});
export const forbidden = (field: string, detail: string): Cause => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
});
export const missing = (field: string, value: string): Cause => ({
  field,
  reason: 'FieldValueNotFound',
  message: `Not found: ${JSON.stringify(value)}`,
});

/** A text that holds this one. */
export const expectText = (part: string): unknown => expect.stringContaining(part);
/** A list that holds these, whatever else. */
export const expectContaining = (...items: readonly object[]): unknown =>
  expect.arrayContaining(items.map((item): unknown => expect.objectContaining(item)));
