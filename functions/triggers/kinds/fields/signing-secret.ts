/** Signing secrets as Standard Webhooks writes them: `whsec_` and 24 to 64 bytes in base64 (its specification, "Symmetric keys"). */
import type { FieldError } from '../../../kubernetes/types.ts';

/** What every answer but the creating one shows. Sent back by a client it means: leave the secret as it is. */
export const SECRET_MASK = '********';

const PREFIX = 'whsec_';
const FORM = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const NEW_BYTES = 32;

/** `randomBytes`: of node:crypto. */
export function formatSecret(randomBytes: (size: number) => Buffer): string {
  return PREFIX + randomBytes(NEW_BYTES).toString('base64');
}

/** The value is never quoted in the error. */
export function validateSecret(secret: string, field: string): readonly FieldError[] {
  if (secret === SECRET_MASK) return [];
  const bytes = Buffer.from(secret.slice(PREFIX.length), 'base64').length;
  if (FORM.test(secret) && bytes >= MIN_BYTES && bytes <= MAX_BYTES) return [];
  return [
    { type: 'Invalid', field, value: SECRET_MASK, detail: `must be "${PREFIX}" followed by ${MIN_BYTES} to ${MAX_BYTES} bytes in base64` },
  ];
}

/** kubectl keeps the whole applied manifest in an annotation: secrets in it would outlive their write-only field. */
export function maskSecrets(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [name, value.replaceAll(/whsec_[A-Za-z0-9+/=_-]+/g, SECRET_MASK)]),
  );
}
