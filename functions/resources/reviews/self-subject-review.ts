/** Who am I: authentication.k8s.io/v1 selfsubjectreviews, and user.openshift.io/v1 users/~ for clients that know only that. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';
import { notFound } from '../../kubernetes/status.ts';
import type { Identity, KubernetesObject } from '../../kubernetes/types.ts';
import { SELF_REVIEW, USER } from './schema.ts';

const USER_GROUP = 'user.openshift.io';
/** The name by which callers ask for themselves. */
const SELF = '~';

export interface SelfSubjectReview extends KubernetesObject {
  readonly status?: { readonly userInfo: Readonly<Record<string, unknown>> };
}

export interface User extends KubernetesObject {
  readonly identities: readonly string[];
  readonly groups: readonly string[];
}

const MESSAGE: MessageSchema = { 1: { name: 'metadata', type: 'message', fields: OBJECT_META } };

export const selfSubjectReviewHandlers: ResourceHandlers<SelfSubjectReview> = {
  create: async ({ identity }, { kind, apiVersion }) => ({
    kind,
    apiVersion,
    metadata: {},
    status: { userInfo: viewIdentity(identity) },
  }),
  protobuf: MESSAGE,
  schema: SELF_REVIEW,
};

/** Users are not kept: whoever has a token exists, and nobody else is known here. */
export const userHandlers: ResourceHandlers<User> = {
  async get({ identity }, name) {
    if (name !== SELF && name !== identity.user) throw new ApiError(notFound(USER_GROUP, 'users', name));
    const { user, uid } = identity;
    const metadata = { name: user, ...(uid === undefined ? {} : { uid }) };
    return { kind: 'User', apiVersion: `${USER_GROUP}/v1`, metadata, identities: [], groups: identity.groups };
  },
  schema: USER,
  // The columns OpenShift's oauth-apiserver prints.
  table: {
    columns: [
      { name: 'Name', type: 'string', format: 'name', description: 'Name of the user' },
      { name: 'UID', type: 'string', description: 'Identity of the user over all time' },
      { name: 'Full Name', type: 'string', description: 'What people call the user' },
      { name: 'Identities', type: 'string', description: 'How the user is known to identity providers' },
    ],
    cells: ({ metadata, identities }) => [metadata?.name ?? '', metadata?.uid ?? '', '', identities.join(', ')],
  },
};

function viewIdentity({ user, uid, groups, extra }: Identity): Readonly<Record<string, unknown>> {
  return { username: user, ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined ? {} : { extra }) };
}
