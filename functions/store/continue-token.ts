import { StoreError } from './errors.ts';

/** Where a paged list goes on. Opaque to clients, not secret: it holds nothing a caller may not name anyway. */
export interface ListPosition {
  readonly namespace: string;
  /** Last item answered; '' = none of this namespace yet. */
  readonly after: string;
  /** Revision of the list's first page: all pages tell the same. */
  readonly revision: number;
}

const VERSION = 1;

export function formatToken({ namespace, after, revision }: ListPosition): string {
  return Buffer.from(JSON.stringify({ v: VERSION, ns: namespace, after, revision })).toString('base64url');
}

/** Throws ERR_STORE_BAD_TOKEN for anything formatToken did not make. */
export function parseToken(token: string): ListPosition {
  const { v, ns, after, revision } = parseJson(token);
  if (v !== VERSION || typeof ns !== 'string' || typeof after !== 'string' || !Number.isSafeInteger(revision) || Number(revision) < 1) {
    throw badToken();
  }
  return { namespace: ns, after, revision: Number(revision) };
}

export function badToken(options?: ErrorOptions): StoreError {
  return new StoreError('ERR_STORE_BAD_TOKEN', 'the continue token is not one of this list', options);
}

function parseJson(token: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw badToken({ cause });
  }
  throw badToken();
}
