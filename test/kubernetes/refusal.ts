import { ApiError } from '../../functions/kubernetes/api-error.ts';
import type { Status } from '../../functions/kubernetes/types.ts';

/** The Status that `attempt` is refused with; fails the test when it is not. */
export function refusal(attempt: () => unknown): Status {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error('nothing was refused');
}
