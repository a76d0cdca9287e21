/** What may I: authorization.k8s.io/v1 selfsubjectaccessreviews and selfsubjectrulesreviews, as the authorizer says. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { isObject } from '../../kubernetes/object-meta.ts';
import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import type { AccessDecision, Authorizer } from '../ports.ts';
import { RESOURCE_TABLE } from '../resource-table.ts';
import type { ResourceEntry } from '../table/entry.ts';
import { ACCESS_REVIEW, RULES_REVIEW } from './schema.ts';

const GROUP = 'authorization.k8s.io';

export interface AccessReview extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

const RESOURCE_FIELDS = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'] as const;
const texts = (names: readonly string[]): MessageSchema =>
  Object.fromEntries(names.map((name, index) => [index + 1, { name, type: 'string' }]));

/** As `kubectl auth can-i` ≥ 1.32 sends it (clients-on-the-wire.md §3.2). */
const ACCESS_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: {
    name: 'spec',
    type: 'message',
    fields: {
      1: { name: 'resourceAttributes', type: 'message', fields: texts(RESOURCE_FIELDS) },
      2: { name: 'nonResourceAttributes', type: 'message', fields: texts(['path', 'verb']) },
    },
  },
};

const RULES_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: { name: 'spec', type: 'message', fields: texts(['namespace']) },
};

export function createAccessReviewHandlers(authorizer: Authorizer): ResourceHandlers<AccessReview> {
  return {
    create: async (context, { kind, apiVersion, spec }) => {
      const { allowed, reason } = await decide(authorizer, context, isObject(spec) ? spec : {});
      return { kind, apiVersion, metadata: {}, spec, status: { allowed, ...(reason === '' ? {} : { reason }) } };
    },
    protobuf: ACCESS_MESSAGE,
    schema: ACCESS_REVIEW,
  };
}

export function createRulesReviewHandlers(authorizer: Authorizer): ResourceHandlers<AccessReview> {
  return {
    create: async (context, { kind, apiVersion, spec }) => {
      const namespace = isObject(spec) ? textOf(spec['namespace']) : '';
      const rules = await Promise.all(RESOURCE_TABLE.map((entry) => ruleFor(authorizer, context, namespace, entry)));
      const resourceRules = rules.filter(({ verbs }) => verbs.length > 0);
      const nonResourceRules = [
        { verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/openapi/*', '/version'] },
      ];
      return { kind, apiVersion, metadata: {}, spec, status: { resourceRules, nonResourceRules, incomplete: false } };
    },
    protobuf: RULES_MESSAGE,
    schema: RULES_REVIEW,
  };
}

async function decide(
  authorizer: Authorizer,
  { identity }: RequestContext,
  spec: Readonly<Record<string, unknown>>,
): Promise<AccessDecision> {
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec;
  if (isObject(resource) === isObject(other)) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw new ApiError(invalid(GROUP, 'SelfSubjectAccessReview', '', [{ type: 'Invalid', field: 'spec', value: '', detail }]));
  }
  // Discovery is public, and there is nothing else.
  if (isObject(other)) return { allowed: textOf(other['verb']) === 'get', reason: '' };
  const [namespace = '', verb = '', group = '', , name = '', subresource = '', object = ''] = RESOURCE_FIELDS.map((field) =>
    textOf((resource as Readonly<Record<string, unknown>>)[field]),
  );
  return authorizer.authorize(identity, { verb, group, resource: name, subresource, namespace, name: object });
}

async function ruleFor(authorizer: Authorizer, { identity }: RequestContext, namespace: string, entry: ResourceEntry) {
  const { group, resource, subresource } = entry;
  const decisions = await Promise.all(
    entry.verbs.map((verb) => authorizer.authorize(identity, { verb, group, resource, subresource, namespace })),
  );
  const name = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { verbs: entry.verbs.filter((_, index) => decisions[index]?.allowed === true), apiGroups: [group], resources: [name] };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
