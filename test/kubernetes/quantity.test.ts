import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floorQuantity, formatQuantity, parseQuantity, type Quantity, quantityOf } from '../../functions/kubernetes/quantity.ts';

function parsed(text: string): Quantity {
  const read = parseQuantity(text);
  if (!read.ok) throw new Error(read.message);
  return read.quantity;
}

describe('a quantity', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['000', '0'],
    ['0Gi', '0'],
    ['5', '5'],
    ['+5', '5'],
    ['-5', '-5'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['1000k', '1M'],
    ['1.5', '1500m'],
    ['.5', '500m'],
    ['5.', '5'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['1024', '1024'],
    ['1023Ki', '1023Ki'],
    ['0.5Ki', '512'],
    ['0.0001Ki', '102400u'],
    ['1Ei', '1Ei'],
    ['100E', '100E'],
    ['12e6', '12e6'],
    ['1200e4', '12e6'],
    ['1E3', '1e3'],
    ['5e0', '5'],
    ['1e-3', '1e-3'],
    ['1e-10', '1e-9'],
    ['0.1n', '1n'],
    ['100m', '100m'],
    ['1000m', '1'],
    ['9Ei', '9223372036854775807'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatQuantity(parsed(text))).toBe(canonical);
  });

  const form = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  it.each([
    ['', form],
    ['x', form],
    ['1 Gi', form],
    ['1G!', form],
    ['--1', form],
    ['1'.repeat(65), form],
    ['1gi', form],
    ['1KI', form],
    ['1ki', "unable to parse quantity's suffix"],
    ['1Gi5', "unable to parse quantity's suffix"],
    ['1e', "unable to parse quantity's suffix"],
    ['1e999999999', "unable to parse quantity's suffix"],
    ['.', 'unable to parse numeric part of quantity'],
    ['1.2.3', 'unable to parse numeric part of quantity'],
  ])('%j is none', (text, message) => {
    expect(parseQuantity(text)).toEqual({ ok: false, message });
  });

  it.each<[string, bigint]>([
    ['5', 5n],
    ['1500m', 1n],
    ['999m', 0n],
    ['1Gi', 1073741824n],
    ['-1', -1n],
    ['-500m', -1n],
    ['-1500m', -2n],
  ])('%s is %i at most', (text, whole) => {
    expect(floorQuantity(parsed(text))).toBe(whole);
  });

  it('is the same after it was written', () => {
    const number = fc.oneof(
      fc.integer().map(String),
      fc.tuple(fc.nat(), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
    );
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E6', 'e-3');
    fc.assert(
      fc.property(number, suffix, (text, unit) => {
        const once = parsed(text + unit);
        const written = formatQuantity(once);
        expect(parsed(written).nano).toBe(once.nano);
        expect(formatQuantity(parsed(written))).toBe(written);
      }),
    );
  });

  it('counts whole things', () => {
    fc.assert(fc.property(fc.nat(), (count) => floorQuantity(quantityOf(count, 'DecimalSI')) === BigInt(count)));
    expect(formatQuantity(quantityOf(1000, 'DecimalSI'))).toBe('1k');
    expect(formatQuantity(quantityOf(2097152, 'BinarySI'))).toBe('2Mi');
    expect(formatQuantity(quantityOf(1000, 'BinarySI'))).toBe('1k');
  });
});
