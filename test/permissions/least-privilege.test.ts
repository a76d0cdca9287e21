/**
 * The last word of `npm run test:integration`: over all its runtimes, no function lacked a permission and none has one it does not use.
 * Runs after every other file (`groupOrder` in vitest.config.ts).
 */
import { describe, expect, it } from 'vitest';
import { readPermissionReports } from '../support/permission-reports.ts';
import { DEPLOYMENT_ONLY } from './deployment-only.ts';

const report = readPermissionReports();
if (report === null) throw new Error('no runtime ran before: this is a part of `npm run test:integration`');
const { granted, used, refused } = report;
const unused = granted.filter((line) => !used.includes(line));

describe('permissions of the synthesized roles, over the whole suite', () => {
  it('suffice for every call', () => {
    expect(refused).toEqual([]);
  });

  it('are all used, but for those of the deployment alone', () => {
    expect(unused.filter((line) => !DEPLOYMENT_ONLY.some(({ pattern }) => pattern.test(line)))).toEqual([]);
  });

  it.each(DEPLOYMENT_ONLY)('are rightly listed as of the deployment alone: $pattern', ({ pattern }) => {
    expect(unused.some((line) => pattern.test(line))).toBe(true);
  });
});
