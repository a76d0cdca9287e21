/**
 * Numbers of resources as Kubernetes writes them: `12`, `1.5Gi`, `250m`, `1e3` (apimachinery `api/resource`). Exact: whole billionths, rounded
 * away from zero. Pure.
 */

/** Which suffixes a quantity is written with; it keeps those it came with. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

export interface Quantity {
  /** Billionths. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

export type QuantityRead = { readonly ok: true; readonly quantity: Quantity } | { readonly ok: false; readonly message: string };

const NUMBER = '([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)';
const SPLIT = new RegExp(`^${NUMBER}$`);
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;
const EXPONENT = /^[eE]([+-]?\d+)$/;
const WRONG_FORMAT = `quantities must match the regular expression '^${NUMBER}$'`;
/** Far more digits than an int64 has. */
const MAX_TEXT = 64;
const MAX_EXPONENT = 64;

const NANO = 1_000_000_000n;
const NANO_DIGITS = 9;
const LARGEST_BINARY = (2n ** 63n - 1n) * NANO;
const DECIMAL_SUFFIXES: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** `message` is upstream's. */
export function parseQuantity(text: string): QuantityRead {
  const [, number, suffix] = (text.length <= MAX_TEXT ? SPLIT.exec(text) : null) ?? [];
  if (number === undefined || suffix === undefined) return refuse(WRONG_FORMAT);
  const scale = readSuffix(suffix);
  if (scale === null) return refuse("unable to parse quantity's suffix");
  const [, sign, whole = '', fraction = ''] = DECIMAL.exec(number) ?? [];
  if (sign === undefined || whole + fraction === '') return refuse('unable to parse numeric part of quantity');
  const shift = scale.exponent - fraction.length + NANO_DIGITS;
  const mantissa = BigInt(whole + fraction) * scale.factor;
  const amount = shift >= 0 ? mantissa * 10n ** BigInt(shift) : divideUp(mantissa, 10n ** BigInt(-shift));
  const nano = scale.format === 'BinarySI' && amount > LARGEST_BINARY ? LARGEST_BINARY : amount;
  return { ok: true, quantity: { nano: sign === '-' ? -nano : nano, format: scale.format } };
}

/** A whole number. */
export function quantityOf(value: number | bigint, format: QuantityFormat): Quantity {
  return { nano: BigInt(value) * NANO, format };
}

/** The largest whole number that is not more. */
export function floorQuantity({ nano }: Quantity): bigint {
  return nano >= 0n ? nano / NANO : -divideUp(-nano, NANO);
}

/** Canonical form: the largest suffix that leaves no fraction. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const isWhole = nano % NANO === 0n;
  const whole = nano / NANO;
  if (format === 'BinarySI' && isWhole && (whole >= 1024n || whole <= -1024n)) return formatBinary(whole);
  return formatDecimal(nano, format === 'BinarySI' ? 'DecimalSI' : format);
}

interface SuffixScale {
  readonly factor: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function readSuffix(suffix: string): SuffixScale | null {
  if (Object.hasOwn(DECIMAL_SUFFIXES, suffix)) return { factor: 1n, exponent: DECIMAL_SUFFIXES[suffix] ?? 0, format: 'DecimalSI' };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return { factor: 1024n ** BigInt(binary), exponent: 0, format: 'BinarySI' };
  const exponent = Number(EXPONENT.exec(suffix)?.[1] ?? NaN);
  return Math.abs(exponent) <= MAX_EXPONENT ? { factor: 1n, exponent, format: 'DecimalExponent' } : null;
}

function formatBinary(whole: bigint): string {
  let [value, power] = [whole, 0];
  for (; value % 1024n === 0n && power < BINARY_SUFFIXES.length - 1; power++) value /= 1024n;
  return `${value}${BINARY_SUFFIXES[power] ?? ''}`;
}

function formatDecimal(nano: bigint, format: 'DecimalSI' | 'DecimalExponent'): string {
  let [value, exponent] = [nano, -NANO_DIGITS];
  const largest = format === 'DecimalSI' ? 18 : Infinity;
  for (; value % 1000n === 0n && exponent < largest; exponent += 3) value /= 1000n;
  if (format === 'DecimalExponent') return exponent === 0 ? `${value}` : `${value}e${exponent}`;
  const suffix = Object.entries(DECIMAL_SUFFIXES).find(([, power]) => power === exponent)?.[0] ?? '';
  return `${value}${suffix}`;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

function refuse(message: string): QuantityRead {
  return { ok: false, message };
}
