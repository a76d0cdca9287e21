/** What the OpenAPI documents of all versions say of a group: its paths and schemas, made from the resource table and the schemas of its kinds. */
import { createHash } from 'node:crypto';
import { type ApiResource, formatGroupVersion, kindGroupVersion } from './api-resource.ts';
import { groupVersions } from './group-versions.ts';
import type { KindSchema } from './kind-schema.ts';
import { kindSchema } from './meta-schema.ts';
import { type Component, openApiComponents } from './openapi-components.ts';
import { openApiPaths } from './openapi-paths.ts';

export const API_INFO = { title: 'Image Streams', version: 'v1' };

/** In the words of OpenAPI v3. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Component>>;
  readonly components: { readonly schemas: Readonly<Record<string, Component>> };
}

/** By `api/v1` and `apis/GROUP/VERSION`. */
export function describeApi(entries: readonly ApiResource[], kinds: readonly KindSchema[]): ReadonlyMap<string, ApiDescription> {
  const schemas = new Map(kinds.map((kind) => [kindKey(kind), kind]));
  const documents = groupVersions(entries).flatMap(({ group, versions }) =>
    versions.map(({ version, entries: own }) => {
      const schemaOf = (entry: ApiResource) => schemas.get(kindKey(kindOf(entry))) ?? unknownKind(entry);
      const name = group === '' ? `api/${version}` : `apis/${formatGroupVersion(group, version)}`;
      return [name, describeGroup(own, schemaOf)] as const;
    }),
  );
  return new Map(documents);
}

function describeGroup(entries: readonly ApiResource[], schemaOf: (entry: ApiResource) => KindSchema): ApiDescription {
  const listed = new Set(entries.filter(({ verbs }) => verbs.includes('list')).map((entry) => kindKey(kindOf(entry))));
  const kinds = new Map(entries.map((entry) => [kindKey(kindOf(entry)), schemaOf(entry)]));
  const schemas = openApiComponents([...kinds.values()], (kind) => listed.has(kindKey(kind)));
  return { paths: openApiPaths(entries, schemaOf), components: { schemas } };
}

/** Tells documents apart: a client keeps what it has under its hash. */
export function documentHash(document: string | Uint8Array): string {
  return createHash('sha256').update(document).digest('hex').slice(0, 32).toUpperCase();
}

type Kind = Pick<KindSchema, 'group' | 'version' | 'kind'>;

function kindOf(entry: ApiResource): Kind {
  return { ...kindGroupVersion(entry), kind: entry.kind };
}

function kindKey({ group, version, kind }: Kind): string {
  return `${group}/${version}/${kind}`;
}

/** Nobody has described the kind: it has metadata, and anything else. */
function unknownKind(entry: ApiResource): KindSchema {
  const { group, version, kind } = kindOf(entry);
  const reversed = group.split('.').reverse().filter(Boolean).join('.');
  const name = [reversed === '' ? 'io.k8s.api.core' : reversed, version, kind].join('.');
  const description = `${kind} of ${formatGroupVersion(group, version)}.`;
  return kindSchema({ group, version, kind, isBuiltIn: false, name, description, fields: {}, isOpen: true });
}
