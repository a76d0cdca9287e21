import { describe, expect, it } from 'vitest';
import { parseWatchOptions } from '../../functions/kubernetes/watch-options.ts';
import { refusal } from './refusal.ts';

const parse = (query: string) => parseWatchOptions(new URLSearchParams(`watch=true&${query}`));

describe('the query of a watch', () => {
  it.each<[string, object]>([
    ['', { since: null, bookmarks: false }],
    ['resourceVersion=0', { since: null }],
    ['resourceVersion=1795232113073999&allowWatchBookmarks=true', { since: 1795232113073999, bookmarks: true }],
    ['timeoutSeconds=7', { timeoutSeconds: 7 }],
    ['limit=500&continue=abc&resourceVersion=5', { since: 5 }],
  ])('%s', (query, expected) => {
    const options = parse(query);
    expect(options).toMatchObject(expected);
    expect(options).not.toHaveProperty('limit');
    expect(options).not.toHaveProperty('continue');
  });

  it('leaves the timeout to the server unless it is above 0', () => {
    for (const query of ['', 'timeoutSeconds=', 'timeoutSeconds=0', 'timeoutSeconds=-1'])
      expect(parse(query)).not.toHaveProperty('timeoutSeconds');
  });

  it('selects like a list', () => {
    const options = parse('labelSelector=a%3Db&fieldSelector=metadata.name%3Dx');
    expect(options.matchesLabels({ a: 'b' })).toBe(true);
    expect(options.matchesLabels({})).toBe(false);
    expect(options.fieldRequirements).toEqual([{ field: 'metadata.name', operator: '=', value: 'x' }]);
  });

  it.each([
    ['resourceVersion=abc', 500, 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'],
    ['resourceVersion=-1', 500, 'resourceVersion: Invalid value: "-1": strconv.ParseUint: parsing "-1": invalid syntax'],
    ['resourceVersion=99999999999999999999', 500, 'strconv.ParseUint: parsing "99999999999999999999": value out of range'],
    ['timeoutSeconds=soon', 400, 'strconv.ParseInt: parsing "soon": invalid syntax'],
    ['labelSelector=%3D%3D', 400, ''],
    ['sendInitialEvents=true', 422, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
    ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan', 422, 'unless the WatchList feature gate is enabled'],
    [
      'resourceVersionMatch=NotOlderThan&resourceVersion=5',
      422,
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
    ['resourceVersionMatch=Exact&resourceVersion=5', 422, 'supported values: "NotOlderThan"'],
  ])('%s is %i', (query, code, message) => {
    const status = refusal(() => parse(query));
    expect(status).toMatchObject({ code });
    expect(status.message).toContain(message);
  });
});
