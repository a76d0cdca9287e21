/** Spec tags that reach into other namespaces (openshift-semantics.md §2.6, §12: the cause names the field itself). */
import { asBob, type Case, created, edit, forbidden, invalid, ok, post, put, type Step } from '../case.ts';
import { addNamespace, addStreamIn, digest, docker, event, historyIn, istag, itag, stream, withTags } from '../objects.ts';

const TEST = 'apiserver/registry/imagestream/strategy_test.go TestTagVerifier';

const given: readonly Step[] = ['secretive', 'otherns'].flatMap((namespace) => [
  addNamespace(namespace),
  addStreamIn(namespace, 'otherstream'),
  historyIn(namespace, 'otherstream', { latest: [event('a')], foo: [event('b')] }),
]);
const from = (namespace: string, name = 'otherstream:latest') => ({ from: { kind: 'ImageStreamTag', namespace, name } });
const denied = (tag: string, name = 'otherstream') => forbidden(`spec.tags[${tag}].from`, `secretive/${name}: "" ""`);
const points = (tag: string, letter: string) => ({ tag, items: [{ image: digest(letter) }] });

export const TAG_ACCESS: readonly Case[] = [
  {
    name: 'a stream without tags needs no access',
    upstream: `${TEST}/old nil, no tags`,
    given,
    steps: [asBob(post('imagestreams', stream('s'), created()))],
  },
  {
    name: 'who may pull from the other stream may tag from it',
    upstream: `${TEST}/old nil, all tags are new`,
    given,
    steps: [
      asBob(post('imagestreams', stream('s', { latest: from('otherns') }), created({ status: { tags: [points('latest', 'a')] } }))),
      post('imagestreams', stream('t', { latest: from('secretive') }), created({ status: { tags: [points('latest', 'a')] } })),
    ],
  },
  {
    name: 'a pull spec needs no access',
    upstream: `${TEST}/nil from`,
    given,
    steps: [asBob(post('imagestreams', stream('s', { latest: docker('registry/old/stream:latest') }), created()))],
  },
  {
    name: 'the own namespace needs no access, also when it is named',
    upstream: `${TEST}/same namespace`,
    given: [...given, post('namespaces/secretive/imagestreams', stream('near'))],
    steps: [
      asBob(
        post(
          'namespaces/secretive/imagestreams',
          stream('s', { other: from('secretive') }),
          created({ status: { tags: [points('other', 'a')] } }),
        ),
      ),
    ],
  },
  {
    name: 'a source that was there before is not asked for again',
    upstream: `${TEST}/ref unchanged`,
    given: [...given, post('imagestreams', stream('s', { latest: from('secretive') }))],
    steps: [
      asBob(
        edit(
          'imagestreams/s',
          withTags({ latest: from('secretive'), more: docker('x') }),
          ok({ spec: { tags: [{ generation: 1 }, { generation: 2 }] } }),
        ),
      ),
    ],
  },
  {
    name: 'who may not pull may not tag',
    upstream: `${TEST}/sar denied`,
    given,
    steps: [asBob(post('imagestreams', stream('s', { latest: from('secretive') }), invalid('ImageStream', 's', [denied('latest')])))],
  },
  {
    name: 'a denial is told for every tag of that stream',
    upstream: `${TEST}/sar error propagates to all tags sharing a SAR`,
    given,
    steps: [
      asBob(
        post(
          'imagestreams',
          stream('s', { latest: from('secretive'), other: from('secretive'), third: from('secretive', 'something:latest') }),
          invalid('ImageStream', 's', [denied('latest'), denied('other'), denied('third', 'something')]),
        ),
      ),
    ],
  },
  {
    name: 'a denial is told for no other tag',
    upstream: `${TEST}/sar error propagates only to tags sharing a SAR`,
    given,
    steps: [
      asBob(
        post(
          'imagestreams',
          stream('s', { latest: from('secretive'), other: from('otherns') }),
          invalid('ImageStream', 's', [denied('latest')]),
        ),
      ),
    ],
  },
  {
    name: 'a changed source is asked for',
    upstream: `${TEST}/ref changed`,
    given: [...given, post('imagestreams', stream('s', { latest: from('secretive', 'otherstream:foo') }))],
    steps: [
      asBob(edit('imagestreams/s', withTags({ latest: from('secretive') }), invalid('ImageStream', 's', [denied('latest')]))),
      edit(
        'imagestreams/s',
        withTags({ latest: from('secretive') }),
        ok({ status: { tags: [{ items: [{ image: digest('a') }, { image: digest('b') }] }] } }),
      ),
    ],
  },
  {
    name: 'every namespace is asked for on its own',
    upstream: `${TEST}/multiple sars to multiple namespaces`,
    given,
    steps: [
      post(
        'imagestreams',
        stream('s', { latest: from('otherns'), second: from('secretive') }),
        created({ status: { tags: [points('latest', 'a'), points('second', 'a')] } }),
      ),
    ],
  },
  {
    name: 'access is asked before anything is read: a stream that is not there is denied as well',
    upstream: 'apiserver/registry/imagestream/strategy.go TagVerifier.Verify',
    given,
    steps: [
      asBob(
        post('imagestreams', stream('s', { latest: from('secretive', 'nosuch:latest') }), {
          code: 422,
          body: { details: { causes: [denied('latest', 'nosuch')] } },
        }),
      ),
    ],
  },
  {
    name: 'a tag written as image stream tag or image tag is asked for alike',
    upstream: 'apiserver/registry/imagestream/strategy.go TagVerifier.Verify, by way of imagestreamtag/rest.go and imagetag/rest.go',
    given,
    steps: [
      asBob(put('imagestreamtags/s:latest', istag('s:latest', from('secretive')), invalid('ImageStream', 's', [denied('latest')]))),
      asBob(post('imagestreamtags', istag('s:latest', from('secretive')), invalid('ImageStream', 's', [denied('latest')]))),
      asBob(post('imagetags', itag('s:latest', from('secretive')), invalid('ImageStream', 's', [denied('latest')]))),
    ],
  },
];
