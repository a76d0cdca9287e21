import { describe, expect, it } from 'vitest';
import { createAdmissionToken, findToken, isAdmissionToken, withToken } from '../../functions/admission/token.ts';

describe('tokens of admission', () => {
  it('are of their form, and none like another', () => {
    const tokens = Array.from({ length: 100 }, createAdmissionToken);
    expect(tokens.every(isAdmissionToken)).toBe(true);
    expect(new Set(tokens).size).toBe(100);
  });

  it.each(['', 'imgadm_', `imgadm_${'a'.repeat(42)}`, `imgadm_${'a'.repeat(44)}`, `sha256~${'a'.repeat(43)}`, `imgadm_${'/'.repeat(43)}`])(
    'are not %j',
    (text) => {
      expect(isAdmissionToken(text)).toBe(false);
    },
  );

  it('hold until the second after them is issued', () => {
    const [first = '', second = '', third = ''] = Array.from({ length: 3 }, createAdmissionToken);
    const one = withToken([], first, 't1', false);
    const two = withToken(one, second, 't2', false);
    const three = withToken(two, third, 't3', false);
    expect([one, two, three].map((tokens) => findToken(first, tokens)?.issued)).toEqual(['t1', 't1', undefined]);
    expect(findToken(second, three)?.issued).toBe('t2');
    expect(findToken(third, three)?.issued).toBe('t3');
    expect(JSON.stringify(three)).not.toContain(third);
  });

  it('end at once when they are revoked', () => {
    const [first = '', second = ''] = [createAdmissionToken(), createAdmissionToken()];
    const tokens = withToken(withToken([], first, 't1', false), second, 't2', true);
    expect([findToken(first, tokens), findToken(second, tokens)?.issued]).toEqual([null, 't2']);
    expect(findToken(first, [])).toBeNull();
  });
});
