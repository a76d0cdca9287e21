import { expect, it } from 'vitest';
import { optionalEnv, requireEnv } from '../../functions/runtime/config.ts';

it('answers what is set', () => {
  expect(requireEnv('STATE_TABLE', { STATE_TABLE: 'state' })).toBe('state');
  expect(optionalEnv('STATE_TABLE', { STATE_TABLE: 'state' })).toBe('state');
});

it.each([{}, { STATE_TABLE: '' }])('names what is missing from %j', (env) => {
  expect(() => requireEnv('STATE_TABLE', env)).toThrow('environment variable STATE_TABLE is not set');
  expect(optionalEnv('STATE_TABLE', env)).toBeUndefined();
});
