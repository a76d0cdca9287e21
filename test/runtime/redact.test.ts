import { expect, it } from 'vitest';
import { redact } from '../../functions/runtime/redact.ts';

it.each([
  [{ Authorization: 'Bearer abcdefghijkl' }, { Authorization: '[redacted]' }],
  [{ nested: { password: 'x', list: [{ token: { a: 1 } }] } }, { nested: { password: '[redacted]', list: [{ token: '[redacted]' }] } }],
  [{ message: 'sent bearer sha256~abc-def_123 to them' }, { message: 'sent bearer [redacted] to them' }],
  [{ message: 'Basic dXNlcjpwYXNz' }, { message: 'Basic [redacted]' }],
  [{ path: '/admission/v1/prod/imgadm_abc-D_3/x' }, { path: '/admission/v1/prod/[redacted]/x' }],
  [
    { name: 'x', tag: 'latest', tokens: 3, token: null, secretName: 's' },
    { name: 'x', tag: 'latest', tokens: 3, token: null, secretName: 's' },
  ],
])('%j', (record, expected) => {
  expect(JSON.parse(JSON.stringify(record, redact))).toEqual(expected);
});
