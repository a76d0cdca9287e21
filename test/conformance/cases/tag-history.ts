/** What a new event does to a history, and who follows (openshift-semantics.md §3, §2.5), by way of mappings. */
import { type Case, get, ok, type Step } from '../case.ts';
import { addStream, digest, docker, event, history, imageOf, push, reference, tagOf } from '../objects.ts';

const ADD = 'apiserver/internal/imageutil/helpers_test.go TestAddTagEventToImageStream';
const TRACK = 'apiserver/internal/imageutil/helpers_test.go TestUpdateTrackingTags';
const LONG_AGO = '2015-03-24T09:38:00Z';

const failed = { type: 'ImportSuccess', status: 'False', generation: 1, reason: 'NotFound', message: 'gone' };
/** The image under another pull spec. */
const elsewhere = (letter: string) => ({ dockerImageReference: `elsewhere.example.com/x@${digest(letter)}` });
const status = (...tags: readonly object[]): Step => get('imagestreams/s', ok({ status: { tags } }));

const EVENTS: readonly Case[] = [
  {
    name: 'the first event makes the history',
    upstream: `${ADD}/nil entry for tag`,
    given: [addStream('s'), push('s', 'latest', 'a')],
    steps: [status({ tag: 'latest', items: [{ image: digest('a'), dockerImageReference: reference('a'), generation: 1 }] })],
  },
  {
    name: 'the first event ends the condition of a tag that was never imported',
    upstream: `${ADD}/empty items for tag`,
    given: [addStream('s'), history('s', { latest: { conditions: [failed] } }), push('s', 'latest', 'a')],
    steps: [status({ tag: 'latest', items: [{ image: digest('a') }] }), get('imagestreams/s', ok({}, ['status.tags[0].conditions']))],
  },
  {
    name: 'the same event again changes nothing, conditions stay',
    upstream: `${ADD}/same ref and image`,
    given: [addStream('s'), history('s', { latest: { items: [event('a')], conditions: [failed] } })],
    steps: [
      get('imagestreams/s'),
      push('s', 'latest', 'a'),
      status({ items: [{ image: digest('a'), created: LONG_AGO, generation: 1 }], conditions: [{ reason: 'NotFound' }] }),
    ],
  },
  {
    name: 'the same event under a new generation is renumbered in place',
    upstream: 'apiserver/internal/imageutil/helpers.go AddTagEventToImageStream',
    given: [
      addStream('s'),
      history('s', { latest: { items: [event('a', { generation: 7 })], conditions: [failed] } }),
      push('s', 'latest', 'a'),
    ],
    steps: [
      status({ items: [{ image: digest('a'), created: LONG_AGO, generation: 1 }] }),
      get('imagestreams/s', ok({}, ['status.tags[0].conditions'])),
    ],
  },
  {
    name: 'another image under the same reference is corrected in place',
    upstream: `${ADD}/same ref, different image`,
    given: [addStream('s'), history('s', { latest: [event('b', { dockerImageReference: reference('a') })] }), push('s', 'latest', 'a')],
    steps: [status({ items: [{ image: digest('a'), dockerImageReference: reference('a'), created: LONG_AGO }] })],
  },
  {
    name: 'another reference of the same image is corrected in place',
    upstream: `${ADD}/different ref, same image`,
    given: [addStream('s'), history('s', { latest: [event('a')] }), push('s', 'latest', 'a', elsewhere('a'))],
    steps: [status({ items: [{ image: digest('a'), ...elsewhere('a'), created: LONG_AGO }] })],
  },
  {
    name: 'another image of another reference goes on top',
    upstream: `${ADD}/different ref, different image`,
    given: [addStream('s'), history('s', { latest: [event('a')] }), push('s', 'latest', 'b')],
    steps: [status({ items: [{ image: digest('b') }, { image: digest('a'), created: LONG_AGO }] })],
  },
  {
    name: 'an image that was on top before comes again: nothing is moved',
    upstream: 'apiserver/internal/imageutil/helpers.go AddTagEventToImageStream',
    given: [addStream('s'), push('s', 'latest', 'a'), push('s', 'latest', 'b'), push('s', 'latest', 'a')],
    steps: [status({ items: [{ image: digest('a') }, { image: digest('b') }, { image: digest('a') }] })],
  },
];

const old = { image: digest('e') };
const moved = { image: digest('f'), dockerImageReference: reference('f') };
const before = history('s', { '2.0': [event('e')], '3.0': [event('e')] });
const news = push('s', '2.0', 'f');

const FOLLOWERS: readonly Case[] = [
  {
    name: 'a tag without source follows nothing',
    upstream: `${TRACK}/nil from`,
    given: [addStream('s', { latest: {} }), before, news],
    steps: [status({ tag: '2.0', items: [moved, old] }, { tag: '3.0', items: [old] })],
  },
  {
    name: 'a tag of an image follows nothing',
    upstream: `${TRACK}/from kind not ImageStreamTag`,
    given: [addStream('s'), before, { ...push('s', 'x', 'e') }],
    steps: [
      {
        method: 'PUT',
        path: 'imagestreamtags/s:latest',
        body: {
          kind: 'ImageStreamTag',
          apiVersion: 'image.openshift.io/v1',
          metadata: { name: 's:latest' },
          tag: imageOf(`s@${digest('e')}`),
        },
      },
      news,
      status({ tag: '2.0', items: [moved, old] }, { tag: '3.0' }, { tag: 'latest', items: [old] }, { tag: 'x' }),
    ],
  },
  {
    name: 'a tag of another stream does not follow',
    upstream: `${TRACK}/from name different`,
    given: [addStream('other'), history('other', { '2.0': [event('a')] }), addStream('s', { latest: tagOf('other:2.0') }), before, news],
    steps: [status({ tag: '2.0' }, { tag: '3.0' })],
  },
  {
    name: 'nobody follows: only the tag itself moves',
    upstream: `${TRACK}/no tracking`,
    given: [addStream('s'), before, news],
    steps: [status({ tag: '2.0', items: [moved, old] }, { tag: '3.0', items: [old] })],
  },
  {
    name: 'a follower may name the stream',
    upstream: `${TRACK}/stream name in from name`,
    given: [addStream('s', { latest: tagOf('s:2.0') }), before, news],
    steps: [status({ tag: '2.0' }, { tag: '3.0', items: [old] }, { tag: 'latest', items: [moved] })],
  },
  {
    name: 'one follows, one does not',
    upstream: `${TRACK}/1 tracking, 1 not`,
    given: [addStream('s', { latest: tagOf('2.0'), other: docker('x') }), before, news],
    steps: [status({ tag: '2.0' }, { tag: '3.0' }, { tag: 'latest', items: [moved] })],
  },
  {
    name: 'several follow, several do not',
    upstream: `${TRACK}/multiple tracking, multiple not`,
    given: [addStream('s', { latest1: tagOf('2.0'), latest2: tagOf('2.0'), other1: docker('x'), other2: {} }), before, news],
    steps: [status({ tag: '2.0' }, { tag: '3.0' }, { tag: 'latest1', items: [moved] }, { tag: 'latest2', items: [moved] })],
  },
  {
    name: 'no news, nothing to follow',
    upstream: `${TRACK}/no change to tracked tag`,
    given: [addStream('s', { latest: tagOf('2.0') }), history('s', { '2.0': [event('e')], latest: [event('a')] })],
    steps: [push('s', '2.0', 'e'), status({ tag: '2.0', items: [old] }, { tag: 'latest', items: [{ image: digest('a') }] })],
  },
];

export const TAG_HISTORY: readonly Case[] = [...EVENTS, ...FOLLOWERS];
