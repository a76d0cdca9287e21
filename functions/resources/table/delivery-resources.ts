/** From a moved tag to what deploys it. */
import type { ResourceEntry } from './entry.ts';

const delivery = { group: 'delivery.image-streams.io', version: 'v1' } as const;

export const DELIVERY_RESOURCES: readonly ResourceEntry[] = [
  {
    ...delivery,
    resource: 'admissionmappings',
    kind: 'AdmissionMapping',
    singular: 'admissionmapping',
    namespaced: false,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: ['admmap'],
    function: 'triggers',
  },
  {
    ...delivery,
    resource: 'admissionmappings',
    subresource: 'token',
    kind: 'AdmissionToken',
    singular: '',
    namespaced: false,
    verbs: ['create'],
    function: 'triggers',
  },
  {
    ...delivery,
    resource: 'imagetriggers',
    kind: 'ImageTrigger',
    singular: 'imagetrigger',
    namespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: ['imgtrig'],
    function: 'triggers',
  },
  {
    ...delivery,
    resource: 'imagetriggers',
    subresource: 'redeliver',
    kind: 'ImageTriggerRedelivery',
    singular: '',
    namespaced: true,
    verbs: ['create'],
    function: 'triggers',
  },
  {
    ...delivery,
    resource: 'imagetriggers',
    subresource: 'deliveries',
    kind: 'ImageTriggerDeliveries',
    singular: '',
    namespaced: true,
    verbs: ['get'],
    function: 'triggers',
  },
];
