/** Streams against a list of allowed registries (openshift-semantics.md §9 "Whitelist"). */
import { describe, expect, it } from 'vitest';
import { parseAllowedRegistries, registryRule } from '../../functions/image/allowed-registries.ts';
import { specRules, statusRules } from '../../functions/image/reference-rules.ts';
import type { StreamState, TagState } from '../../functions/image/stream-state.ts';
import type { TagReference } from '../../functions/image/types.ts';
import { validateStream } from '../../functions/image/validation.ts';
import { digest, specTag, stream, tagEvent, tagState, withTags } from './builders.ts';

const allowed = registryRule(parseAllowedRegistries(['quay.io', 'plain.example.com:80']));
const INSECURE = { annotations: { 'openshift.io/image.insecureRepository': 'true' } };

const refusedFields = (before: StreamState | null, after: StreamState, rules = specRules) =>
  validateStream(before, after, rules(before, allowed)).map(({ type, field }) => `${type} ${field}`);

function following(name: string, pullSpec: string, more: Partial<TagReference> = {}): TagState {
  return tagState(name, { spec: specTag(name, { from: { kind: 'DockerImage', name: pullSpec }, ...more }) });
}

function showing(name: string, pullSpec: string, more: Partial<TagState> = {}): TagState {
  return tagState(name, { items: [tagEvent({ dockerImageReference: pullSpec })], ...more });
}

const insecure = following('a', 'plain.example.com/x', { importPolicy: { insecure: true } });
const reference = following('c', 'x.io/x', { reference: true });

describe('a new stream', () => {
  it.each<[string, StreamState, readonly string[]]>([
    ['allowed', stream([following('a', 'quay.io/x/y')], { dockerImageRepository: 'quay.io/x' }), []],
    ['repository', stream([], { dockerImageRepository: 'x.io/x' }), ['Forbidden spec.dockerImageRepository']],
    ['tag', stream([following('a', 'x.io/x')]), ['Forbidden spec.tags[a].from.name']],
    ['history', stream([showing('a', 'x.io/x')]), ['Forbidden status.tags[a].items[0].dockerImageReference']],
    ['Docker Hub by default', stream([following('a', 'ruby')]), ['Forbidden spec.tags[a].from.name']],
    ['a reference, too', stream([following('a', 'x.io/x', { reference: true })]), ['Forbidden spec.tags[a].from.name']],
    ['secure to port 80', stream([following('a', 'plain.example.com/x')]), ['Forbidden spec.tags[a].from.name']],
    ['insecure to port 80', stream([insecure]), []],
    ['insecure stream', stream([following('a', 'plain.example.com/x'), showing('b', 'plain.example.com/x')], INSECURE), []],
    ['insecure repository', stream([], { dockerImageRepository: 'plain.example.com/x', ...INSECURE }), []],
    ['history of an insecure tag', stream([{ ...showing('a', 'plain.example.com/x'), spec: insecure.spec }]), []],
  ])('%s', (_, after, expected) => {
    expect(refusedFields(null, after)).toEqual(expected);
  });

  it('says why', () => {
    expect(validateStream(null, stream([following('a', 'x.io/x')]), specRules(null, allowed))).toEqual([
      {
        type: 'Forbidden',
        field: 'spec.tags[a].from.name',
        detail: 'registry "x.io" not allowed by whitelist: "quay.io:443", "plain.example.com:80"',
      },
    ]);
  });
});

describe('a stored stream', () => {
  const stored = stream([following('a', 'spec.io/x:1'), showing('b', `shown.io/x@${digest('a')}`)], { dockerImageRepository: 'own.io/x' });

  it.each<[string, StreamState, readonly string[]]>([
    ['itself', stored, []],
    ['another tag of a repository in its spec', withTags(stored, following('c', 'spec.io/x:2')), []],
    ['another image of a repository in its history', withTags(stored, showing('c', `shown.io/x@${digest('b')}`)), []],
    ['its own repository', withTags(stored, following('c', 'own.io/x:9')), []],
    ['another repository there', withTags(stored, following('c', 'spec.io/y')), ['Forbidden spec.tags[c].from.name']],
    [
      'a new reference and what it shows',
      withTags(stored, { ...showing('c', 'x.io/x'), spec: reference.spec }),
      ['Forbidden spec.tags[c].from.name', 'Forbidden status.tags[c].items[0].dockerImageReference'],
    ],
    ['another repository of its own', { ...stored, dockerImageRepository: 'x.io/x' }, ['Forbidden spec.dockerImageRepository']],
  ])('may have by a write of the spec: %s', (_, after, expected) => {
    expect(refusedFields(stored, after)).toEqual(expected);
  });

  it.each<[string, TagState, readonly string[]]>([
    ['what it shows already', showing('c', `shown.io/x@${digest('a')}`), []],
    ['another image from there', showing('c', `shown.io/x@${digest('b')}`), ['Forbidden status.tags[c].items[0].dockerImageReference']],
    ['what its spec names', showing('c', 'spec.io/x:1'), ['Forbidden status.tags[c].items[0].dockerImageReference']],
    ['an allowed one', showing('c', 'quay.io/x/y'), []],
  ])('may have by a write of the status: %s', (_, tag, expected) => {
    expect(refusedFields(stored, withTags(stored, tag), statusRules)).toEqual(expected);
  });
});
