/** imagesignatures, and signatures inside images (openshift-semantics.md §4.5, §11b.7). */
import { bad, type Case, created, del, expectText, forbidden, get, invalid, ok, post, refused, required } from '../case.ts';
import { addImage, API, digest, image } from '../objects.ts';

const STRATEGY = 'apiserver/registry/imagesignature/strategy_test.go';
const VALIDATION = 'apis/image/validation/validation_test.go TestValidateImageSignature';
const PREPARE = 'apiserver/registry/image/strategy_test.go TestStrategyPrepareForCreateSignature';
const MANAGED = 'image.openshift.io/managed-signature';
const IMAGE = digest('a');
const NAME = `${IMAGE}@sig`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

const signature = (name: string, more: object = {}, metadata: object = {}) => ({
  kind: 'ImageSignature',
  apiVersion: API,
  metadata: { name, ...metadata },
  type: 'atomic',
  content: base64('blob'),
  ...more,
});
const given = [addImage(IMAGE)];
const UNSET = 'must be unset for unknown signature state';
const TRUSTED = { type: 'Trusted', status: 'True' };
const FOR_IMAGE = { type: 'ForImage', status: 'True' };

const inside = (more: object, metadata: object = {}) => image('img', { signatures: [signature('img@sig', more, metadata)] });

