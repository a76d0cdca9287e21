import { describe, expect, it } from 'vitest';
import { parseDeleteOptions } from '../../functions/kubernetes/delete-options.ts';
import { parseListOptions } from '../../functions/kubernetes/list-options.ts';
import { parseWriteOptions } from '../../functions/kubernetes/write-options.ts';
import { refusal } from './refusal.ts';

const query = (text: string) => new URLSearchParams(text);
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('list options', () => {
  it('takes limit, continue and selectors', () => {
    const options = parseListOptions(query('limit=500&continue=abc&labelSelector=a%3Db&fieldSelector=metadata.name!%3Dx'));
    expect(options).toMatchObject({
      limit: 500,
      continue: 'abc',
      fieldRequirements: [{ field: 'metadata.name', operator: '!=', value: 'x' }],
    });
    expect([options.matchesLabels({ a: 'b' }), options.matchesLabels({}), options.matchesLabels(undefined)]).toEqual([true, false, false]);
  });

  it.each(['', 'limit=0', 'limit=-5', 'limit=', 'continue='])('knows no bounds in %j', (text) => {
    const { limit, continue: token } = parseListOptions(query(text));
    expect([limit, token]).toEqual([undefined, undefined]);
  });

  it.each([
    ['limit=ten', 400, 'strconv.ParseInt: parsing "ten": invalid syntax'],
    ['limit=1.5', 400, 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['limit=9223372036854775808', 400, 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
    ['timeoutSeconds=ten', 400, 'strconv.ParseInt: parsing "ten": invalid syntax'],
    ['resourceVersion=ten', 500, 'resourceVersion: Invalid value: "ten": strconv.ParseUint: parsing "ten": invalid syntax'],
    ['labelSelector=a%3D%3D%3D', 400, "unable to parse requirement: found '=', expected: identifier"],
    ['fieldSelector=a', 400, "invalid selector: 'a'; can't understand 'a'"],
    ['continue=x&resourceVersion=5', 400, 'specifying resource version is not allowed when using continue'],
    [
      'resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'resourceVersion=1&resourceVersionMatch=x',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "x": supported values: "Exact", "NotOlderThan", ""',
    ],
  ])('refuses %j', (text, code, message) => {
    expect(refusal(() => parseListOptions(query(text)))).toMatchObject({ code, message });
  });

  it.each(['resourceVersion=0&continue=x', 'resourceVersion=7&resourceVersionMatch=NotOlderThan'])('takes %j', (text) => {
    expect(parseListOptions(query(text)).fieldRequirements).toEqual([]);
  });
});

describe('write options', () => {
  it('knows dryRun=All and who manages fields', () => {
    expect(parseWriteOptions('CreateOptions', query('dryRun=All&fieldManager=kubectl-create&fieldValidation=Strict'), 'oc/4.18')).toEqual({
      dryRun: true,
      fieldManager: 'kubectl-create',
    });
    expect(parseWriteOptions('UpdateOptions', query(''), 'oc/4.18.0 (linux/amd64) openshift/1')).toEqual({
      dryRun: false,
      fieldManager: 'oc',
    });
  });

  it.each<[string, string]>([
    ['dryRun=Some', 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"'],
    ['dryRun=', 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: [""]: supported values: "All"'],
    [
      'fieldValidation=strict',
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "strict": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    [`fieldManager=${'x'.repeat(129)}`, 'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes'],
    [
      'fieldManager=a%0Ab',
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
    ],
  ])('refuses %j', (text, message) => {
    expect(refusal(() => parseWriteOptions('CreateOptions', query(text), ''))).toMatchObject({ code: 422, reason: 'Invalid', message });
  });

  it('lets only server-side apply force', () => {
    expect(refusal(() => parseWriteOptions('PatchOptions', query('force=true'), ''))).toMatchObject({
      code: 422,
      message: 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    });
  });
});

describe('delete options', () => {
  // Bodies of oc and kubectl, clients-on-the-wire.md §2.
  it.each([
    [null, '', { dryRun: false }],
    [{ propagationPolicy: 'Background' }, '', { dryRun: false }],
    [{ kind: 'DeleteOptions', apiVersion: 'image.openshift.io/v1' }, '', { dryRun: false }],
    [{ gracePeriodSeconds: 0 }, '', { dryRun: false }],
    [{ dryRun: ['All'] }, '', { dryRun: true }],
    [null, 'dryRun=All', { dryRun: true }],
    [{ propagationPolicy: 'Background' }, 'dryRun=All', { dryRun: true }],
    [{ preconditions: { uid: 'u', resourceVersion: '5' } }, '', { dryRun: false, uid: 'u', resourceVersion: '5' }],
    [{ preconditions: { uid: null } }, '', { dryRun: false }],
  ])('%j with %j', (body, text, expected) => {
    expect(parseDeleteOptions(body === null ? null : bytes(body), 'application/json', query(text))).toEqual(expected);
  });

  it.each<[unknown, string, number]>([
    ['{', 'application/json', 400],
    ['[]', 'application/json', 400],
    [{ kind: 'ImageStream' }, 'application/json', 400],
    [{ preconditions: 'x' }, 'application/json', 400],
    [{ preconditions: { uid: 7 } }, 'application/json', 400],
    [{ dryRun: 'All' }, 'application/json', 400],
    [{ dryRun: ['None'] }, 'application/json', 422],
    [{ propagationPolicy: 'Never' }, 'application/json', 422],
    [{ propagationPolicy: 'Orphan', orphanDependents: true }, 'application/json', 422],
    ['kind: DeleteOptions', 'application/yaml', 415],
    [`{"a":"${'x'.repeat(3 * 1024 * 1024)}"}`, 'application/json', 413],
  ])('refuses %.40j as %s', (body, contentType, code) => {
    expect(refusal(() => parseDeleteOptions(bytes(body), contentType, query('')))).toMatchObject({ code });
  });

  it('reads numbers of the query it has no use for', () => {
    const message = 'strconv.ParseInt: parsing "ten": invalid syntax';
    expect(refusal(() => parseDeleteOptions(null, undefined, query('gracePeriodSeconds=ten')))).toMatchObject({ code: 400, message });
  });
});
