/** Which object a manifest declares, and where the API has it. */
import { isObject } from '../kubernetes/object-meta.ts';

/** Who declares an object: `STACK-ARN/LOGICAL-ID`. Whoever is not named here neither changes nor deletes it. */
export const OWNER_ANNOTATION = 'image-streams.io/declared-by';

/** What stacks may declare. */
const RESOURCES: Readonly<Record<string, string>> = {
  'image.openshift.io/v1/ImageStream': 'imagestreams',
  'delivery.image-streams.io/v1/ImageTrigger': 'imagetriggers',
};

export interface DeclaredObject {
  /** Of CloudFormation's resource: another one is another object, and the old one goes. */
  readonly physicalId: string;
  /** For people. */
  readonly title: string;
  readonly path: string;
  readonly kind: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** @throws Error when it is none that can be declared */
export function readObject(text: string): DeclaredObject {
  const manifest = parse(text);
  const { apiVersion, kind, metadata } = manifest;
  const { namespace, name } = isObject(metadata) ? metadata : {};
  const type = `${String(apiVersion)}/${String(kind)}`;
  const resource = Object.hasOwn(RESOURCES, type) ? RESOURCES[type] : undefined;
  if (resource === undefined) throw new Error(`objects of ${type} cannot be declared`);
  if (!isName(namespace) || !isName(name)) throw new Error('the object has no namespace or no name');
  const path = ['apis', ...String(apiVersion).split('/'), 'namespaces', namespace, resource, name].map(encodeURIComponent).join('/');
  const physicalId = `${namespace}/${String(kind)}/${name}`;
  return { physicalId, title: `${String(kind)} ${namespace}/${name}`, path: `/${path}`, kind: String(kind), manifest };
}

/** With who declares it. */
export function ownedBy(manifest: DeclaredObject['manifest'], owner: string): Readonly<Record<string, unknown>> {
  const metadata = isObject(manifest['metadata']) ? manifest['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  return { ...manifest, metadata: { ...metadata, annotations: { ...annotations, [OWNER_ANNOTATION]: owner } } };
}

/** '' when nobody declared it. */
export function ownerOf(object: unknown): string {
  const metadata = isObject(object) && isObject(object['metadata']) ? object['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  const owner = annotations[OWNER_ANNOTATION];
  return typeof owner === 'string' ? owner : '';
}

function parse(text: string): Record<string, unknown> {
  const value = valueOf(text);
  if (!isObject(value)) throw new Error('the manifest is no object');
  return value;
}

/** undefined for what is no JSON: the parser's message would quote it, and ends in the events of the stack. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Long and odd ones are the API's to refuse. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('/') && value !== '.' && value !== '..';
}
