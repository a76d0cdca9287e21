/** Streams as tests write them. */
import type { StreamState, TagOwner, TagState } from '../../functions/image/stream-state.ts';
import type { TagEvent, TagReference } from '../../functions/image/types.ts';
import type { ChangeContext } from '../../functions/resources/ports.ts';

export const CONTEXT: Pick<ChangeContext, 'actor' | 'cause'> = { actor: 'ada', cause: 'tag' };

export function digestOf(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

export function event(number: number, generation = 1): TagEvent {
  const image = digestOf(number);
  return { created: '2026-11-21T00:00:00Z', dockerImageReference: `registry.example.com/team/app@${image}`, image, generation };
}

export function specTag(
  name: string,
  from: TagReference['from'] = { kind: 'DockerImage', name: 'registry.example.com/team/app:1' },
): TagReference {
  return { name, annotations: null, from, generation: 1, importPolicy: { importMode: 'Legacy' }, referencePolicy: { type: 'Source' } };
}

export function tracking(name: string, followed: string): TagReference {
  return specTag(name, { kind: 'ImageStreamTag', name: followed });
}

/** `numbers`: events, newest first. */
export function tag(name: string, numbers: readonly number[], spec: TagReference | null = null): TagState {
  return { name, spec, items: numbers.map((number) => event(number)), total: numbers.length, conditions: [] };
}

/** What a server-side apply leaves with a tag: `kubectl` names all of it. */
export const APPLIED: readonly TagOwner[] = [owner('kubectl', 'Apply', ['.', 'f:from', 'f:importPolicy', 'f:name', 'f:referencePolicy'])];

/** What `oc tag` leaves with a tag of somebody else. */
export const RETAGGED: readonly TagOwner[] = [
  owner('kubectl', 'Apply', ['.', 'f:importPolicy', 'f:name', 'f:referencePolicy']),
  owner('oc', 'Update', ['f:from', 'f:generation']),
];

function owner(manager: string, operation: TagOwner['operation'], fields: readonly string[]): TagOwner {
  return {
    manager,
    operation,
    subresource: '',
    time: '2026-11-21T00:00:00Z',
    fields: Object.fromEntries(fields.map((name) => [name, {}])),
  };
}

export function stream(tags: readonly TagState[], fields: Partial<StreamState> = {}): StreamState {
  return {
    namespace: 'team',
    name: 'app',
    uid: '11111111-2222-4333-8444-555555555555',
    incarnation: '',
    revision: 0,
    creationTimestamp: '2026-11-21T00:00:00Z',
    generation: 1,
    labels: {},
    annotations: {},
    lookupPolicy: { local: false },
    dockerImageRepository: '',
    tags: new Map(tags.map((each) => [each.name, each])),
    ...fields,
  };
}

/** The stream with some tags put in place of theirs. */
export function withTags(before: StreamState, ...tags: readonly TagState[]): StreamState {
  return { ...before, tags: new Map([...before.tags, ...tags.map((each) => [each.name, each] as const)]) };
}

export function withoutTags(before: StreamState, ...names: readonly string[]): StreamState {
  return { ...before, tags: new Map([...before.tags].filter(([name]) => !names.includes(name))) };
}

/** The tag moved to a new event. */
export function moved(before: StreamState, name: string, number: number): StreamState {
  const old = before.tags.get(name) ?? tag(name, []);
  return withTags(before, { ...old, items: [event(number), ...old.items], total: old.total + 1 });
}

/** What a state says, without what only the store knows: comparable over writes. */
export function contentOf(state: StreamState | null): unknown {
  if (state === null) return null;
  const { namespace, name, uid, generation, labels, annotations, lookupPolicy, dockerImageRepository, repositoryCheck } = state;
  const tags = Object.fromEntries([...state.tags].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { namespace, name, uid, generation, labels, annotations, lookupPolicy, dockerImageRepository, repositoryCheck, tags };
}
