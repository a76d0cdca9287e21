/** Kind `webhook`: a URL that takes signed POST requests (docs/targets/webhook.md). */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { WebhookTarget } from '../target-spec.ts';
import { readSecretRef } from './fields/field-reader.ts';
import { validateOutboundUrl } from './fields/outbound-url.ts';
import { SECRET_KEY_REF } from './fields/secret-key-ref.ts';
import { SECRET_MASK, validateSecret } from './fields/signing-secret.ts';
import { ownIdentity } from './own-identity.ts';
import type { TargetKind } from './target-kind.ts';

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
  identity: (_, trigger) => ownIdentity(trigger),
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

function validateWebhook(
  { url, signingSecret, signingSecretRef }: WebhookTarget,
  field: string,
  rules: { readonly allowPrivateAddresses: boolean },
): readonly FieldError[] {
  const secretField = `${field}.signingSecret`;
  const secret = signingSecret === undefined ? [] : validateSecret(signingSecret, secretField);
  const isTwice = signingSecretRef !== undefined && signingSecret !== undefined;
  const twice: FieldError = { type: 'Forbidden', field: secretField, detail: 'may not be set together with signingSecretRef' };
  return [...validateOutboundUrl(url, `${field}.url`, rules.allowPrivateAddresses), ...secret, ...(isTwice ? [twice] : [])];
}
