import { describe, expect, it } from 'vitest';
import { ApiError } from '../../functions/kubernetes/api-error.ts';
import * as status from '../../functions/kubernetes/status.ts';
import { toStatus, UNEXPECTED } from '../../functions/kubernetes/to-status.ts';
import type { FieldError, Status } from '../../functions/kubernetes/types.ts';

const GROUP = 'image.openshift.io';

describe('Status constructors', () => {
  it.each<[Status, number, string, string]>([
    [status.notFound(GROUP, 'imagestreams', 'x'), 404, 'NotFound', 'imagestreams.image.openshift.io "x" not found'],
    [status.notFound('', 'namespaces', 'x'), 404, 'NotFound', 'namespaces "x" not found'],
    [status.alreadyExists(GROUP, 'imagestreams', 'x'), 409, 'AlreadyExists', 'imagestreams.image.openshift.io "x" already exists'],
    [
      status.conflict(GROUP, 'imagestreams', 'x', 'the object has been modified'),
      409,
      'Conflict',
      'Operation cannot be fulfilled on imagestreams.image.openshift.io "x": the object has been modified',
    ],
    [status.forbidden('', 'secrets', '', 'no'), 403, 'Forbidden', 'secrets is forbidden: no'],
    [status.forbidden('', 'secrets', 's', 'no'), 403, 'Forbidden', 'secrets "s" is forbidden: no'],
    [status.forbidden('', '', '', 'no'), 403, 'Forbidden', 'forbidden: no'],
    [status.unauthorized(), 401, 'Unauthorized', 'Unauthorized'],
    [status.badRequest('why'), 400, 'BadRequest', 'why'],
    [
      status.methodNotSupported(GROUP, 'imagestreams', 'watch'),
      405,
      'MethodNotAllowed',
      'watch is not supported on resources of kind "imagestreams.image.openshift.io"',
    ],
    [status.notAcceptable(['a/b', 'c/d']), 406, 'NotAcceptable', 'only the following media types are accepted: a/b, c/d'],
    [status.gone('old'), 410, 'Gone', 'old'],
    [status.expired('old'), 410, 'Expired', 'old'],
    [status.requestEntityTooLarge('limit is 3'), 413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3'],
    [
      status.unsupportedMediaType(['a/b']),
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: a/b',
    ],
    [status.tooManyRequests('slow down', 1), 429, 'TooManyRequests', 'slow down'],
    [status.internalError('x'), 500, 'InternalError', 'Internal error occurred: x'],
    [
      status.serverTimeout(GROUP, 'images', 'list', 2),
      500,
      'ServerTimeout',
      'The list operation against images.image.openshift.io could not be completed at this time, please try again.',
    ],
    [status.serviceUnavailable('down'), 503, 'ServiceUnavailable', 'down'],
    [status.timeout('too slow'), 504, 'Timeout', 'Timeout: too slow'],
  ])('%j', (made, code, reason, message) => {
    expect(made).toMatchObject({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message });
  });

  it('is byte for byte what a Kubernetes server sends', () => {
    expect(JSON.stringify(status.notFound(GROUP, 'imagestreams', 'x'))).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"imagestreams.image.openshift.io \\"x\\" not found",' +
        '"reason":"NotFound","details":{"name":"x","group":"image.openshift.io","kind":"imagestreams"},"code":404}',
    );
    expect(JSON.stringify(status.unauthorized())).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}',
    );
  });

  it('leaves out empty details', () => {
    expect(status.notFound('', 'namespaces', 'x').details).toEqual({ name: 'x', kind: 'namespaces' });
    expect(status.invalid('', 'Namespace', '', []).details).toEqual({ kind: 'Namespace' });
  });

  it('says success with and without details', () => {
    expect(status.success()).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
    expect(status.success({ uid: 'u' }).details).toEqual({ uid: 'u' });
  });

  it('has no reason where upstream has none', () => {
    expect(status.plainFailure(500, 'x')).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'x',
      code: 500,
    });
  });
});

