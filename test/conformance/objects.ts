/** Objects the cases are made of, as clients write them. */
import { edit, post, type Step } from './case.ts';

export const API = 'image.openshift.io/v1';
export const HOUR = 3_600_000;

/** Digest of 64 times the same hex digit. */
export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const reference = (letter: string, repository = 'registry.example.com/team/app'): string => `${repository}@${digest(letter)}`;

/** RFC 3339, that long before it is sent: what is printed of it does not depend on how long the cases before took. */
export const ago = (milliseconds: number) => ({
  toJSON: () => new Date(Date.now() - milliseconds).toISOString().replace(/\.\d+Z$/, 'Z'),
});

export const docker = (name: string, more: object = {}) => ({ from: { kind: 'DockerImage', name }, ...more });
export const tagOf = (name: string, more: object = {}) => ({ from: { kind: 'ImageStreamTag', name }, ...more });
export const imageOf = (name: string, more: object = {}) => ({ from: { kind: 'ImageStreamImage', name }, ...more });

/** `tags` by name. */
export function stream(name: string, tags: Readonly<Record<string, object>> = {}, metadata: object = {}, spec: object = {}): object {
  const list = Object.entries(tags).map(([tag, reference]) => ({ name: tag, ...reference }));
  return { kind: 'ImageStream', apiVersion: API, metadata: { name, ...metadata }, spec: { ...spec, tags: list } };
}

export const addStream = (...args: Parameters<typeof stream>): Step => post('imagestreams', stream(...args));

export function istag(name: string, tag: object | null, metadata: object = {}): object {
  return { kind: 'ImageStreamTag', apiVersion: API, metadata: { name, ...metadata }, tag };
}

export function itag(name: string, spec: object | null, metadata: object = {}): object {
  return { kind: 'ImageTag', apiVersion: API, metadata: { name, ...metadata }, spec };
}

export function image(name: string, more: object = {}, metadata: object = {}): object {
  const dockerImageReference = name.startsWith('sha256:') ? `registry.example.com/team/app@${name}` : 'registry.example.com/team/app';
  return { kind: 'Image', apiVersion: API, metadata: { name, ...metadata }, dockerImageReference, ...more };
}

export const addImage = (...args: Parameters<typeof image>): Step => post('images', image(...args));

export function mapping(name: string, tag: string, letter: string, more: object = {}, metadata: object = {}): object {
  const { kind: _kind, apiVersion: _version, ...pushed } = image(digest(letter), more, metadata) as Record<string, unknown>;
  return { kind: 'ImageStreamMapping', apiVersion: API, metadata: { name, namespace: 'default' }, tag, image: pushed };
}

/** Puts an image under a tag, as a registry that was pushed to does. */
export const push = (...args: Parameters<typeof mapping>): Step => post('imagestreammappings', mapping(...args));

export function event(letter: string, more: object = {}): object {
  return { created: '2015-03-24T09:38:00Z', dockerImageReference: reference(letter), image: digest(letter), generation: 1, ...more };
}

/** Histories as if they had come about long ago: written to the status. `tags` by name, either events or the whole list. */
export function history(name: string, tags: Readonly<Record<string, readonly object[] | object>>): Step {
  const list = Object.entries(tags).map(([tag, known]) => (Array.isArray(known) ? { tag, items: known } : { tag, items: [], ...known }));
  return edit(`imagestreams/${name}/status`, (current) => ({ ...current, status: { ...current.status, tags: list } }));
}

export const addNamespace = (name: string): Step => post('/api/v1/namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name } });
export const addStreamIn = (namespace: string, ...args: Parameters<typeof stream>): Step =>
  post(`namespaces/${namespace}/imagestreams`, stream(...args));

/** Histories of a stream of another namespace. */
export const historyIn = (namespace: string, ...args: Parameters<typeof history>): Step => {
  const step = history(...args);
  return { ...step, path: `namespaces/${namespace}/${step.path}` };
};

/** Changes members of the spec of a stored object. */
export const withSpec = (change: object) => (current: { readonly spec?: object }) => ({ ...current, spec: { ...current.spec, ...change } });
/** Spec tags by name, instead of the stored ones. */
export const withTags = (tags: Readonly<Record<string, object>>) =>
  withSpec({ tags: Object.entries(tags).map(([name, tag]) => ({ name, ...tag })) });
