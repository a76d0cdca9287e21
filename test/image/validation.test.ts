import { describe, expect, it, test } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { Image, ImageManifest, ImageStreamMapping, TagReference } from '../../functions/image/types.ts';
import {
  validateImage,
  validateImportRequest,
  validateMapping,
  validateStream,
  validateStreamName,
  validateTagReference,
} from '../../functions/image/validation.ts';
import type { FieldError, ObjectMeta } from '../../functions/kubernetes/types.ts';
import { digest, specTag, stream, tagEvent, tagState, withTags } from './builders.ts';

const A = digest('a');
const MUST_MATCH = 'must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"';

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}

function required(field: string, detail = ''): FieldError {
  return { type: 'Required', field, detail };
}

describe('validateStreamName', () => {
  test.each<[string, readonly string[]]>([
    ['app', []],
    ['a.b_c-d', []],
    ['0', []],
    ['n'.repeat(300), []],
    ['.', ["may not be '.'"]],
    ['..', ["may not be '..'"]],
    ['a/b', ["may not contain '/'"]],
    ['a%b', ["may not contain '%'"]],
    ['%/', ["may not contain '/'", "may not contain '%'"]],
    ['App', [MUST_MATCH]],
    ['a__b', [MUST_MATCH]],
    ['a--b', [MUST_MATCH]],
    ['a..b', [MUST_MATCH]],
    ['-a', [MUST_MATCH]],
    ['a-', [MUST_MATCH]],
    ['a b', [MUST_MATCH]],
    ['', [MUST_MATCH]],
    [`${'a'.repeat(100_000)}!`, [MUST_MATCH]],
  ])('%s', (name, problems) => {
    expect(validateStreamName(name)).toEqual(problems);
  });

  it('holds a generateName to the same pattern, so that `foo-` is refused', () => {
    expect(validateStreamName('foo-', true)).toEqual([MUST_MATCH]);
    expect(validateStreamName('foo', true)).toEqual([]);
    expect(validateStreamName('..', true)).toEqual([MUST_MATCH]);
  });
});

