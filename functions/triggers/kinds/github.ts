/** Kind `github`: a repository whose workflows run on `repository_dispatch`. */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { GithubTarget } from '../target-spec.ts';
import { presentTexts, readSecretRef } from './fields/field-reader.ts';
import { validateOutboundUrl } from './fields/outbound-url.ts';
import { SECRET_KEY_REF } from './fields/secret-key-ref.ts';
import type { TargetKind } from './target-kind.ts';

/** Names of enterprise-managed users have an underscore. */
const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const REPOSITORY = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;
/** Characters: https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event */
const MAX_EVENT_TYPE = 100;

export const GITHUB_API = 'https://api.github.com';

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.GithubTarget',
  description: 'A repository of GitHub that gets a repository dispatch event.',
  required: ['owner', 'repository', 'tokenSecretRef'],
  fields: {
    owner: { description: 'Whose repository it is.', value: 'string' },
    repository: { description: 'Name of the repository, without its owner.', value: 'string' },
    eventType: { description: 'Type of the event, image-trigger-delivery when empty.', value: 'string' },
    apiUrl: { description: 'URL of the API of a GitHub Enterprise Server; that of github.com when empty.', value: 'string' },
    tokenSecretRef: { description: 'Secret that holds a token which may write contents of the repository.', value: SECRET_KEY_REF },
  },
};

export const GITHUB_KIND: TargetKind<GithubTarget> = {
  name: 'github',
  schema: SCHEMA,
  decode: (fields) => ({
    owner: fields.text('owner'),
    repository: fields.text('repository'),
    ...presentTexts(fields, ['eventType', 'apiUrl']),
    tokenSecretRef: readSecretRef(fields, 'tokenSecretRef') ?? { name: '', key: '' },
  }),
  validate: validateGithub,
  // GitHub asks for one request after the other: triggers on one repository take turns. Not those of other namespaces, whose tokens may have
  // come to their limits: whoever waits holds up the others.
  identity: ({ apiUrl = GITHUB_API, owner, repository }, { namespace }) =>
    JSON.stringify([namespace, apiUrl, owner.toLowerCase(), repository.toLowerCase()]),
  describe: ({ owner, repository }) => `${owner}/${repository}`,
  secretRefs: ({ tokenSecretRef: ref }) => [{ member: 'tokenSecretRef', ref }],
};

function validateGithub(
  { owner, repository, eventType = '', apiUrl }: GithubTarget,
  field: string,
  { allowPrivateAddresses }: { readonly allowPrivateAddresses: boolean },
): readonly FieldError[] {
  const tooLong: FieldError = { type: 'TooLong', field: `${field}.eventType`, detail: `must have at most ${MAX_EVENT_TYPE} characters` };
  return [
    ...validateForm(owner, `${field}.owner`, OWNER),
    ...validateForm(repository, `${field}.repository`, REPOSITORY),
    ...(eventType.length > MAX_EVENT_TYPE ? [tooLong] : []),
    ...(apiUrl === undefined ? [] : validateApiUrl(apiUrl, `${field}.apiUrl`, allowPrivateAddresses)),
  ];
}

function validateForm(text: string, field: string, form: RegExp): readonly FieldError[] {
  if (text === '') return [{ type: 'Required', field }];
  return form.test(text) ? [] : [{ type: 'Invalid', field, value: text, detail: `must match ${form.source}` }];
}

function validateApiUrl(apiUrl: string, field: string, allowPrivateAddresses: boolean): readonly FieldError[] {
  const errors = validateOutboundUrl(apiUrl, field, allowPrivateAddresses);
  const hasQuery = errors.length === 0 && URL.parse(apiUrl)?.search !== '';
  return hasQuery ? [{ type: 'Forbidden', field, detail: 'a query is not allowed in the URL' }] : errors;
}
