/** Errors of the store in the words of the API, for those no resource worded itself. */
import type { RequestInfo } from '../kubernetes/handlers.ts';
import { alreadyExists, conflict, expired, requestEntityTooLarge, tooManyRequests } from '../kubernetes/status.ts';
import type { Status } from '../kubernetes/types.ts';
import { StoreError } from '../store/errors.ts';
import { STALE } from './preconditions.ts';

/** null for anything that is no StoreError. `info` names the object of the request. */
export function storeStatus(error: unknown, info: Pick<RequestInfo, 'group' | 'resource' | 'name'>): Status | null {
  if (!(error instanceof StoreError)) return null;
  const { group, resource, name } = info;
  switch (error.code) {
    case 'ERR_STORE_CONFLICT':
      return conflict(group, resource, name, STALE);
    case 'ERR_STORE_EXISTS':
      return alreadyExists(group, resource, name);
    case 'ERR_STORE_THROTTLED':
      return tooManyRequests('the store is busy, please try again later', 1);
    case 'ERR_STORE_TOO_LARGE':
      return requestEntityTooLarge(`the object is too large to be stored: ${error.message}`);
    case 'ERR_STORE_BAD_TOKEN':
      return expired('The provided continue parameter is not valid. Start a new list without the continue parameter.');
  }
}
