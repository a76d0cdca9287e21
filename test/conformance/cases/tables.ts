/** What `kubectl get` prints (openshift-semantics.md §1, Tables). */
import { type Case, expectText, table } from '../case.ts';
import { addImage, addStream, ago, digest, docker, event, history, HOUR, imageOf, reference, tagOf } from '../objects.ts';

const PRINTER = 'printers/internalversion/printer_test.go';
const ITAG = `${PRINTER} TestImageTag`;
const SORT = 'apis/image/sort_test.go TestSortStatusTags';
const HUMAN = 'docker/go-units duration.go HumanDuration, by way of printers/internalversion/printer.go formatRelativeTime';

const cells = (...rows: readonly (readonly unknown[])[]) => ({ rows: rows.map((row) => ({ cells: row })) });
const itagRow = (row: readonly unknown[]) => table('imagetags/foo:t', cells(row));
const itag = (name: string, given: Case['given'], row: readonly unknown[]): Case => ({
  name: `an image tag is printed: ${name}`,
  upstream: `${ITAG}/${name}`,
  given,
  steps: [itagRow(['foo:t', ...row])],
});
const source = addStream('a');
const sources = history('a', { x: [event('a', { image: 'sha256:0000000000' })], c: [event('b')] });
const failed = (age: number) => ({
  type: 'ImportSuccess',
  status: 'False',
  generation: 1,
  reason: 'AbjectFailure',
  lastTransitionTime: ago(age),
});
const pushed = (age: number, more: object = {}) => event('a', { created: ago(age), ...more });
const DAY = 24 * HOUR;

const IMAGE_TAGS: readonly Case[] = [
  itag('foo:1 no source', [addStream('foo', { t: {} })], ['', '', null, '']),
  itag('foo:3 reference', [addStream('foo', { t: docker('a/b:c', { reference: true }) }), history('foo', {})], ['Ref', 'a/b:c', null, '']),
  itag('foo:4 tag of a tag', [addStream('b'), addStream('foo', { t: tagOf('b:c') })], ['Tag', 'istag/b:c', null, '']),
  itag(
    'foo:5 scheduled',
    [addStream('foo', { t: docker('a/b:c', { importPolicy: { scheduled: true } }) })],
    ['Scheduled', 'a/b:c', null, ''],
  ),
  itag(
    'foo:7 failed import',
    [addStream('foo', { t: docker('a/b:c') }), history('foo', { t: { conditions: [failed(2 * HOUR)] } })],
    ['Tag', 'ImportFailed (AbjectFailure)', null, '2 hours ago'],
  ),
  itag(
    'foo:9 spec ahead of history',
    [
      addStream('foo', { t: docker('a/b:c') }),
      history('foo', { t: [pushed(2 * DAY)] }),
      {
        method: 'PATCH',
        path: 'imagestreams/foo',
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify([{ op: 'replace', path: '/spec/tags/0/from/name', value: 'a/b:d' }]),
      },
    ],
    ['Tag', 'Importing', 1, '2 days ago'],
  ),
  itag(
    'foo:10 history of two',
    [
      source,
      sources,
      addStream('foo', { t: imageOf('a@sha256:0000000000') }),
      history('foo', { t: [pushed(2 * DAY), event('b', { created: ago(3 * DAY) })] }),
    ],
    ['Tag', `image/${digest('a')}`, 2, '2 days ago'],
  ),
  itag('foo:11 pushed', [addStream('foo'), history('foo', { t: [pushed(2 * DAY)] })], ['Push', `image/${digest('a')}`, 1, '2 days ago']),
  itag(
    'foo:12 pushed over a spec tag',
    [
      addStream('foo', { t: docker('a/b:c') }),
      history('foo', { t: [pushed(2 * DAY, { generation: 4 }), event('b', { created: ago(3 * DAY) })] }),
    ],
    ['Push', `image/${digest('a')}`, 2, '2 days ago'],
  ),
  itag(
    'foo:13 pushed without a digest',
    [addStream('foo'), history('foo', { t: [pushed(2 * DAY, { image: '', dockerImageReference: 'a/b:c' })] })],
    ['Push', 'a/b:c', 1, '2 days ago'],
  ),
  itag(
    'foo:14 tracking',
    [addStream('foo', { t: tagOf('other') }), history('foo', { t: [pushed(2 * DAY, { generation: 2 })] })],
    ['Track', `image/${digest('a')}`, 1, '2 days ago'],
  ),
];

