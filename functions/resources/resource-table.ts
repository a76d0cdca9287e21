/**
 * The one table of everything the API serves. HTTP routes (lib), dispatch, discovery, access decisions and metrics are all read from it,
 * so that none of them can disagree. Adding a resource starts here.
 */
export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'watch';

/** HTTP functions: each is a file of this name directly under functions/. */
export type HttpFunctionName = 'discovery' | 'streams' | 'tags' | 'mappings' | 'imports' | 'access' | 'triggers';

export interface ResourceEntry {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly kind: string;
  /** Group and version of `kind` where they differ from the resource's. */
  readonly kindGroup?: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly function: HttpFunctionName;
}

const image = { group: 'image.openshift.io', version: 'v1' } as const;
const core = { group: '', version: 'v1' } as const;
const delivery = { group: 'delivery.image-streams.io', version: 'v1' } as const;

export const RESOURCE_TABLE: readonly ResourceEntry[] = [
  {
    ...image,
    resource: 'images',
    kind: 'Image',
    singular: 'image',
    namespaced: false,
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    function: 'streams',
  },
  {
    ...image,
    resource: 'imagesignatures',
    kind: 'ImageSignature',
    singular: 'imagesignature',
    namespaced: false,
    verbs: ['create', 'delete'],
    function: 'streams',
  },
  {
    ...image,
    resource: 'imagestreams',
    kind: 'ImageStream',
    singular: 'imagestream',
    namespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: ['is'],
    categories: ['all'],
    function: 'streams',
  },
  {
    ...image,
    resource: 'imagestreams',
    subresource: 'status',
    kind: 'ImageStream',
    singular: '',
    namespaced: true,
    verbs: ['get', 'update', 'patch'],
    function: 'streams',
  },
  {
    ...image,
    resource: 'imagestreams',
    subresource: 'layers',
    kind: 'ImageStreamLayers',
    singular: '',
    namespaced: true,
    verbs: ['get'],
    function: 'streams',
  },
  {
    ...image,
    resource: 'imagestreams',
    subresource: 'resolve',
    kind: 'ResolvedImageStreamTag',
    kindGroup: 'image-streams.io',
    singular: '',
    namespaced: true,
    verbs: ['get'],
    function: 'streams',
  },
  {
    ...image,
    resource: 'imagestreams',
    subresource: 'secrets',
    kind: 'SecretList',
    kindGroup: '',
    singular: '',
    namespaced: true,
    verbs: ['get'],
    function: 'access',
  },
  {
    ...image,
    resource: 'imagestreamimages',
    kind: 'ImageStreamImage',
    singular: 'imagestreamimage',
    namespaced: true,
    verbs: ['get'],
    shortNames: ['isimage'],
    function: 'streams',
  },
  {
    ...image,
    resource: 'imagestreamtags',
    kind: 'ImageStreamTag',
    singular: 'imagestreamtag',
    namespaced: true,
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'],
    shortNames: ['istag'],
    function: 'tags',
  },
  {
    ...image,
    resource: 'imagestreamtags',
    subresource: 'history',
    kind: 'ImageStreamTagHistory',
    kindGroup: 'image-streams.io',
    singular: '',
    namespaced: true,
    verbs: ['get'],
    function: 'tags',
  },
  {
    ...image,
    resource: 'imagetags',
    kind: 'ImageTag',
    singular: 'imagetag',
    namespaced: true,
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'],
    shortNames: ['itag'],
    function: 'tags',
  },
  {
    ...image,
    resource: 'imagestreammappings',
    kind: 'ImageStreamMapping',
    singular: 'imagestreammapping',
    namespaced: true,
    verbs: ['create'],
    function: 'mappings',
  },
  {
    ...image,
    resource: 'imagestreamimports',
    kind: 'ImageStreamImport',
    singular: 'imagestreamimport',
    namespaced: true,
    verbs: ['create'],
    function: 'imports',
  },
  {
    ...core,
    resource: 'namespaces',
    kind: 'Namespace',
    singular: 'namespace',
    namespaced: false,
    verbs: ['get', 'list', 'create'],
    shortNames: ['ns'],
    function: 'access',
  },
  {
    ...core,
    resource: 'secrets',
    kind: 'Secret',
    singular: 'secret',
    namespaced: true,
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'],
    function: 'access',
  },
  {
    ...core,
    resource: 'serviceaccounts',
    kind: 'ServiceAccount',
    singular: 'serviceaccount',
    namespaced: true,
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'],
    shortNames: ['sa'],
    function: 'access',
  },
  {
    group: 'project.openshift.io',
    version: 'v1',
    resource: 'projects',
    kind: 'Project',
    singular: 'project',
    namespaced: false,
    verbs: ['get', 'list'],
    function: 'access',
  },
  {
    group: 'project.openshift.io',
    version: 'v1',
    resource: 'projectrequests',
    kind: 'ProjectRequest',
    singular: 'projectrequest',
    namespaced: false,
    verbs: ['list', 'create'],
    function: 'access',
  },
  {
    group: 'user.openshift.io',
    version: 'v1',
    resource: 'users',
    kind: 'User',
    singular: 'user',
    namespaced: false,
    verbs: ['get'],
    function: 'access',
  },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    resource: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
    singular: 'selfsubjectreview',
    namespaced: false,
    verbs: ['create'],
    function: 'access',
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    resource: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
    singular: 'selfsubjectaccessreview',
    namespaced: false,
    verbs: ['create'],
    function: 'access',
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    resource: 'selfsubjectrulesreviews',
    kind: 'SelfSubjectRulesReview',
    singular: 'selfsubjectrulesreview',
    namespaced: false,
    verbs: ['create'],
    function: 'access',
  },
  {
    ...delivery,
    resource: 'imagetriggers',
    kind: 'ImageTrigger',
    singular: 'imagetrigger',
    namespaced: true,
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'],
    shortNames: ['itr'],
    function: 'triggers',
  },
];
