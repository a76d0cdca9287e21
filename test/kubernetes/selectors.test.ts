import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFieldSelector } from '../../functions/kubernetes/field-selector.ts';
import { type Labels, parseLabelSelector } from '../../functions/kubernetes/label-selector.ts';

function matches(selector: string, labels: Labels): boolean {
  const parsed = parseLabelSelector(selector);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.matches(labels);
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

function write({ key, operator, values }: Requirement, gap: string): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${gap}${key}`;
  if (operator === 'in' || operator === 'notin') return `${key} ${operator}${gap}(${values.join(`${gap},${gap}`)})`;
  return `${key}${gap}${operator}${gap}${values[0] ?? ''}`;
}

/** Sentence by sentence from the documentation of label selectors. */
function holds({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  const isNumber = value !== undefined && /^\d+$/.test(value);
  if (operator === 'exists') return value !== undefined;
  if (operator === '!') return value === undefined;
  if (operator === '>') return isNumber && Number(value) > Number(values[0]);
  if (operator === '<') return isNumber && Number(value) < Number(values[0]);
  const isOneOf = value !== undefined && values.includes(value);
  return operator === '!=' || operator === 'notin' ? !isOneOf : isOneOf;
}

describe('label selectors', () => {
  it.each<[string, Labels, boolean]>([
    ['', {}, true],
    ['', null, true],
    ['x', { x: '' }, true],
    ['x', {}, false],
    ['!x', {}, true],
    ['! x', { x: 'a' }, false],
    ['x=a', { x: 'a' }, true],
    ['x==a', { x: 'a' }, true],
    ['x = a , y', { x: 'a', y: '' }, true],
    ['x=a', { x: 'b' }, false],
    ['x=', { x: '' }, true],
    ['x=,y=b', { x: '', y: 'b' }, true],
    ['x!=a', {}, true],
    ['x!=a', { x: 'a' }, false],
    ['x in (a,b)', { x: 'b' }, true],
    ['x in (a,b)', {}, false],
    ['x in (a,,b)', { x: '' }, true],
    ['x in ()', { x: '' }, true],
    ['x in (in,notin)', { x: 'notin' }, true],
    ['x notin (a,b)', {}, true],
    ['x notin (a,b)', { x: 'a' }, false],
    ['x notin(a)', { x: 'b' }, true],
    ['in in (in)', { in: 'in' }, true],
    ['x>1', { x: '2' }, true],
    ['x>1', { x: '1' }, false],
    ['x<1', { x: 'none' }, false],
    ['x<7,y', { x: '5', y: '' }, true],
    ['x<9007199254740993', { x: '9007199254740992' }, true],
    ['x>0', { x: '9223372036854775808' }, false],
    ['x in (,)', { x: '' }, true],
    ['x in (,a)', { x: 'a' }, true],
    ['x notin (a,)', { x: '' }, false],
    ['x,!y', { x: '' }, true],
    ['app.kubernetes.io/name=web', { 'app.kubernetes.io/name': 'web' }, true],
    ['constructor', {}, false],
    ['toString!=x', {}, true],
  ])('%j on %j is %s', (selector, labels, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });

  it.each([
    ['x=a||y=b', /unable to parse requirement/],
    ['x==a==b', /found '==', expected: ',' or 'end of string'/],
    ['!x=a', /found '=', expected: ',' or 'end of string'/],
    ['x,', /found '', expected: identifier after ','/],
    ['=a', /found '=', expected: !, identifier, or 'end of string'/],
    ['x in a', /found 'a' expected: '\('/],
    ['x in (a', /found '', expected: ',' or '\)'/],
    ['x in (a,', /found '', expected: ',', or identifier/],
    ['x in (a=', /found '=', expected: ',' or '\)'/],
    ['x in (', /found '', expected: ',', '\)' or identifier/],
    ['x in (!a)', /found '!', expected: ',', '\)' or identifier/],
    ['x in (a,(b))', /found '\(', expected: ',', or identifier/],
    ['x>9223372036854775808', /the value must be an integer/],
    ['x,,y', /found ',', expected: identifier after ','/],
    ['x in (a b)', /found 'b', expected: ',' or '\)'/],
    ['x in (=)', /found '='/],
    ['x foo', /found 'foo', expected: in, notin, =, ==, !=, gt, lt/],
    ['x=!', /found '!', expected: identifier/],
    ['x>a', /the value must be an integer/],
    ['-x', /name part must consist of alphanumeric characters/],
    ['/x', /prefix part must be non-empty/],
    ['A.b/x', /prefix part a lowercase RFC 1123 subdomain/],
    ['a/b/c', /a valid label key/],
    ['x=a@b', /a valid label must be an empty string or consist of/],
    [`x=${'a'.repeat(64)}`, /must be no more than 63 bytes/],
    [`${'a'.repeat(64)}`, /name part must be no more than 63 bytes/],
    ['!', /expected: identifier/],
  ])('%j is refused', (selector, message) => {
    const parsed = parseLabelSelector(selector);
    expect(parsed.ok ? 'accepted' : parsed.message).toMatch(message);
  });

  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseLabelSelector(text);
        if (parsed.ok) expect(typeof parsed.matches({})).toBe('boolean');
      }),
    );
  });

  it('matches what its requirements say, however it is written', () => {
    const key = fc.constantFrom('a', 'b', 'in', 'notin', 'example.com/a');
    const value = fc.constantFrom('', '1', '2', '10', 'in', 'x.y_z-1');
    const number = fc.constantFrom('1', '2', '10');
    const space = fc.constantFrom('', ' ', '\t ');
    const requirement = fc.oneof(
      fc.record({ key, operator: fc.constantFrom('exists', '!'), values: fc.constant<string[]>([]) }),
      fc.record({ key, operator: fc.constantFrom('=', '==', '!='), values: fc.tuple(value) }),
      fc.record({ key, operator: fc.constantFrom('in', 'notin'), values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
      fc.record({ key, operator: fc.constantFrom('>', '<'), values: fc.tuple(number) }),
    );
    const labels = fc.dictionary(key, value);
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), labels, space, (requirements, found, gap) => {
        const selector = requirements.map((each) => write(each, gap)).join(`${gap},${gap}`);
        expect(matches(selector, found)).toBe(requirements.every((each) => holds(each, found)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('a requirement and its negation never agree', () => {
    const word = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1, maxLength: 4 }), fc.dictionary(word, word), (key, values, labels) => {
        const set = `(${values.join(',')})`;
        expect(matches(`${key} in ${set}`, labels)).not.toBe(matches(`${key} notin ${set}`, labels));
        expect(matches(key, labels)).not.toBe(matches(`!${key}`, labels));
      }),
    );
  });
});

describe('field selectors', () => {
  it.each([
    ['', []],
    ['metadata.name=x', [{ field: 'metadata.name', operator: '=', value: 'x' }]],
    ['metadata.name==x', [{ field: 'metadata.name', operator: '=', value: 'x' }]],
    ['a!=b', [{ field: 'a', operator: '!=', value: 'b' }]],
    ['a=', [{ field: 'a', operator: '=', value: '' }]],
    [
      'a=1,,b!=2',
      [
        { field: 'a', operator: '=', value: '1' },
        { field: 'b', operator: '!=', value: '2' },
      ],
    ],
    ['a=x\\,y\\=z\\\\', [{ field: 'a', operator: '=', value: 'x,y=z\\' }]],
    ['metadata.name=app:tag@sha256', [{ field: 'metadata.name', operator: '=', value: 'app:tag@sha256' }]],
  ])('%j', (selector, requirements) => {
    expect(parseFieldSelector(selector)).toEqual({ ok: true, requirements });
  });

  it.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=b\\c', 'invalid field selector: invalid escape sequence: \\c'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('%j is refused', (selector, message) => {
    expect(parseFieldSelector(selector)).toEqual({ ok: false, message });
  });

  it('gives back any value that was escaped', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const escaped = value.replace(/[\\,=]/g, '\\$&');
        expect(parseFieldSelector(`f=${escaped}`)).toEqual({ ok: true, requirements: [{ field: 'f', operator: '=', value }] });
      }),
    );
  });
});
