/** Digests: https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests */
import { createHash } from 'node:crypto';
import type { Digest } from '../image/types.ts';
import { RegistryError } from './errors.ts';

export interface DigestParts {
  readonly algorithm: Algorithm;
  readonly hex: string;
}

export type Algorithm = keyof typeof HEX_LENGTH;

const HEX_LENGTH = { sha256: 64, sha384: 96, sha512: 128 } as const;

/** Null for anything but a digest that can be computed here. */
export function parseDigest(text: string): DigestParts | null {
  const [, algorithm = '', hex = ''] = /^(sha256|sha384|sha512):([0-9a-f]+)$/.exec(text) ?? [];
  return isAlgorithm(algorithm) && hex.length === HEX_LENGTH[algorithm] ? { algorithm, hex } : null;
}

export function formatDigest({ algorithm, hex }: DigestParts): Digest {
  return `${algorithm}:${hex}`;
}

export function computeDigest(bytes: Uint8Array, algorithm: Algorithm): Digest {
  return formatDigest({ algorithm, hex: createHash(algorithm).update(bytes).digest('hex') });
}

/** @throws RegistryError ERR_REGISTRY_DIGEST_MISMATCH */
export function requireSameDigest(actual: Digest, expected: Digest): void {
  if (actual === expected) return;
  throw new RegistryError('ERR_REGISTRY_DIGEST_MISMATCH', `the registry sent ${actual} instead of ${expected}`);
}

/** The parts of a digest that was asked for. @throws RegistryError when nobody could verify it */
export function requireDigest(text: string): DigestParts {
  const parts = parseDigest(text);
  if (parts === null) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', 'manifest unknown: not a digest of a supported algorithm');
  return parts;
}

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(HEX_LENGTH, text);
}
