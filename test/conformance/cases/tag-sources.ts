/** From spec tags to history: references, copies of tags and images, followers (openshift-semantics.md §2.5). */
import { bad, type Case, edit, expectText, get, invalid, missing, ok, post, created, put } from '../case.ts';
import { addStream, digest, docker, event, history, imageOf, istag, reference, stream, tagOf, withTags } from '../objects.ts';

const TEST = 'apiserver/registry/imagestream/strategy_test.go TestTagsChanged';
const RESOLVE = 'apiserver/internal/imageutil/helpers_test.go TestResolveImageID';
const FORM = 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';

const events = (tag: string, ...items: readonly object[]) => ({ tag, items });
const points = (letter: string, more: object = {}) => ({ image: digest(letter), dockerImageReference: reference(letter), ...more });
const refers = (dockerImageReference: string) => ({ dockerImageReference, image: '' });

export const TAG_SOURCES: readonly Case[] = [
  {
    name: 'a reference tag gets its pull spec as an event, other histories stay',
    upstream: `${TEST}/single tag update, preserves history`,
    given: [addStream('s'), history('s', { t2: [event('a')] })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t1: docker('registry:5000/ns/stream:t1', { reference: true }) }),
        ok({ status: { tags: [events('t1', { ...refers('registry:5000/ns/stream:t1'), generation: 2 }), events('t2', points('a'))] } }),
      ),
    ],
  },
  {
    name: 'a spec tag without source has no history',
    upstream: `${TEST}/empty tag ignored on create`,
    steps: [post('imagestreams', stream('s', { t1: {} }), created({ spec: { tags: [{ name: 't1', generation: 1 }] } }, ['status.tags']))],
  },
  {
    name: 'a tag to be imported has no history yet',
    upstream: `${TEST}/tag to missing ignored on create`,
    steps: [post('imagestreams', stream('s', { t1: docker('t2') }), created({ spec: { tags: [{ name: 't1' }] } }, ['status.tags']))],
  },
  {
    name: 'reference tags of a new stream point to what was written',
    upstream: `${TEST}/new tags, no history`,
    steps: [
      post(
        'imagestreams',
        stream('s', { t1: docker('registry:5000/ns/stream:t1', { reference: true }), t2: docker(reference('a'), { reference: true }) }),
        created({ status: { tags: [events('t1', refers('registry:5000/ns/stream:t1')), events('t2', refers(reference('a')))] } }),
      ),
    ],
  },
  {
    name: 'the same spec written again changes nothing',
    upstream: `${TEST}/no-op`,
    given: [addStream('s', { t1: docker('v1image1') }), history('s', { t1: [event('a')], t2: [event('b')] })],
    steps: [
      edit(
        'imagestreams/s',
        (current) => current,
        ok((previous: unknown) => previous),
      ),
    ],
  },
  {
    name: 'what a reference tag points to is corrected in place when only the image goes, and put on top when both differ',
    upstream: `${TEST}/new tag copies existing history`,
    given: [
      addStream('s', { t1: docker('t1'), t3: docker('t3') }),
      history('s', {
        t1: [{ ...event('a'), dockerImageReference: 'registry:5000/ns/stream:v1image1', image: 'v1image1' }],
        t3: [event('b')],
      }),
    ],
    steps: [
      edit(
        'imagestreams/s',
        withTags({
          t1: docker('registry:5000/ns/stream:v1image1', { reference: true }),
          t2: docker('registry:5000/ns/stream:v1image1', { reference: true }),
          t3: docker('elsewhere/x:y', { reference: true }),
        }),
        ok({
          status: {
            tags: [
              events('t1', { ...refers('registry:5000/ns/stream:v1image1'), created: '2015-03-24T09:38:00Z' }),
              events('t2', refers('registry:5000/ns/stream:v1image1')),
              events('t3', refers('elsewhere/x:y'), points('b')),
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'a tag of the same stream is copied with its time; both get the generation of the write',
    upstream: `${TEST}/object reference to image stream tag in same stream`,
    given: [addStream('s'), history('s', { other: [event('a')] })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t1: tagOf('s:other') }),
        ok({
          status: {
            tags: [
              events('other', points('a', { created: '2015-03-24T09:38:00Z', generation: 2 })),
              events('t1', points('a', { created: '2015-03-24T09:38:00Z', generation: 2 })),
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'the same copy written as an image stream tag leaves the same stream behind',
    upstream: 'apiserver/registry/imagestream/strategy.go tagReferenceToTagEvent, by way of imagestreamtag/rest.go Update',
    given: [addStream('s'), history('s', { other: [event('a')] }), put('imagestreamtags/s:t1', istag('s:t1', tagOf('s:other')))],
    steps: [
      get(
        'imagestreams/s',
        ok({
          metadata: { generation: 2 },
          status: { tags: [events('other', points('a', { generation: 2 })), events('t1', points('a', { generation: 2 }))] },
        }),
      ),
    ],
  },
  {
    name: 'the same copy created as an image stream tag leaves the same stream behind',
    upstream: 'apiserver/registry/imagestream/strategy.go tagReferenceToTagEvent, by way of imagestreamtag/rest.go Create',
    given: [addStream('s'), history('s', { other: [event('a')] }), post('imagestreamtags', istag('s:t1', tagOf('other')))],
    steps: [
      get(
        'imagestreams/s',
        ok({ status: { tags: [events('other', points('a', { generation: 2 })), events('t1', points('a', { generation: 2 }))] } }),
      ),
    ],
  },
  {
    name: 'a tag moved to an older image takes its followers along',
    upstream: `${TEST}/tag changes and referenced tag should react`,
    given: [
      addStream('s'),
      history('s', { other: [event('b'), event('a')] }),
      edit('imagestreams/s', withTags({ t1: tagOf('s:other'), t2: tagOf('s:t1') })),
    ],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t1: imageOf(`s@${digest('a')}`), t2: tagOf('s:t1') }),
        ok({
          status: {
            tags: [
              events('other', points('b'), points('a')),
              events('t1', points('a', { generation: 3 }), points('b')),
              events('t2', points('a', { generation: 3 }), points('b')),
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'an image of the same stream gets a new event',
    upstream: `${TEST}/object reference to image stream image in same stream`,
    given: [addStream('s'), history('s', { other: [event('a')] })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t1: imageOf(`s@${digest('a')}`) }),
        ok({
          status: {
            tags: [
              events('other', points('a', { generation: 1 })),
              events('t1', points('a', { generation: 2, created: expectText(new Date().toISOString().slice(0, 4)) })),
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'an id that is no digest is looked up as it is',
    upstream: `${TEST}/object reference to image stream image in same stream (bad digest)`,
    given: [addStream('s'), history('s', { other: [{ ...event('a'), dockerImageReference: 'registry:5000/ns/s:12345', image: '12345' }] })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t1: imageOf('s@12345') }),
        ok({
          status: {
            tags: [events('other', { image: '12345' }), events('t1', { image: '12345', dockerImageReference: 'registry:5000/ns/s:12345' })],
          },
        }),
      ),
    ],
  },
  {
    name: 'a tag of another stream is copied with its time',
    upstream: `${TEST}/object reference to image stream tag in different stream`,
    given: [addStream('other'), history('other', { other: [event('a', { generation: 5 })] }), addStream('s')],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t1: tagOf('other:other') }),
        ok({ status: { tags: [events('t1', points('a', { created: '2015-03-24T09:38:00Z', generation: 2 }))] } }),
      ),
      get('imagestreams/other', ok({ status: { tags: [events('other', points('a', { generation: 5 }))] } })),
    ],
  },
  {
    name: 'a copy of another streams image in the integrated registry is served from this stream',
    upstream: 'apiserver/registry/imagestream/strategy.go tagsChanged (internal registry)',
    hosts: { internal: 'registry:5000' },
    given: [
      addStream('other'),
      history('other', {
        local: [event('a', { dockerImageReference: reference('a', 'registry:5000/default/other') })],
        remote: [event('b')],
      }),
      addStream('s'),
    ],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t1: tagOf('other:local'), t2: tagOf('other:local', { reference: true }), t3: tagOf('other:remote') }),
        ok({
          status: {
            tags: [
              events('t1', { dockerImageReference: reference('a', 'registry:5000/default/s') }),
              events('t2', { dockerImageReference: reference('a', 'registry:5000/default/other') }),
              events('t3', points('b')),
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'a tag of a stream that is not there is refused',
    upstream: 'apiserver/registry/imagestream/strategy.go tagsChanged',
    steps: [
      post(
        'imagestreams',
        stream('s', { t: tagOf('nosuch:latest') }),
        invalid('ImageStream', 's', [missing('spec.tags[t].from.name', 'nosuch:latest')]),
      ),
    ],
  },
  {
    name: 'a tag that is not there is accepted, and points nowhere',
    upstream: 'apiserver/registry/imagestream/strategy.go tagsChanged (event is nil)',
    given: [addStream('other')],
    steps: [post('imagestreams', stream('s', { t: tagOf('other:nosuch') }), created({ spec: { tags: [{ name: 't' }] } }, ['status.tags']))],
  },
  {
    name: 'a source of three parts is refused',
    upstream: 'apiserver/registry/imagestream/strategy_test.go TestTagVerifier/invalid from name',
    given: [addStream('a')],
    steps: [
      post(
        'imagestreams',
        stream('s', { t: tagOf('a:b:c') }),
        invalid('ImageStream', 's', [bad('spec.tags[t].from.name', '"a:b:c"', FORM)]),
      ),
    ],
  },
  {
    name: 'an image is found by the hex part of its digest',
    upstream: `${RESOLVE}/single tag, match ID prefix`,
    given: [addStream('s'), history('s', { other: [event('a')] })],
    steps: [
      edit('imagestreams/s', withTags({ t: imageOf(`s@${'a'.repeat(12)}`) }), ok({ status: { tags: [{}, events('t', points('a'))] } })),
    ],
  },
  {
    name: 'an image that the stream never had is refused',
    upstream: `${RESOLVE}/single tag, ID error; no tag`,
    given: [addStream('s'), history('s', { other: [event('a')] })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t: imageOf(`s@${digest('f')}`) }),
        invalid('ImageStream', 's', [
          bad(
            'spec.tags[t].from.name',
            `"s@${digest('f')}"`,
            `error generating tag event: imagestreamimage.image.openshift.io "${digest('f')}" not found`,
          ),
        ]),
      ),
    ],
  },
  {
    name: 'a prefix of several images is refused',
    upstream: `${RESOLVE}/multiple match`,
    given: [
      addStream('s'),
      history('s', {
        t1: [
          { ...event('a'), image: 'mytag' },
          { ...event('b'), image: 'mytag2' },
        ],
      }),
    ],
    steps: [
      edit('imagestreams/s', withTags({ t: imageOf('s@mytag') }), {
        code: 422,
        body: {
          details: { causes: [{ field: 'spec.tags[t].from.name', message: expectText('multiple images match the prefix "mytag"') }] },
        },
      }),
    ],
  },
  {
    name: 'an image is found in any tag and at any place of its history',
    upstream: `${RESOLVE}/find match out of multiple tags in first position, in last position`,
    given: [addStream('s'), history('s', { t1: [event('a'), event('b')], t2: [event('c'), event('d')] })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ x: imageOf(digest('a')), y: imageOf(digest('d')) }),
        ok({ status: { tags: [{ tag: 't1' }, { tag: 't2' }, events('x', points('a')), events('y', points('d'))] } }),
      ),
    ],
  },
];
