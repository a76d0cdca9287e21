/** What `unauthenticatedReason` says when nobody could find out who is asking: 503, since signing in again would not help. */
export const AUTHENTICATION_UNAVAILABLE = 'authentication unavailable';
