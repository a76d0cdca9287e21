import { expect, it } from 'vitest';
import { storeStatus } from '../../functions/resources/store-status.ts';
import { StoreError, type StoreErrorCode } from '../../functions/store/errors.ts';

const INFO = { group: 'image.openshift.io', resource: 'imagestreams', name: 'x' };

it.each<[StoreErrorCode, object]>([
  [
    'ERR_STORE_CONFLICT',
    {
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on imagestreams.image.openshift.io "x": the object has been modified; please apply your changes to the latest version and try again',
    },
  ],
  ['ERR_STORE_EXISTS', { code: 409, reason: 'AlreadyExists', message: 'imagestreams.image.openshift.io "x" already exists' }],
  ['ERR_STORE_THROTTLED', { code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } }],
  ['ERR_STORE_TOO_LARGE', { code: 413, reason: 'RequestEntityTooLarge' }],
  ['ERR_STORE_BAD_TOKEN', { code: 410, reason: 'Expired' }],
])('%s', (code, status) => {
  expect(storeStatus(new StoreError(code, 'inner'), INFO)).toMatchObject(status);
});

it.each([new Error('x'), null, 'ERR_STORE_CONFLICT'])('knows nothing of %j', (error) => {
  expect(storeStatus(error, INFO)).toBeNull();
});