describe('validateStream', () => {
  test.each<[string, Partial<StreamState>, readonly FieldError[]]>([
    ['fine', {}, []],
    ['name', { name: 'App' }, [invalid('metadata.name', 'App', MUST_MATCH)]],
    ['no name', { name: '' }, [required('metadata.name', 'name or generateName is required')]],
    ['longest namespace/name', { namespace: 'n'.repeat(63), name: 'a'.repeat(191) }, []],
    [
      'namespace/name too long',
      { namespace: 'n'.repeat(63), name: 'a'.repeat(192) },
      [invalid('metadata.name', 'a'.repeat(192), "'namespace/name' cannot be longer than 255 characters")],
    ],
    ['repository', { dockerImageRepository: 'quay.io/team/app' }, []],
    [
      'repository unparsable',
      { dockerImageRepository: 'A' },
      [invalid('spec.dockerImageRepository', 'A', 'repository name must be lowercase')],
    ],
    [
      'repository with a tag',
      { dockerImageRepository: 'a/b:c' },
      [invalid('spec.dockerImageRepository', 'a/b:c', 'the repository name may not contain a tag')],
    ],
    [
      'repository with a digest',
      { dockerImageRepository: `a/b@${A}` },
      [invalid('spec.dockerImageRepository', `a/b@${A}`, 'the repository name may not contain an ID')],
    ],
    [
      'repository with both',
      { dockerImageRepository: `a/b:c@${A}` },
      [
        invalid('spec.dockerImageRepository', `a/b:c@${A}`, 'the repository name may not contain a tag'),
        invalid('spec.dockerImageRepository', `a/b:c@${A}`, 'the repository name may not contain an ID'),
      ],
    ],
    ['annotations not loaded', { annotations: null }, []],
  ])('%s', (_what, fields, errors) => {
    expect(validateStream(null, stream([], fields))).toEqual(errors);
  });

  it('accepts any tag name', () => {
    const names = ['', 'a b/c', 'a#1', 'A:B@c', '%00', '🐳', 'n'.repeat(500)];
    const tags = names.map((name) => tagState(name, { spec: specTag(name, { from: { kind: 'DockerImage', name: 'x' } }) }));
    expect(validateStream(null, stream(tags))).toEqual([]);
  });

  it('collects the errors of everything', () => {
    const tags = [
      tagState('a', { spec: specTag('a', { from: { kind: 'DockerImage', name: '!' } }) }),
      tagState('b', { items: [tagEvent({ dockerImageReference: '' }), tagEvent({ dockerImageReference: '!' }), tagEvent()] }),
    ];
    expect(validateStream(null, stream(tags, { name: 'App', dockerImageRepository: '!' }))).toEqual([
      invalid('metadata.name', 'App', MUST_MATCH),
      invalid('spec.dockerImageRepository', '!', 'invalid reference format'),
      invalid('spec.tags[a].from.name', '!', 'invalid reference format'),
      required('status.tags[b].items[0].dockerImageReference'),
      invalid('status.tags[b].items[1].dockerImageReference', '!', 'invalid reference format'),
    ]);
  });

  it('does not hold against a write what was stored before', () => {
    const broken = tagEvent({ dockerImageReference: '!' });
    const stored = stream([
      tagState('a', { spec: specTag('a', { from: { kind: 'DockerImage', name: '!' } }), items: [broken] }),
      tagState('b', { items: [tagEvent()] }),
    ]);
    expect(validateStream(stored, stored)).toEqual([]);
    expect(validateStream(stored, withTags(stored, tagState('b', { items: [broken, tagEvent()] })))).toEqual([]);
    const fresh = tagEvent({ dockerImageReference: '?' });
    expect(validateStream(stored, withTags(stored, tagState('b', { items: [tagEvent(), fresh] })))).toEqual([
      invalid('status.tags[b].items[1].dockerImageReference', '?', 'invalid reference format'),
    ]);
  });
});

describe('validateTagReference', () => {
  const SCHEDULED = 'only tags pointing to Docker repositories may be scheduled for background import';
  const KINDS = "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'";

  test.each<[string, Partial<TagReference>, readonly FieldError[]]>([
    ['pull spec', {}, []],
    ['no source', { from: undefined }, []],
    ['no name', { from: { kind: 'DockerImage' } }, [required('p.from.name')]],
    ['tag without name', { from: { kind: 'ImageStreamTag', name: '' } }, [required('p.from.name')]],
    ['unparsable', { from: { kind: 'DockerImage', name: 'a:b:c' } }, [invalid('p.from.name', 'a:b:c', 'invalid reference format')]],
    ['tag source of any form', { from: { kind: 'ImageStreamTag', name: 'A:B:C' } }, []],
    ['unknown kind', { from: { kind: 'Pod', name: 'x' } }, [required('p.from.kind', KINDS)]],
    ['no kind', { from: { name: 'x' } }, [required('p.from.kind', KINDS)]],
    ['empty source', { from: {} }, [required('p.from.name'), required('p.from.kind', KINDS)]],
    ['scheduled pull spec', { importPolicy: { scheduled: true } }, []],
    [
      'scheduled tag source',
      { from: { kind: 'ImageStreamTag', name: 'x' }, importPolicy: { scheduled: true } },
      [invalid('p.importPolicy.scheduled', true, SCHEDULED)],
    ],
    [
      'scheduled image source',
      { from: { kind: 'ImageStreamImage', name: 'x' }, importPolicy: { scheduled: true } },
      [invalid('p.importPolicy.scheduled', true, SCHEDULED)],
    ],
    ['Local', { referencePolicy: { type: 'Local' } }, []],
    [
      'reference policy',
      { referencePolicy: { type: 'Remote' as 'Local' } },
      [invalid('p.referencePolicy.type', 'Remote', 'valid values are "Source", "Local"')],
    ],
    ['PreserveOriginal', { importPolicy: { importMode: 'PreserveOriginal' } }, []],
    ['no import mode', { importPolicy: {} }, []],
    [
      'import mode',
      { importPolicy: { importMode: 'Keep' as 'Legacy' } },
      [invalid('p.importPolicy.importMode', 'Keep', "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'")],
    ],
  ])('%s', (_what, fields, errors) => {
    expect(validateTagReference('p', specTag('a', fields))).toEqual(errors);
  });
});

