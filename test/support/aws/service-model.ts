/** What the package of an AWS client tells of its service: operations with their schemas, and how they travel. */
import type { SchemaRef } from './shapes.ts';
import { translate } from './traits.ts';

/** `import * as ecr from '@aws-sdk/client-ecr'`. */
export type ClientModule = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly name: string;
  readonly input: SchemaRef;
  readonly output: SchemaRef;
  /** Of REST protocols; labels in the URI are `{Name}`, `status` is that of a good answer. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number };
}

export interface ServiceModel {
  readonly protocol: 'json' | 'query' | 'rest-json';
  /** `1.0` or `1.1` of JSON. */
  readonly jsonVersion: string;
  /** What X-Amz-Target begins with. */
  readonly target: string;
  /** `Version` of the query protocol. */
  readonly version: string;
  readonly xmlNamespace: string;
  /** How requests are signed for it: `ecr`. */
  readonly signingName: string;
  readonly operations: ReadonlyMap<string, Operation>;
}

interface ClientConfig {
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings: { readonly serviceTarget?: string; readonly version?: string; readonly xmlNamespace?: string };
  readonly defaultSigningName: string;
}

type ClientClass = new (config: object) => { readonly config: ClientConfig };

/** @throws Error for a protocol that is not emulated */
export function readServiceModel(module: ClientModule): ServiceModel {
  const [, Client] = Object.entries(module).find(([name]) => /^[A-Z]\w*Client$/.test(name)) ?? [];
  if (typeof Client !== 'function') throw new Error('the module has no client of an AWS service');
  const { config } = new (Client as unknown as ClientClass)({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  const { serviceTarget = '', version = '', xmlNamespace = '' } = config.protocolSettings;
  return {
    ...readProtocol(config.protocol.getShapeId()),
    target: serviceTarget,
    version,
    xmlNamespace,
    signingName: config.defaultSigningName,
    operations: new Map(Object.values(module).flatMap((value) => readOperation(value))),
  };
}

function readProtocol(id: string): Pick<ServiceModel, 'protocol' | 'jsonVersion'> {
  const [, major, minor] = /#awsJson(\d)_(\d)$/.exec(id) ?? [];
  if (major !== undefined) return { protocol: 'json', jsonVersion: `${major}.${minor}` };
  if (id.endsWith('#awsQuery')) return { protocol: 'query', jsonVersion: '' };
  if (id.endsWith('#restJson1')) return { protocol: 'rest-json', jsonVersion: '' };
  throw new Error(`protocol ${id} is not emulated`);
}

/** `[9, namespace, name, traits, input, output]`. */
function readOperation(value: unknown): readonly (readonly [string, Operation])[] {
  if (!Array.isArray(value) || value[0] !== 9) return [];
  const [, , name, traits, input, output] = value as [9, string, string, unknown, SchemaRef, SchemaRef];
  const { http } = translate(traits);
  const binding = http === undefined ? {} : { http: { method: http[0], uri: http[1], status: http[2] } };
  return [[name, { name, input, output, ...binding }]];
}
