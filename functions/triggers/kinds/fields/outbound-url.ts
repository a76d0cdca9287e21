/** URLs that users choose and this deployment calls. */
import type { FieldError } from '../../../kubernetes/types.ts';
import { refuseForbiddenHost } from '../../../runtime/network-guard.ts';

const MAX_URL = 2048;

/** Names are resolved, and their addresses refused, only when the URL is called: what they mean may change at any time. */
export function validateOutboundUrl(text: string, field: string, allowPrivateAddresses: boolean): readonly FieldError[] {
  if (text === '') return [{ type: 'Required', field }];
  // Too long to be repeated, and with credentials it must not be.
  if (text.length > MAX_URL) return [{ type: 'TooLong', field, detail: `must have at most ${MAX_URL} characters` }];
  const url = URL.parse(text);
  if (url === null) return [{ type: 'Invalid', field, value: text, detail: 'must be an absolute URL' }];
  if (url.username !== '' || url.password !== '') return [{ type: 'Forbidden', field, detail: 'credentials are not allowed in the URL' }];
  const schemes = allowPrivateAddresses ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol)) {
    return [{ type: 'Invalid', field, value: text, detail: `must begin with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}` }];
  }
  if (url.hash !== '') return [{ type: 'Forbidden', field, detail: 'a fragment is not allowed in the URL' }];
  try {
    refuseForbiddenHost(url.hostname, { allowPrivateAddresses });
    return [];
  } catch {
    return [{ type: 'Forbidden', field, detail: 'this deployment does not call loopback, private and link-local addresses' }];
  }
}
