/** When a spec tag counts as changed, and which generations follow (openshift-semantics.md §2.3). */
import { type Case, edit, invalid, ok, required, type Step } from '../case.ts';
import { addNamespace, addStream, addStreamIn, docker, withTags } from '../objects.ts';

const TEST = 'apiserver/registry/imagestream/strategy_test.go TestTagRefChanged';

/** Streams `other` to point to, in three namespaces. */
const OTHERS: readonly Step[] = [
  addStream('other'),
  ...['another', 'something'].flatMap((namespace) => [addNamespace(namespace), addStreamIn(namespace, 'other')]),
];

interface Sources {
  readonly old: object;
  readonly next: object;
  /** Of the tag: 2 when it is asked for anew. Of the stream: 2 when its spec differs in anything. */
  readonly tag: number;
  readonly stream: number;
}

function change(name: string, { old, next, tag, stream }: Sources): Case {
  return {
    name: `a spec tag is ${tag === 1 ? 'the same' : 'another'}: ${name}`,
    upstream: `${TEST}/${name}`,
    given: [...OTHERS, addStream('s', { t: old })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t: next }),
        ok({ metadata: { generation: stream }, spec: { tags: [{ name: 't', generation: tag }] } }),
      ),
    ],
  };
}

const from = (name: string, namespace?: string) => ({
  from: { kind: 'ImageStreamTag', name, ...(namespace === undefined ? {} : { namespace }) },
});
const CHANGED = { tag: 2, stream: 2 };
const SAME = { tag: 1, stream: 2 };
const UNTOUCHED = { tag: 1, stream: 1 };

export const TAG_CHANGED: readonly Case[] = [
  change('no ref, no from', { old: {}, next: {}, ...UNTOUCHED }),
  change('same ref', { old: docker('foo'), next: docker('foo'), ...UNTOUCHED }),
  change('different ref', { old: docker('foo'), next: docker('bar'), ...CHANGED }),
  change('old from nil', { old: {}, next: from('other:latest', 'another'), ...CHANGED }),
  change('different namespace - old implicit', { old: from('other:latest'), next: from('other:latest', 'another'), ...CHANGED }),
  change('different namespace - old explicit', {
    old: from('other:latest', 'something'),
    next: from('other:latest', 'another'),
    ...CHANGED,
  }),
  change('different namespace - next implicit', { old: from('other:latest', 'something'), next: from('other:latest'), ...CHANGED }),
  change('different name - old namespace implicit', { old: from('other:latest'), next: from('other:other', 'default'), ...CHANGED }),
  change('different name - old namespace explicit', {
    old: from('other:latest', 'default'),
    next: from('other:other', 'default'),
    ...CHANGED,
  }),
  change('different name - new namespace implicit', { old: from('other:latest', 'default'), next: from('other:other'), ...CHANGED }),
  change('same name - old namespace implicit', { old: from('other:latest'), next: from('other:latest', 'default'), ...SAME }),
  change('same name - old namespace explicit', {
    old: from('other:latest', 'default'),
    next: from('other:latest', 'default'),
    ...UNTOUCHED,
  }),
  change('same name - both namespaces implicit', { old: from('other:latest'), next: from('other:latest'), ...UNTOUCHED }),
  {
    name: 'a source with neither kind nor name is not asked for, and refused',
    upstream: `${TEST}/no kind, no name`,
    given: [addStream('s', { t: {} })],
    steps: [
      edit(
        'imagestreams/s',
        withTags({ t: { from: {} } }),
        invalid('ImageStream', 's', [
          required('spec.tags[t].from.name'),
          required('spec.tags[t].from.kind', "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'"),
        ]),
      ),
    ],
  },
  change('reference', { old: docker('foo'), next: docker('foo', { reference: true }), ...CHANGED }),
  change('import mode', { old: docker('foo'), next: docker('foo', { importPolicy: { importMode: 'PreserveOriginal' } }), ...CHANGED }),
  change('scheduled does not count', { old: docker('foo'), next: docker('foo', { importPolicy: { scheduled: true } }), ...SAME }),
  change('insecure does not count', { old: docker('foo'), next: docker('foo', { importPolicy: { insecure: true } }), ...SAME }),
  change('reference policy does not count', { old: docker('foo'), next: docker('foo', { referencePolicy: { type: 'Local' } }), ...SAME }),
  change('annotations do not count', { old: docker('foo'), next: docker('foo', { annotations: { a: 'b' } }), ...SAME }),
  change('generation 0 asks again', { old: docker('foo'), next: docker('foo', { generation: 0 }), ...CHANGED }),
  change('any other generation is the servers', { old: docker('foo'), next: docker('foo', { generation: 17 }), ...UNTOUCHED }),
];
