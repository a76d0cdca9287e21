import type { Authorizer } from '../resources/ports.ts';

/** First cut of access control: whoever proved an identity may do everything. Roles and bindings follow in their own issue. */
export const allowAuthenticated: Authorizer = {
  authorize: async () => ({ allowed: true, reason: 'every authenticated user may do everything' }),
};
