import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LocalLookup, readLocalName, resolveLocalName } from '../../functions/image/local-name.ts';
import { digest, specTag, stream, tagEvent, tagState } from './builders.ts';

const A = digest('a');
const B = digest('b');

describe('readLocalName', () => {
  it.each([
    ['python', 'python', 'latest', ''],
    ['python:3.5', 'python', '3.5', ''],
    [`python@${A}`, 'python', '', A],
    [`python:3.5@${A}`, 'python', '', A],
    ['a_b-c:v1', 'a_b-c', 'v1', ''],
  ])('takes %s for a stream', (image, name, tag, id) => {
    expect(readLocalName(image, false)).toEqual({ stream: name, tag, digest: id });
  });

  it.each([
    'library/python:3.5',
    'docker.io/library/python:3.5',
    'quay.io/python',
    'localhost/python',
    'registry:5000/python',
    `quay.io/team/python@${A}`,
    'python.org', // a lone component with a dot is a registry
    'localhost:5000',
    'Python:3.5',
    'python:',
    'python@sha256:abc',
    ' python',
    '',
    ':',
    `${'a'.repeat(256)}`,
  ])('leaves %j alone', (image) => {
    expect(readLocalName(image, false)).toBeNull();
  });

  it.each([
    ['quay.io/team/python:3.5', { stream: 'python', tag: '3.5', digest: '' }],
    ['shop/python', { stream: 'python', tag: 'latest', digest: '' }],
    ['python:3.5', { stream: 'python', tag: '3.5', digest: '' }],
    ['quay.io/a/b/c:1', null], // no stream is called b/c
    [`quay.io/team/python@${A}`, null], // says already which image
  ])('reads %s, when asked for names, as upstream', (image, expected) => {
    expect(readLocalName(image, true)).toEqual(expected);
  });
});

const local = { lookupPolicy: { local: true } } as const;
const python = (event: Parameters<typeof tagEvent>[0], tag = specTag('3.5'), fields = {}) =>
  stream([tagState('3.5', { spec: tag, items: [tagEvent(event)] })], { name: 'python', ...local, ...fields });
const byTag = { stream: 'python', tag: '3.5', digest: '' };
const lookup = (found: LocalLookup['stream'], more: Partial<LocalLookup> = {}): LocalLookup => ({
  stream: found,
  members: [],
  hosts: {},
  isAsked: false,
  ...more,
});

describe('resolveLocalName', () => {
  it.each([
    ['the exact image', python({ dockerImageReference: `quay.io/team/app@${A}` }), `quay.io/team/app@${A}`],
    ['its digest, whatever the event was written with', python({ dockerImageReference: 'quay.io/team/app:3.5' }), `quay.io/team/app@${A}`],
    ["Docker Hub's name", python({ dockerImageReference: `python@${A}` }), `docker.io/library/python@${A}`],
    ['a reference tag', python({ image: '', dockerImageReference: 'quay.io/team/app:3.5' }), 'quay.io/team/app:3.5'],
    ['a reference tag of Docker Hub', python({ image: '', dockerImageReference: 'python:3.5' }), 'docker.io/library/python:3.5'],
  ])('answers %s', (_, found, reference) => {
    expect(resolveLocalName(byTag, lookup(found))).toEqual({ found: 'image', reference });
  });

  it('takes the image from where the reference policy says', () => {
    const tag = specTag('3.5', { referencePolicy: { type: 'Local' } });
    const hosts = { internal: 'registry.internal:5000' };
    expect(resolveLocalName(byTag, lookup(python({}, tag), { hosts }))).toEqual({
      found: 'image',
      reference: `registry.internal:5000/team/python@${A}`,
    });
    expect(resolveLocalName(byTag, lookup(python({}), { hosts }))).toMatchObject({ reference: `quay.io/team/app@${A}` });
    expect(resolveLocalName(byTag, lookup(python({}, tag, { dockerImageRepository: 'quay.io/x/y' })))).toMatchObject({
      reference: `quay.io/x/y@${A}`,
    });
  });

  it('does not lend the name of a stream that does not, unless asked', () => {
    const found = python({}, undefined, { lookupPolicy: { local: false } });
    expect(resolveLocalName(byTag, lookup(found))).toEqual({ found: 'no stream' });
    expect(resolveLocalName(byTag, lookup(null, { isAsked: true }))).toEqual({ found: 'no stream' });
    expect(resolveLocalName(byTag, lookup(found, { isAsked: true }))).toMatchObject({ found: 'image' });
  });

  it('says that there is no such tag, and where it would be', () => {
    const empty = stream([tagState('3.5', { spec: specTag('3.5') })], { name: 'python', ...local });
    expect(resolveLocalName(byTag, lookup(empty))).toEqual({ found: 'nothing', reference: '' });
    const hosts = { internal: 'registry.internal' };
    expect(resolveLocalName({ ...byTag, tag: '9' }, lookup(empty, { hosts }))).toEqual({
      found: 'nothing',
      reference: 'registry.internal/team/python:9',
    });
  });

  it('finds an image of the stream by its digest', () => {
    const members = [{ digest: A, dockerImageReference: `python@${A}`, inHistory: true }];
    const name = (id: string) => ({ stream: 'python', tag: '', digest: id });
    const found = lookup(python({}), { members, hosts: { internal: 'registry.internal' } });
    expect(resolveLocalName(name(A), found)).toEqual({ found: 'image', reference: `docker.io/library/python@${A}` });
    expect(resolveLocalName(name(B), found)).toEqual({ found: 'nothing', reference: '' });
  });

  it.each(['', 'not a reference', 'quay.io', 'UPPER/case@x'])('resolves a stored %j to nothing', (dockerImageReference) => {
    expect(resolveLocalName(byTag, lookup(python({ dockerImageReference })))).toEqual({ found: 'nothing', reference: '' });
  });

  it('answers what is no local name itself, whatever is stored', () => {
    const part = fc.constantFrom('python', 'a', 'quay.io', 'localhost', 'x:5000', 'b_c', 'team');
    const stored = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom('', ':3.5', `@${A}`))
      .map(([parts, end]) => parts.join('/') + end);
    fc.assert(
      fc.property(stored, stored, fc.constantFrom('', A), (dockerImageReference, dockerImageRepository, image) => {
        const found = python({ dockerImageReference, image }, specTag('3.5'), { dockerImageRepository });
        for (const tag of ['3.5', 'missing']) {
          const result = resolveLocalName({ ...byTag, tag }, lookup(found));
          if (result.found !== 'no stream' && result.reference !== '') expect(readLocalName(result.reference, false)).toBeNull();
        }
      }),
    );
  });
});