describe('invalid', () => {
  const name: FieldError = { type: 'Invalid', field: 'metadata.name', value: 'A"b', detail: 'must be lower case' };
  const from: FieldError = { type: 'Required', field: 'spec.tags[latest].from.name', detail: '' };

  it('puts the field into the message and not into the cause', () => {
    expect(status.invalid(GROUP, 'ImageStream', 'x', [name])).toMatchObject({
      code: 422,
      message: 'ImageStream.image.openshift.io "x" is invalid: metadata.name: Invalid value: "A\\"b": must be lower case',
      details: {
        name: 'x',
        group: GROUP,
        kind: 'ImageStream',
        causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "A\\"b": must be lower case', field: 'metadata.name' }],
      },
    });
  });

  it('lists several errors in brackets, each text once, every cause', () => {
    const made = status.invalid(GROUP, 'ImageStream', 'x', [name, from, name]);
    expect(made.message).toBe(
      'ImageStream.image.openshift.io "x" is invalid: [metadata.name: Invalid value: "A\\"b": must be lower case, spec.tags[latest].from.name: Required value]',
    );
    expect(made.details?.causes).toHaveLength(3);
  });

  it.each<[FieldError, string, string]>([
    [{ type: 'Required', field: 'f', value: 'ignored', detail: 'd' }, 'FieldValueRequired', 'Required value: d'],
    [{ type: 'Invalid', field: 'f', value: null, detail: 'd' }, 'FieldValueInvalid', 'Invalid value: null: d'],
    [{ type: 'Invalid', field: 'f', value: 0, detail: 'd' }, 'FieldValueInvalid', 'Invalid value: 0: d'],
    [{ type: 'Invalid', field: 'f', value: true }, 'FieldValueInvalid', 'Invalid value: true'],
    [{ type: 'Invalid', field: 'f', value: { a: '<b>' } }, 'FieldValueInvalid', 'Invalid value: {"a":"\\u003cb\\u003e"}'],
    [{ type: 'Invalid', field: 'f', detail: 'd' }, 'FieldValueInvalid', 'Invalid value: d'],
    [{ type: 'NotSupported', field: 'f', value: ['x'], detail: 'd' }, 'FieldValueNotSupported', 'Unsupported value: ["x"]: d'],
    [{ type: 'Forbidden', field: 'f', value: 'v', detail: 'd' }, 'FieldValueForbidden', 'Forbidden: d'],
    [{ type: 'NotFound', field: 'f', value: 'v' }, 'FieldValueNotFound', 'Not found: "v"'],
    [{ type: 'Duplicate', field: 'f', value: 'v' }, 'FieldValueDuplicate', 'Duplicate value: "v"'],
    [{ type: 'TooLong', field: 'f', value: 'secret', detail: 'd' }, 'FieldValueTooLong', 'Too long: d'],
    [{ type: 'TypeInvalid', field: 'f', value: 1, detail: 'd' }, 'FieldValueTypeInvalid', 'Invalid value: 1: d'],
    [{ type: 'Internal', field: 'f', value: 'v', detail: 'd' }, 'InternalError', 'Internal error: d'],
  ])('words %j', (error, reason, message) => {
    expect(status.invalid('', 'K', 'n', [error]).details?.causes).toEqual([{ reason, message, field: 'f' }]);
  });

  it.each([
    ['a\tb\n', '"a\\tb\\n"'],
    ['é漢😀', '"é漢😀"'],
    ['\u0000\u007f\u200b', '"\\x00\\x7f\\u200b"'],
    ['\u{e0001}', '"\\U000e0001"'],
    ['back\\slash', '"back\\\\slash"'],
  ])('quotes %j as Go does', (value, quoted) => {
    expect(status.invalid('', 'K', 'n', [{ type: 'Invalid', field: 'f', value }]).message).toBe(
      `K "n" is invalid: f: Invalid value: ${quoted}`,
    );
  });
});

describe('toStatus', () => {
  it('is the Status of an ApiError', () => {
    const made = status.badRequest('x');
    expect(toStatus(new ApiError(made))).toBe(made);
  });

  it.each([new Error('password=hunter2'), 'text', null, undefined, 42, { message: 'x' }])('says nothing of %j', (error) => {
    expect(toStatus(error)).toBe(UNEXPECTED);
    expect(toStatus(error, () => null)).toBe(UNEXPECTED);
    expect(JSON.stringify(UNEXPECTED)).toMatch(/"reason":"InternalError".*"code":500/);
  });

  it('asks the mapper for errors of adapters only', () => {
    const mapped = status.tooManyRequests('busy', 1);
    expect(toStatus(new Error('throttled'), () => mapped)).toBe(mapped);
    expect(toStatus(new ApiError(status.gone('x')), () => mapped).code).toBe(410);
  });
});
