import { ApiError } from '../kubernetes/api-error.ts';
import { tooManyRequests } from '../kubernetes/status.ts';
import type { Identity } from '../kubernetes/types.ts';
import type { ImportBudget } from './ports.ts';

/** Before a registry is asked on somebody's behalf. Throws ApiError 429, which clients repeat after the seconds it names: nothing was done. */
export async function requireBudget(budget: ImportBudget, { user }: Identity, imports: number): Promise<void> {
  const wait = await budget.spend(user, imports);
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1000);
  throw new ApiError(tooManyRequests(`${user} imports too much, please try again in ${seconds} s`, seconds));
}