describe('metadata', () => {
  const NAME_PART =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const messages = (fields: Partial<StreamState>) =>
    validateStream(null, stream([], fields)).map(({ field, value, detail }) => [field, value, detail]);

  test.each([
    ['app', []],
    ['example.com/app', []],
    ['', [NAME_PART.replace(/ must.*/, ' must be non-empty'), NAME_PART]],
    ['-a', [NAME_PART]],
    ['a'.repeat(64), ['name part must be no more than 63 characters']],
    ['/a', ['prefix part must be non-empty']],
    [`${'a'.repeat(254)}/a`, ['prefix part must be no more than 253 characters']],
  ])('label key %s', (key, problems) => {
    expect(messages({ labels: { [key]: '' } })).toEqual(problems.map((problem) => ['metadata.labels', key, problem]));
  });

  it('label keys with too many slashes or a wrong prefix', () => {
    expect(messages({ labels: { 'a/b/c': '' } })[0]?.[2]).toMatch(
      /^a qualified name must consist of .* with an optional DNS subdomain prefix/,
    );
    expect(messages({ labels: { 'A.b/c': '' } })[0]?.[2]).toMatch(/^prefix part a lowercase RFC 1123 subdomain must consist of/);
  });

  it('label values', () => {
    expect(messages({ labels: { a: 'My_value-1.x' } })).toEqual([]);
    expect(messages({ labels: { a: 'a b' } })[0]?.[2]).toMatch(/^a valid label must be an empty string or consist of/);
    expect(messages({ labels: { a: 'a'.repeat(64) } })).toEqual([
      ['metadata.labels', 'a'.repeat(64), 'must be no more than 63 characters'],
    ]);
  });

  it('annotation keys in any case, their size in all', () => {
    expect(messages({ annotations: { 'Example.COM/Key': 'any value: é\n' } })).toEqual([]);
    expect(messages({ annotations: { 'a b': '' } })).toEqual([['metadata.annotations', 'a b', NAME_PART]]);
    expect(messages({ annotations: { a: 'x'.repeat(262_143) } })).toEqual([]);
    expect(validateStream(null, stream([], { annotations: { a: 'é'.repeat(131_072) } }))).toEqual([
      { type: 'TooLong', field: 'metadata.annotations', value: '', detail: 'may not be more than 262144 bytes' },
    ]);
  });

  it('namespaces', () => {
    expect(messages({ namespace: 'Team' })[0]?.[2]).toMatch(/^a lowercase RFC 1123 label must consist of/);
    expect(messages({ namespace: 'a'.repeat(64) })).toEqual([['metadata.namespace', 'a'.repeat(64), 'must be no more than 63 characters']]);
  });
});

