import { ApiError } from './api-error.ts';
import { badRequest } from './status.ts';

/**
 * A strategic merge patch that is none, in the words of apimachinery (`util/mergepatch`). Upstream answers some of them with 500; what is wrong is
 * the client's, so all of ours are 400.
 */
export function patchProblem(message: string): ApiError {
  return new ApiError(badRequest(message));
}
