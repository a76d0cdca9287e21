import { describe, expect, it } from 'vitest';
import { negotiateForm } from '../../functions/kubernetes/accept.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PARTIAL = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
/** What kubectl get sends, captured. */
const KUBECTL_GET = `${TABLE},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`;

describe('negotiated form', () => {
  it.each([
    [undefined, true, { as: 'Object' }],
    ['', true, { as: 'Object' }],
    ['*/*', true, { as: 'Object' }],
    ['application/json', true, { as: 'Object' }],
    ['application/json, */*', true, { as: 'Object' }],
    ['application/vnd.kubernetes.protobuf,application/json', true, { as: 'Object' }],
    [KUBECTL_GET, true, { as: 'Table', version: 'v1' }],
    [KUBECTL_GET, false, { as: 'Object' }],
    ['application/json;as=Table;v=v1beta1;g=meta.k8s.io', true, { as: 'Table', version: 'v1beta1' }],
    [`application/json;q=0.5,${TABLE};q=0.9`, true, { as: 'Table', version: 'v1' }],
    [`${TABLE};q=0.1,application/json`, true, { as: 'Object' }],
    [PARTIAL, false, { as: 'PartialObjectMetadata', version: 'v1' }],
    ['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', false, { as: 'PartialObjectMetadataList', version: 'v1' }],
    ['application/json;as=Table;g=meta.k8s.io;v=v2, application/json', true, { as: 'Object' }],
    ['APPLICATION/JSON; Charset=utf-8', true, { as: 'Object' }],
    [TABLE, false, null],
    ['application/json;as=Chart;g=meta.k8s.io;v=v1', true, null],
    ['application/vnd.kubernetes.protobuf', true, null],
    ['application/yaml', true, null],
    ['application/json;q=0', true, null],
    ['text/html', true, null],
  ])('of %j where tables %s is %j', (accept, table, form) => {
    expect(negotiateForm(accept, { table })).toEqual(form);
  });
});
