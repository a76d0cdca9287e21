/** imagestreamimports that are refused as a whole (openshift-semantics.md §6.1, §9). */
import { bad, type Case, get, invalid, post, refused, required } from '../case.ts';
import { addStream, API, docker } from '../objects.ts';

const TEST = 'apis/image/validation/validation_test.go TestValidateImageStreamImport';
const isi = (spec: object, metadata: object = { name: 'foo' }) => ({
  kind: 'ImageStreamImport',
  apiVersion: API,
  metadata,
  spec: { import: true, ...spec },
});
const REDIS = { repository: docker('redis') };
const MODE = "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'";
const scheduled = { importPolicy: { scheduled: true } };

const refuse = (test: string, name: string, body: object, ...causes: Parameters<typeof invalid>[2]): Case => ({
  name: `an import is refused: ${test}`,
  upstream: `${TEST}/${test}`,
  steps: [post('imagestreamimports', body, invalid('ImageStreamImport', name, causes)), get(`imagestreams/foo`, refused(404, 'NotFound'))],
});

export const IMPORT_VALIDATION: readonly Case[] = [
  refuse('missing name', '', isi(REDIS, {}), required('metadata.name', 'name or generateName is required')),
  refuse('no slash in Name', 'foo/bar', isi(REDIS, { name: 'foo/bar' }), bad('metadata.name', '"foo/bar"', "may not contain '/'")),
  refuse('no percent in Name', 'foo%%bar', isi(REDIS, { name: 'foo%%bar' }), bad('metadata.name', '"foo%%bar"', "may not contain '%'")),
  refuse(
    'other invalid name',
    'foo bar',
    isi(REDIS, { name: 'foo bar' }),
    bad('metadata.name', '"foo bar"', 'must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"'),
  ),
  refuse(
    'invalid dockerImageRepository',
    'foo',
    isi({ repository: docker('a-|///bbb') }),
    bad('spec.repository.from.name', '"a-|///bbb"', 'invalid reference format'),
  ),
  refuse(
    'invalid dockerImageRepository with tag',
    'foo',
    isi({ repository: docker('a/b:tag') }),
    bad('spec.repository.from.name', '"a/b:tag"', 'you must specify an image repository, not a tag or ID'),
  ),
  refuse(
    'invalid dockerImageRepository with ID',
    'foo',
    isi({ repository: docker('a/b@sha256:something') }),
    bad('spec.repository.from.name', '"a/b@sha256:something"', 'invalid reference format'),
  ),
  refuse(
    'only DockerImage tags can be scheduled',
    'foo',
    isi({
      images: [
        docker('abc', scheduled),
        docker('abc@badid', scheduled),
        { from: { kind: 'ImageStreamTag', name: 'other:latest' }, ...scheduled },
        { from: { kind: 'ImageStreamImage', name: 'other@latest' }, ...scheduled },
      ],
    }),
    bad('spec.images[1].from.name', '"abc@badid"', 'invalid reference format'),
    bad('spec.images[2].from.kind', '"ImageStreamTag"', 'only DockerImage is supported'),
    bad('spec.images[3].from.kind', '"ImageStreamImage"', 'only DockerImage is supported'),
  ),
  refuse(
    'invalid image importMode',
    'foo',
    isi({ images: [docker('abc', { importPolicy: { importMode: 'Invalid' } })] }),
    bad('spec.images[0].importPolicy.importMode', '"Invalid"', MODE),
  ),
  refuse(
    'invalid repository importMode',
    'foo',
    isi({ repository: docker('abc', { importPolicy: { importMode: 'Invalid' } }) }),
    bad('spec.repository.importPolicy.importMode', '"Invalid"', MODE),
  ),
  refuse('nothing to import', 'foo', isi({}), bad('spec.images', 'null', 'you must specify at least one image or a repository import')),
  refuse('an image without name', 'foo', isi({ images: [docker('')] }), required('spec.images[0].from.name')),
  refuse(
    'a repository without name',
    'foo',
    isi({ repository: docker('') }),
    required('spec.repository.from.name', 'container image references require a name'),
  ),
  refuse(
    'a repository of another kind',
    'foo',
    isi({ repository: { from: { kind: 'ImageStreamTag', name: 'a:b' } } }),
    bad('spec.repository.from.kind', '"ImageStreamTag"', 'only DockerImage is supported'),
  ),
  refuse(
    'a target tag without name',
    'foo',
    isi({ images: [docker('abc', { to: { name: '' } })] }),
    bad('spec.images[0].to.name', '""', 'the name of the target tag must be specified'),
  ),
  {
    name: 'an import for a stream as it was: changed is 409, gone is 404',
    upstream: 'apiserver/registry/imagestreamimport/rest.go Create (resourceVersion)',
    given: [addStream('foo')],
    steps: [
      post(
        'imagestreamimports',
        isi(REDIS, { name: 'foo', resourceVersion: '1' }),
        refused(409, 'Conflict', { kind: 'imagestream', name: 'foo' }),
      ),
      post(
        'imagestreamimports',
        isi(REDIS, { name: 'nosuch', resourceVersion: '1' }),
        refused(404, 'NotFound', { kind: 'imagestreamimports', name: 'nosuch' }),
      ),
    ],
  },
];