describe('validateImportRequest', () => {
  const policy = { importPolicy: { importMode: 'Legacy' }, referencePolicy: { type: 'Source' } } as const;
  const request = (spec: object, metadata: ObjectMeta = { name: 'app', namespace: 'team' }) =>
    validateImportRequest({ metadata, spec: { import: true, ...spec }, status: {} });
  const image = (fields: object) =>
    request({
      images: [
        { from: { kind: 'DockerImage', name: 'ok' }, ...policy },
        { ...policy, ...fields },
      ],
    });
  const repository = (fields: object) => request({ repository: { ...policy, ...fields } });

  test.each<[string, object, readonly FieldError[]]>([
    ['fine', { from: { kind: 'DockerImage', name: 'mysql' }, to: { name: 'x' } }, []],
    ['no target', { from: { kind: 'DockerImage', name: 'mysql' } }, []],
    ['`*`', { from: { kind: 'DockerImage', name: '*' } }, []],
    [
      'other kind',
      { from: { kind: 'ImageStreamTag', name: 'x' } },
      [invalid('spec.images[1].from.kind', 'ImageStreamTag', 'only DockerImage is supported')],
    ],
    ['no from', {}, [invalid('spec.images[1].from.kind', '', 'only DockerImage is supported')]],
    ['no name', { from: { kind: 'DockerImage' } }, [required('spec.images[1].from.name')]],
    [
      'unparsable',
      { from: { kind: 'DockerImage', name: 'A' } },
      [invalid('spec.images[1].from.name', 'A', 'repository name must be lowercase')],
    ],
    [
      'unnamed target',
      { from: { kind: 'DockerImage', name: 'x' }, to: { name: '' } },
      [invalid('spec.images[1].to.name', '', 'the name of the target tag must be specified')],
    ],
    [
      'import mode',
      { from: { kind: 'DockerImage', name: 'x' }, importPolicy: { importMode: 'X' } },
      [invalid('spec.images[1].importPolicy.importMode', 'X', "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'")],
    ],
  ])('image: %s', (_what, fields, errors) => {
    expect(image(fields)).toEqual(errors);
  });

  const PRECISE = 'you must specify an image repository, not a tag or ID';
  test.each<[string, object, readonly FieldError[]]>([
    ['fine', { from: { kind: 'DockerImage', name: 'quay.io/a/b' } }, []],
    ['other kind', { from: { kind: 'X', name: 'x' } }, [invalid('spec.repository.from.kind', 'X', 'only DockerImage is supported')]],
    ['no name', { from: { kind: 'DockerImage' } }, [required('spec.repository.from.name', 'container image references require a name')]],
    ['unparsable', { from: { kind: 'DockerImage', name: '!' } }, [invalid('spec.repository.from.name', '!', 'invalid reference format')]],
    ['tag', { from: { kind: 'DockerImage', name: 'a/b:c' } }, [invalid('spec.repository.from.name', 'a/b:c', PRECISE)]],
    ['digest', { from: { kind: 'DockerImage', name: `a@${A}` } }, [invalid('spec.repository.from.name', `a@${A}`, PRECISE)]],
  ])('repository: %s', (_what, fields, errors) => {
    expect(repository(fields)).toEqual(errors);
  });

  it.each([{}, { images: [] }, { images: null, repository: null }])('asks for an image or a repository: %j', (spec) => {
    expect(request(spec)).toEqual([invalid('spec.images', null, 'you must specify at least one image or a repository import')]);
  });

  it('has a name like a stream’s, of any length', () => {
    const spec = { repository: { from: { kind: 'DockerImage', name: 'x' }, ...policy } };
    expect(request(spec, {})).toEqual([required('metadata.name', 'name or generateName is required')]);
    expect(request(spec, { name: 'App' })).toEqual([invalid('metadata.name', 'App', MUST_MATCH)]);
    expect(request(spec, { name: 'a'.repeat(300), namespace: 'team' })).toEqual([]);
    expect(request(spec, { name: 'a', generateName: 'a-' })).toEqual([invalid('metadata.generateName', 'a-', MUST_MATCH)]);
  });
});

