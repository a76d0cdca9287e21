/** Which pull specs a stream may hold besides those it holds already (openshift-semantics.md §2.4, §9 "Whitelist"). Pure. */
import { ALLOW_ALL, allowRepositories, type RegistryRule } from './allowed-registries.ts';
import type { StreamState } from './stream-state.ts';

export interface ReferenceRules {
  /** The stored stream has this very pull spec in a history: it was checked when it came. */
  readonly knows: (pullSpec: string) => boolean;
  readonly refuse: RegistryRule;
}

/** For writes of spec (and, from it, of status): repositories the stored stream names anywhere stay allowed. */
export function specRules(stored: StreamState | null, allowed: RegistryRule = ALLOW_ALL): ReferenceRules {
  return { knows: knownEvents(stored), refuse: stored === null ? allowed : allowRepositories(allowed, pullSpecsOf(stored)) };
}

/** For writes of the status alone: only the very pull specs that are there stay allowed. */
export function statusRules(stored: StreamState | null, allowed: RegistryRule = ALLOW_ALL): ReferenceRules {
  return { knows: knownEvents(stored), refuse: allowed };
}

/** Collected on first use: most writes touch few tags of many. */
function knownEvents(stream: StreamState | null): (pullSpec: string) => boolean {
  let known: Set<string> | null = null;
  return (pullSpec) => {
    known ??= new Set(stream === null ? [] : eventsOf(stream));
    return known.has(pullSpec);
  };
}

function* pullSpecsOf(stream: StreamState): Iterable<string> {
  if (stream.dockerImageRepository !== '') yield stream.dockerImageRepository;
  for (const { spec } of stream.tags.values()) if (spec?.from?.kind === 'DockerImage') yield spec.from.name ?? '';
  yield* eventsOf(stream);
}

function* eventsOf(stream: StreamState): Iterable<string> {
  for (const { items } of stream.tags.values()) for (const { dockerImageReference } of items) yield dockerImageReference;
}
