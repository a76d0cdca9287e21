/** images that are refused (openshift-semantics.md §9). */
import { bad, type Case, invalid, post, required } from '../case.ts';
import { digest, image } from '../objects.ts';

const VALIDATION = 'apis/image/validation/validation_test.go TestValidateImageMissingFields';
const MANIFESTS = 'apis/image/validation/validation_test.go TestValidateImageManifests';
const LAYERS = [{ name: digest('1'), size: 1, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }];

const manifest = (more: object) => ({
  digest: digest('8'),
  mediaType: 'foo/bar',
  architecture: 'foo',
  os: 'bar',
  manifestSize: 1,
  ...more,
});
const refuse = (test: string, upstream: string, name: string, body: object, ...causes: Parameters<typeof invalid>[2]): Case => ({
  name: `an image is refused: ${test}`,
  upstream: `${upstream}/${test}`,
  steps: [post('images', body, invalid('Image', name, causes))],
});

export const IMAGE_VALIDATION: readonly Case[] = [
  refuse(
    'missing Name',
    VALIDATION,
    '',
    image('', { dockerImageReference: 'ref' }),
    required('metadata.name', 'name or generateName is required'),
  ),
  refuse(
    'no slash in Name',
    VALIDATION,
    'foo/bar',
    image('foo/bar', { dockerImageReference: 'ref' }),
    bad('metadata.name', '"foo/bar"', "may not contain '/'"),
  ),
  refuse(
    'no percent in Name',
    VALIDATION,
    'foo%%bar',
    image('foo%%bar', { dockerImageReference: 'ref' }),
    bad('metadata.name', '"foo%%bar"', "may not contain '%'"),
  ),
  refuse('missing DockerImageReference', VALIDATION, 'foo', image('foo', { dockerImageReference: '' }), required('dockerImageReference')),
  refuse(
    'invalid DockerImageReference',
    VALIDATION,
    'foo',
    image('foo', { dockerImageReference: '\\' }),
    bad('dockerImageReference', '"\\\\"', 'invalid reference format'),
  ),
  refuse(
    'invalid digest',
    MANIFESTS,
    'foo',
    image('foo', { dockerImageManifests: [manifest({ digest: 'abc' })] }),
    bad('dockerImageManifests[0].digest', '"abc"', 'digest does not conform with OCI image specification'),
  ),
  refuse(
    'invalid media type',
    MANIFESTS,
    'foo',
    image('foo', { dockerImageManifests: [manifest({ mediaType: 'foobar' })] }),
    bad('dockerImageManifests[0].mediaType', '"foobar"', 'media type does not conform to RFC6838'),
  ),
  refuse(
    'required architecture',
    MANIFESTS,
    'foo',
    image('foo', { dockerImageManifests: [manifest({ architecture: '' })] }),
    required('dockerImageManifests[0].architecture'),
  ),
  refuse(
    'required OS',
    MANIFESTS,
    'foo',
    image('foo', { dockerImageManifests: [manifest({ os: '' })] }),
    required('dockerImageManifests[0].os'),
  ),
  refuse(
    'negative size',
    MANIFESTS,
    'foo',
    image('foo', { dockerImageManifests: [manifest({ manifestSize: -2 })] }),
    bad('dockerImageManifests[0].size', '-2', 'manifest size cannot be negative'),
  ),
  {
    name: 'an image is refused: layers and manifests at once',
    upstream: 'apis/image/validation/validation.go validateImage',
    steps: [
      post('images', image('foo', { dockerImageManifests: [manifest({})], dockerImageLayers: LAYERS }), {
        code: 422,
        body: { details: { causes: [{ field: 'dockerImageLayers', reason: 'FieldValueInvalid' }] } },
      }),
    ],
  },
];
