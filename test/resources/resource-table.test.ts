/** What discovery says of the image kinds is what upstream says (openshift-semantics.md §1), besides what is ours. */
import { describe, expect, it } from 'vitest';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';

const ALL = 'create delete deletecollection get list patch update watch';
const TAGS = 'create delete get list patch update';

interface Expected {
  readonly name: string;
  readonly kind: string;
  readonly isCluster?: true;
  readonly verbs: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

const UPSTREAM: readonly Expected[] = [
  { name: 'images', kind: 'Image', isCluster: true, verbs: ALL },
  { name: 'imagesignatures', kind: 'ImageSignature', isCluster: true, verbs: 'create delete' },
  { name: 'imagestreams', kind: 'ImageStream', verbs: ALL, shortNames: ['is'], categories: ['all'] },
  { name: 'imagestreams/status', kind: 'ImageStream', verbs: 'get patch update' },
  { name: 'imagestreams/layers', kind: 'ImageStreamLayers', verbs: 'get' },
  { name: 'imagestreams/secrets', kind: 'SecretList', verbs: 'get' },
  { name: 'imagestreamimages', kind: 'ImageStreamImage', verbs: 'get', shortNames: ['isimage'] },
  { name: 'imagestreamimports', kind: 'ImageStreamImport', verbs: 'create' },
  { name: 'imagestreammappings', kind: 'ImageStreamMapping', verbs: 'create' },
  { name: 'imagestreamtags', kind: 'ImageStreamTag', verbs: TAGS, shortNames: ['istag'] },
  { name: 'imagetags', kind: 'ImageTag', verbs: TAGS, shortNames: ['itag'] },
];

const KUBERNETES: readonly (readonly [resource: string, verbs: string])[] = [
  ['secrets', ALL],
  ['serviceaccounts', ALL],
];

function find(name: string) {
  const [resource, subresource] = name.split('/');
  const entry = RESOURCE_TABLE.find((each) => each.resource === resource && each.subresource === subresource);
  if (entry === undefined) throw new Error(`${name} is not served`);
  return entry;
}

function verbsOf(name: string): string {
  return [...find(name).verbs].sort().join(' ');
}

describe('the resource table', () => {
  it.each(UPSTREAM)('$name is a $kind', ({ name, kind, isCluster, verbs, shortNames, categories }) => {
    const entry = find(name);
    const { resource, subresource } = entry;
    expect(verbsOf(name)).toBe(verbs);
    expect(entry).toMatchObject({ group: 'image.openshift.io', version: 'v1', kind, namespaced: isCluster !== true });
    expect(entry.singular).toBe(subresource === undefined ? resource.replace(/s$/, '') : '');
    expect([entry.shortNames, entry.categories]).toEqual([shortNames, categories]);
  });

  it('has no other resource in the group than these and our subresources', () => {
    const known = new Set([
      ...UPSTREAM.map(({ name }) => name),
      'imagestreams/resolve',
      'imagestreams/diagnose',
      'imagestreams/schedule',
      'imagestreamtags/history',
    ]);
    const names = RESOURCE_TABLE.filter(({ group }) => group === 'image.openshift.io').map(({ resource, subresource }) =>
      subresource === undefined ? resource : `${resource}/${subresource}`,
    );
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(KUBERNETES)('%s has every verb it has in Kubernetes', (name, verbs) => {
    expect(verbsOf(name)).toBe(verbs);
  });

  it('lets be watched what can be listed and is kept here', () => {
    const unwatched = RESOURCE_TABLE.filter(({ verbs }) => verbs.includes('list') && !verbs.includes('watch')).map(
      ({ resource }) => resource,
    );
    // Upstream watches no tags; the list of project requests is a question.
    expect(unwatched).toEqual(['imagestreamtags', 'imagetags', 'projectrequests']);
  });
});
