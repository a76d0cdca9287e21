import { describe, expect, it } from 'vitest';
import { parseReference } from '../../functions/image/reference.ts';
import {
  fullName,
  imageFailure,
  invalidReference,
  repositoryFailure,
  repositorySummary,
  unfinished,
} from '../../functions/importing/import-status.ts';
import { RegistryError, type RegistryErrorCode } from '../../functions/registry/errors.ts';

const NAME = 'docker.io/library/mysql:latest';
const error = (code: RegistryErrorCode, message = 'the cause') => new RegistryError(code, message);

describe('import status', () => {
  it.each([
    ['mysql', NAME],
    ['x/y:1', 'docker.io/x/y:1'],
    ['quay.io/x/y', 'quay.io/x/y:latest'],
    [`mysql:5@sha256:${'a'.repeat(64)}`, `docker.io/library/mysql@sha256:${'a'.repeat(64)}`],
  ])('calls %s %s', (text, expected) => {
    const parsed = parseReference(text);
    expect(parsed.ok && fullName(parsed.reference)).toBe(expected);
  });

  it.each([
    ['ERR_REGISTRY_NOT_FOUND', 404, 'NotFound', `dockerimage.image.openshift.io "${NAME}" not found`],
    ['ERR_REGISTRY_UNAUTHORIZED', 401, 'Unauthorized', `you may not have access to the container image "${NAME}"`],
    ['ERR_REGISTRY_BAD_CREDENTIALS', 401, 'Unauthorized', `incorrect username or password for image "${NAME}"`],
    ['ERR_REGISTRY_REPOSITORY_NOT_FOUND', 500, 'InternalError', `Internal error occurred: ${NAME}: the cause`],
    ['ERR_REGISTRY_DENIED', 500, 'InternalError', `Internal error occurred: ${NAME}: the cause`],
    ['ERR_REGISTRY_RATE_LIMITED', 500, 'InternalError', `Internal error occurred: ${NAME}: the cause`],
    ['ERR_REGISTRY_UNREACHABLE', 500, 'InternalError', `Internal error occurred: ${NAME}: the cause`],
  ] as const)('words %s of an image', (code, status, reason, message) => {
    expect(imageFailure(error(code), NAME)).toMatchObject({ metadata: {}, status: 'Failure', code: status, reason, message });
  });

  it('names the image in the details of a 404', () => {
    const { details } = imageFailure(error('ERR_REGISTRY_NOT_FOUND'), NAME);
    expect(details).toEqual({ name: NAME, group: 'image.openshift.io', kind: 'dockerimage' });
  });

  it.each([
    ['ERR_REGISTRY_REPOSITORY_NOT_FOUND', 404, 'dockerimage.image.openshift.io "x/y" not found'],
    ['ERR_REGISTRY_UNAUTHORIZED', 401, 'you may not have access to the container image "x/y"'],
    ['ERR_REGISTRY_DENIED', 500, 'Internal error occurred: the cause'],
  ] as const)('words %s of a repository', (code, status, message) => {
    expect(repositoryFailure(error(code), 'x/y')).toMatchObject({ code: status, message });
  });

  it.each([
    [0, { metadata: {}, status: 'Success' }],
    [1, { metadata: {}, status: 'Failure', reason: 'ImportFailed', message: 'one of the images from this repository failed to import' }],
    [3, { metadata: {}, status: 'Failure', reason: 'ImportFailed', message: '3 of the images from this repository failed to import' }],
  ])('sums up %i failures of a repository', (failures, expected) => {
    expect(repositorySummary(failures)).toEqual(expected);
  });

  it('words a text that is no reference as upstream, odd beginning included', () => {
    expect(invalidReference('A B', 'invalid reference format')).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: ' "" is invalid: from.name: Invalid value: "A B": invalid name: invalid reference format',
    });
  });

  it('words a lack of time as 504', () => {
    expect(unfinished(NAME)).toMatchObject({ code: 504, reason: 'Timeout', status: 'Failure' });
  });

  it('does not let a registry fill the stream with its words', () => {
    expect(imageFailure(error('ERR_REGISTRY_DENIED', 'x'.repeat(100_000)), NAME).message?.length).toBeLessThan(1200);
  });
});
