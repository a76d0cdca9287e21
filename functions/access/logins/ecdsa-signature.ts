/** Bytes of one coordinate on the curve P-256. */
const SIZE = 32;

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * An ECDSA signature as JWS has it, R and S side by side (RFC 7518 §3.4), from the DER in which KMS answers: a sequence of two signed integers
 * of as many bytes as they need (RFC 3279 §2.2.3). Throws RangeError for anything else.
 */
export function joseSignature(der: Uint8Array): Uint8Array {
  const [tag, length] = der;
  if (tag !== SEQUENCE || length !== der.length - 2) throw new RangeError('not an ECDSA signature: no sequence');
  const [r, afterR] = readInteger(der, 2);
  const [s, afterS] = readInteger(der, afterR);
  if (afterS !== der.length) throw new RangeError('not an ECDSA signature: more than two numbers');
  return Buffer.concat([r, s]);
}

/** The integer at `start`, of full size, and where the next one begins. */
function readInteger(der: Uint8Array, start: number): readonly [Uint8Array, number] {
  const [tag, length = 0] = der.subarray(start);
  const end = start + 2 + length;
  if (tag !== INTEGER || length === 0 || end > der.length) throw new RangeError('not an ECDSA signature: no number');
  // A leading zero keeps the highest bit from being taken for a sign.
  const value = der.subarray(der[start + 2] === 0 ? start + 3 : start + 2, end);
  if (value.length > SIZE) throw new RangeError('not an ECDSA signature: the number is too large');
  return [Buffer.concat([Buffer.alloc(SIZE - value.length), value]), end];
}