describe('validateImage', () => {
  const entry: ImageManifest = { digest: A, mediaType: 'a/b', manifestSize: 0, architecture: 'amd64', os: 'linux' };
  const errorsOf = (fields: Partial<Image>) => validateImage({ metadata: { name: A }, dockerImageReference: `x@${A}`, ...fields });

  test.each<[string, Partial<Image>, readonly FieldError[]]>([
    ['fine', {}, []],
    ['no name', { metadata: {} }, [required('metadata.name', 'name or generateName is required')]],
    ['name', { metadata: { name: 'a/b' } }, [invalid('metadata.name', 'a/b', "may not contain '/'")]],
    [
      'namespace',
      { metadata: { name: A, namespace: 'team' } },
      [{ type: 'Forbidden', field: 'metadata.namespace', detail: 'not allowed on this type' }],
    ],
    ['no reference', { dockerImageReference: '' }, [required('dockerImageReference')]],
    ['reference', { dockerImageReference: 'A' }, [invalid('dockerImageReference', 'A', 'repository name must be lowercase')]],
    ['index', { dockerImageManifests: [entry], dockerImageLayers: [] }, []],
    ['layers', { dockerImageLayers: [{ name: A, size: 1, mediaType: 'x' }] }, []],
    [
      'layers and manifests',
      { dockerImageManifests: [entry], dockerImageLayers: [{ name: A, size: 1, mediaType: 'x' }] },
      [
        invalid(
          'dockerImageLayers',
          [{ name: A, size: 1, mediaType: 'x' }],
          'dockerImageLayers should not be set when dockerImageManifests is set',
        ),
      ],
    ],
    [
      'every field of a manifest',
      { dockerImageManifests: [entry, { digest: 'x', mediaType: 'x', manifestSize: -1, architecture: '', os: '' }] },
      [
        invalid('dockerImageManifests[1].digest', 'x', 'digest does not conform with OCI image specification'),
        invalid('dockerImageManifests[1].mediaType', 'x', 'media type does not conform to RFC6838'),
        required('dockerImageManifests[1].architecture'),
        required('dockerImageManifests[1].os'),
        invalid('dockerImageManifests[1].size', -1, 'manifest size cannot be negative'),
      ],
    ],
  ])('%s', (_what, fields, errors) => {
    expect(errorsOf(fields)).toEqual(errors);
  });
});

describe('validateMapping', () => {
  const mapping: ImageStreamMapping = {
    metadata: { name: 'app', namespace: 'team' },
    tag: 'latest',
    image: { metadata: { name: A }, dockerImageReference: `x@${A}` },
  };
  const fields = (changed: object) => validateMapping({ ...mapping, ...changed }).map(({ type, field }) => `${type} ${field}`);

  test.each<[string, object, readonly string[]]>([
    ['fine', {}, []],
    [
      'no name',
      { metadata: {}, image: { metadata: { name: A } } },
      ['Required metadata.name', 'Required name', 'Required dockerImageRepository', 'Required image.dockerImageReference'],
    ],
    ['no tag', { tag: '' }, ['Required tag']],
    ['no image name', { image: { ...mapping.image, metadata: {} } }, ['Required image.metadata.name']],
    ['no reference', { image: { metadata: { name: A } } }, ['Required image.dockerImageReference']],
    ['reference', { image: { ...mapping.image, dockerImageReference: '!' } }, ['Invalid image.dockerImageReference']],
    ['namespace', { metadata: { name: 'app', namespace: 'Team' } }, ['Invalid metadata.namespace']],
    [
      'nothing at all',
      { metadata: undefined, tag: undefined, image: undefined },
      [
        'Required metadata.name',
        'Required name',
        'Required dockerImageRepository',
        'Required tag',
        'Required image.metadata.name',
        'Required image.dockerImageReference',
      ],
    ],
  ])('%s', (_what, changed, errors) => {
    expect(fields(changed)).toEqual(errors);
  });

  it('takes any name that is a path segment: whether the stream exists is asked later', () => {
    expect(fields({ metadata: { name: 'App' } })).toEqual([]);
    expect(fields({ metadata: { name: 'a/b' } })).toEqual(['Invalid metadata.name']);
  });
});
