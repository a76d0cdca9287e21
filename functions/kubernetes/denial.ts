/** Why a request is refused, in the words of apiserver (`handlers/responsewriters` ForbiddenStatusError, openshift-semantics.md §10). */
import { quote } from './go-format.ts';
import type { RequestInfo } from './handlers.ts';
import { forbidden } from './status.ts';
import type { Identity, Status } from './types.ts';

/** `reason` is the authorizer's, '' when it gives none. */
export function deniedStatus(identity: Identity, info: RequestInfo, reason: string): Status {
  const { verb, group, resource, subresource, namespace, name } = info;
  const object = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`;
  const sentence = `User ${quote(identity.user)} cannot ${verb} resource ${quote(object)} in API group ${quote(group)} ${where}`;
  const safe = escapeHtml(sentence);
  return forbidden(group, resource, name, reason === '' ? safe : `${safe}: ${reason}`);
}

/** Nobody acts as somebody else here; ignoring the header would act as the wrong one (clients-on-the-wire.md §3.16). */
export function impersonationStatus(identity: Identity, as: string): Status {
  const sentence = `User ${quote(identity.user)} cannot impersonate resource "users" in API group "" at the cluster scope`;
  return forbidden('', 'users', as, escapeHtml(sentence));
}

/** Errors must not look like HTML to a browser. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