export const IMAGE_SIGNATURES: readonly Case[] = [
  {
    name: 'a signature is kept inside its image',
    upstream: 'apiserver/registry/imagesignature/rest.go Create',
    given,
    steps: [
      post('imagesignatures', signature(NAME), created({ metadata: { name: NAME }, type: 'atomic', content: base64('blob') })),
      get(`images/${IMAGE}`, ok({ signatures: [{ metadata: { name: NAME }, type: 'atomic', content: base64('blob') }] })),
    ],
  },
  {
    name: 'what a verifier says is not the signers to say',
    upstream: `${STRATEGY} TestStrategyPrepareForCreate`,
    given,
    steps: [
      post(
        'imagesignatures',
        signature(NAME, {
          conditions: [TRUSTED],
          imageIdentity: 'x/y:z',
          signedClaims: { a: 'b' },
          created: '2020-01-01T00:00:00Z',
          issuedBy: { organization: 'o' },
          issuedTo: { publicKeyID: 'k' },
        }),
        created({ type: 'atomic' }, ['conditions', 'imageIdentity', 'signedClaims', 'created', 'issuedBy', 'issuedTo']),
      ),
    ],
  },
  {
    name: 'the same name, or the same bytes of the same type, is 409',
    upstream: `${STRATEGY} TestIndexOfImageSignature/first and only, last, many matches`,
    given: [
      ...given,
      post('imagesignatures', signature(`${IMAGE}@one`)),
      post('imagesignatures', signature(`${IMAGE}@two`, { content: base64('two') })),
    ],
    steps: [
      post(
        'imagesignatures',
        signature(`${IMAGE}@two`, { content: base64('new') }),
        refused(409, 'AlreadyExists', { kind: 'imageSignatures', name: `${IMAGE}@two` }),
      ),
      post('imagesignatures', signature(`${IMAGE}@new`), refused(409, 'AlreadyExists', { kind: 'imageSignatures', name: `${IMAGE}@new` })),
    ],
  },
  {
    name: 'the same bytes of another type are another signature',
    upstream: `${STRATEGY} TestIndexOfImageSignature/not present, empty`,
    given: [...given, post('imagesignatures', signature(`${IMAGE}@one`))],
    steps: [
      post('imagesignatures', signature(`${IMAGE}@two`, { type: 'custom' }), created()),
      get(`images/${IMAGE}`, ok({ signatures: [{ metadata: { name: `${IMAGE}@one` } }, { metadata: { name: `${IMAGE}@two` } }] })),
    ],
  },
  {
    name: 'a signature needs a name of image and signature, and a type',
    upstream: `${VALIDATION}/invalid name and missing type`,
    steps: [
      post(
        'imagesignatures',
        signature('notype', { type: '' }),
        invalid('ImageSignature', 'notype', [
          bad('metadata.name', '"notype"', 'name must be of format <imageName>@<signatureName>'),
          required('type'),
        ]),
      ),
    ],
  },
  {
    name: 'a signature needs content',
    upstream: `${VALIDATION}/missing content`,
    steps: [
      post(
        'imagesignatures',
        signature('img@nocontent', { content: '' }),
        invalid('ImageSignature', 'img@nocontent', [required('content')]),
      ),
    ],
  },
  {
    name: 'a signature has neither labels nor annotations',
    upstream: `${VALIDATION}/adding labels and anotations`,
    steps: [
      post(
        'imagesignatures',
        signature('img@annotated', {}, { annotations: { key: 'value' }, labels: { label: 'value' } }),
        invalid('ImageSignature', 'img@annotated', [
          forbidden('metadata.labels', 'signature labels cannot be set'),
          forbidden('metadata.annotations', 'signature annotations cannot be set'),
        ]),
      ),
    ],
  },
  {
    name: 'a signature of an image that is not there is 404',
    upstream: 'apiserver/registry/imagesignature/rest.go Create',
    steps: [post('imagesignatures', signature('nosuch@sig'), refused(404, 'NotFound', { kind: 'images', name: 'nosuch' }))],
  },
  {
    name: 'DELETE takes the signature out of its image',
    upstream: 'apiserver/registry/imagesignature/rest.go Delete',
    given: [...given, post('imagesignatures', signature(NAME))],
    steps: [
      del(`imagesignatures/${NAME}`, ok({ kind: 'Status', status: 'Success' }, ['details'])),
      get(`images/${IMAGE}`, ok({}, ['signatures'])),
      del(`imagesignatures/${NAME}`, refused(404, 'NotFound', { kind: 'imageSignatures', name: NAME })),
      del('imagesignatures/nosuch@sig', refused(404, 'NotFound', { kind: 'images', name: 'nosuch' })),
      del('imagesignatures/sig', { code: 400, body: { message: 'ImageSignatures must be accessed with <imageName>@<signatureName>' } }),
    ],
  },
  {
    name: 'a signature inside an image may be verified',
    upstream: `${VALIDATION}/valid, valid trusted`,
    steps: [
      post(
        'images',
        inside({ conditions: [TRUSTED, FOR_IMAGE], imageIdentity: 'registry.company.ltd/app/core:v1.2' }),
        created({ signatures: [{ imageIdentity: 'registry.company.ltd/app/core:v1.2' }] }),
      ),
    ],
  },
  {
    name: 'a signature inside an image may be known as untrusted',
    upstream: `${VALIDATION}/valid untrusted`,
    steps: [
      post(
        'images',
        inside({ conditions: [TRUSTED, { ...FOR_IMAGE, status: 'False' }, { ...TRUSTED, status: 'False' }], imageIdentity: 'x/y:z' }),
        created(),
      ),
    ],
  },
  {
    name: 'a verdict without ForImage is half a verdict',
    upstream: `${VALIDATION}/missing ForImage condition`,
    steps: [
      post(
        'images',
        inside({ conditions: [TRUSTED], imageIdentity: 'x/y:z' }),
        invalid('Image', 'img', [
          { field: 'signatures[0].conditions', reason: 'FieldValueInvalid', message: expectText('missing "ForImage" condition type') },
        ]),
      ),
    ],
  },
  {
    name: 'nothing is claimed of a signature nobody verified',
    upstream: `${VALIDATION}/filled metadata for unknown signature state`,
    steps: [
      post(
        'images',
        inside({
          conditions: [
            { ...TRUSTED, status: 'Unknown' },
            { ...FOR_IMAGE, status: 'Unknown' },
          ],
          imageIdentity: 'x/y:z',
          signedClaims: { claim: 'value' },
          issuedBy: { organization: 'org' },
          issuedTo: { publicKeyID: 'id' },
        }),
        invalid(
          'Image',
          'img',
          ['imageIdentity', 'signedClaims', 'issuedBy', 'issuedTo'].map((field) => ({
            field: `signatures[0].${field}`,
            reason: 'FieldValueInvalid',
            message: expectText(UNSET),
          })),
        ),
      ),
    ],
  },
  {
    name: 'a signature inside an image may be without annotations',
    upstream: `${PREPARE}/unset annotations, empty annotations`,
    steps: [post('images', inside({}, { annotations: {} }), created({ signatures: [{ metadata: { name: 'img@sig' } }] }))],
  },
  {
    name: 'the mark of the old importer is taken off signatures',
    upstream: `${PREPARE}/managed annotation shall be removed`,
    steps: [
      post(
        'images',
        inside({}, { annotations: { [MANAGED]: 'value' } }),
        created({ signatures: [{ metadata: { name: 'img@sig' } }] }, [`signatures[0].metadata.annotations["${MANAGED}"]`]),
      ),
    ],
  },
  {
    name: 'any other annotation of a signature is refused',
    upstream: `${PREPARE}/other annotations shall stay, remove and keep; validateImageSignature then refuses them`,
    steps: [
      post(
        'images',
        inside({}, { annotations: { key: 'value', [MANAGED]: 'true' } }),
        invalid('Image', 'img', [forbidden('signatures[0].metadata.annotations', 'signature annotations cannot be set')]),
      ),
    ],
  },
];
