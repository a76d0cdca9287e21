/** Kind `webhook`: a URL that takes signed POST requests (docs/events.md). */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { refuseForbiddenHost } from '../../runtime/network-guard.ts';
import type { WebhookTarget } from '../types.ts';
import { readSecretRef } from './field-reader.ts';
import { SECRET_KEY_REF } from './secret-key-ref.ts';
import { SECRET_MASK, validateSecret } from './signing-secret.ts';
import type { TargetKind } from './target-kind.ts';

const MAX_URL = 2048;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.WebhookTarget',
  description: 'A URL that takes POST requests as Standard Webhooks has them.',
  required: ['url'],
  fields: {
    url: { description: 'Where the news go, https.', value: 'string' },
    signingSecret: {
      description:
        'Key the requests are signed with, whsec_ and base64. Made when empty and shown once, in the answer to the create request; a mask afterwards.',
      value: 'string',
      isWriteOnly: true,
    },
    signingSecretRef: { description: 'Secret that holds the key instead.', value: SECRET_KEY_REF },
  },
};

export const WEBHOOK_KIND: TargetKind<WebhookTarget> = {
  name: 'webhook',
  schema: SCHEMA,
  decode(fields) {
    const url = fields.text('url');
    const signingSecret = fields.text('signingSecret', SECRET_MASK);
    const signingSecretRef = readSecretRef(fields, 'signingSecretRef');
    return { url, ...(signingSecret === '' ? {} : { signingSecret }), ...(signingSecretRef === undefined ? {} : { signingSecretRef }) };
  },
  validate: validateWebhook,
  // The receiver is told everything, whoever else tells it something: each trigger is a target of its own.
  identity: (_, { namespace, name, uid }) => JSON.stringify([namespace, name, uid]),
  // Host only: paths of webhooks are often secrets of their own.
  describe: ({ url }) => URL.parse(url)?.host ?? '',
  secretRefs: ({ signingSecretRef: ref }) => (ref === undefined ? [] : [{ member: 'signingSecretRef', ref }]),
  inlineSecret: {
    read: ({ signingSecret }) => signingSecret,
    isWanted: ({ signingSecretRef }) => signingSecretRef === undefined,
    write({ signingSecret: _, ...spec }, signingSecret) {
      return signingSecret === undefined ? spec : { ...spec, signingSecret };
    },
  },
};

/** Names are resolved, and their addresses refused, only when the webhook is called: what they mean may change at any time. */
function validateWebhook(
  { url, signingSecret, signingSecretRef }: WebhookTarget,
  field: string,
  rules: { readonly allowPrivateAddresses: boolean },
): readonly FieldError[] {
  const secretField = `${field}.signingSecret`;
  const secret = signingSecret === undefined ? [] : validateSecret(signingSecret, secretField);
  const isTwice = signingSecretRef !== undefined && signingSecret !== undefined;
  const twice: FieldError = { type: 'Forbidden', field: secretField, detail: 'may not be set together with signingSecretRef' };
  return [...validateUrl(url, `${field}.url`, rules.allowPrivateAddresses), ...secret, ...(isTwice ? [twice] : [])];
}

function validateUrl(text: string, field: string, allowPrivateAddresses: boolean): readonly FieldError[] {
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
