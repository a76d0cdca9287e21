/** Nobody could tell whether a token is good: signing in again would not help. The message holds nothing of the token. */
export class LoginUnavailableError extends Error {
  override readonly name = 'LoginUnavailableError';
}