const AGES: readonly (readonly [number, string])[] = [
  [61, 'About a minute'],
  [59 * 60, '59 minutes'],
  [70 * 60, 'About an hour'],
  [91 * 60, '2 hours'],
  [47 * 3600, '47 hours'],
  [49 * 3600, '2 days'],
  [13 * 86400, '13 days'],
  [15 * 86400, '2 weeks'],
  [61 * 86400, '2 months'],
  [731 * 86400, '2 years'],
];

const named = (names: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, [event('a', { created: ago(HOUR + index * 60_000) })]]));
const tagsCell = (name: string, lengths: readonly number[], shown: number): Case => {
  const names = lengths.map((length, index) => `${String.fromCharCode(97 + index)}${'x'.repeat(length - 1)}`);
  const rest = names.length - shown;
  const text = names.slice(0, shown).join(',') + (rest > 0 ? ` + ${rest} more...` : '');
  return {
    name: `the tags of a stream are printed: ${name}`,
    upstream: 'printers/internalversion/printer.go printImageStream (tags, budget of 40)',
    given: [addStream('s'), history('s', named(names))],
    steps: [table('imagestreams/s', cells(['s', '', text, 'About an hour ago']))],
  };
};

export const TABLES: readonly Case[] = [
  ...IMAGE_TAGS,
  ...AGES.map(([seconds, text]): Case => ({
    name: `${seconds} seconds are ${text}`,
    upstream: HUMAN,
    given: [addImage(digest('a')), addStream('s'), history('s', { t: [pushed(seconds * 1_000)] })],
    steps: [table('imagestreamtags/s:t', cells(['s:t', reference('a'), `${text} ago`, digest('a')]))],
  })),
  tagsCell('three of ten', [10, 10, 10, 10], 3),
  tagsCell('four, one a little over', [10, 10, 10, 5, 5], 4),
  tagsCell('two of twenty', [20, 20], 2),
  tagsCell('one, the next is too long', [20, 30], 1),
  tagsCell('one that is longer than all room', [60, 3], 1),
  {
    name: 'tags are printed newest first, of the same time by name, those without history last',
    upstream: `${SORT}/two equal timestamps, all tags have timestamps`,
    given: [
      addStream('s'),
      history('s', {
        other: [event('a', { created: '2015-09-04T13:52:00Z' })],
        latest: [event('b', { created: '2015-09-04T13:52:00Z' })],
        third: [event('c', { created: '2015-09-04T13:53:00Z' })],
        never: { conditions: [failed(HOUR)] },
      }),
    ],
    steps: [table('imagestreams', { rows: [{ cells: ['s', '', 'third,latest,other,never', expectText('years ago')] }] })],
  },
  {
    name: 'a stream is printed with its public repository, else the one of its spec, else the integrated one',
    upstream: 'printers/internalversion/printer.go printImageStream',
    hosts: { internal: 'registry:5000' },
    given: [addStream('a'), addStream('b', {}, {}, { dockerImageRepository: 'x/y' })],
    steps: [
      table('imagestreams', {
        columnDefinitions: [{ name: 'Name', format: 'name' }, { name: 'Image Repository' }, { name: 'Tags' }, { name: 'Updated' }],
        ...cells(['a', 'registry:5000/default/a', '', ''], ['b', 'x/y', '', '']),
      }),
    ],
  },
  {
    name: 'an image is printed with its reference, an image of a stream with its age',
    upstream: `${PRINTER} TestPrintersWithDeepCopy`,
    given: [addImage(digest('a')), addStream('s'), history('s', { t: [event('a')] })],
    steps: [
      table('images', { columnDefinitions: [{ name: 'Name' }, { name: 'Image Reference' }], ...cells([digest('a'), reference('a')]) }),
      table(`imagestreamimages/s@${digest('a')}`, cells([`s@${digest('a')}`, expectText('second'), reference('a'), digest('a')])),
    ],
  },
];
