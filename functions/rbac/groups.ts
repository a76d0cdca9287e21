/** Groups that Kubernetes and OpenShift put somebody in, and that bindings name. */

/** In which every identity is. */
export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';
/** People, as they come from a login, at OpenShift's OAuth server or here: service accounts are not in it. They may ask for projects (semantics §10). */
export const AUTHENTICATED_OAUTH = 'system:authenticated:oauth';
/** Whoever is in it may do everything, whatever bindings say. */
export const MASTERS = 'system:masters';
