/** How long a registry that says "too many requests", or says nothing, is left alone by all background imports (docs/operations.md). Pure. */
import { RegistryError, type RegistryErrorCode } from '../registry/errors.ts';

/** Who is in trouble: registries count requests by credentials (the anonymous ones are one of them), silence is of the whole host. */
export interface BackoffSubject {
  /** host or host:port that was asked. */
  readonly host: string;
  /** A name that tells nothing of them; absent: whoever asks. */
  readonly credentials?: string;
}

export interface HostBackoff extends BackoffSubject {
  /** ms; nobody asks the host before. It then stays on record until it answers, so that its next failure weighs more. */
  readonly until: number;
  readonly reason: 'throttled' | 'silent';
  /** Why, for people of all namespaces. */
  readonly message: string;
  /** Times in a row that it was found so. */
  readonly failures: number;
  /** ms of the first of them. */
  readonly since: number;
}

/** A host is left alone and was not asked. `code` says what was wrong with it. */
export class HostLeftAloneError extends RegistryError {
  constructor({ host, until, reason, message }: HostBackoff) {
    const code = reason === 'throttled' ? 'ERR_REGISTRY_RATE_LIMITED' : 'ERR_REGISTRY_TIMEOUT';
    super(code, `${host} is left alone until ${new Date(until).toISOString()}: ${message}`);
  }
}

/** As long as the shortest interval: what is on the queue of a pass does not try again. */
const FIRST = 60_000;
/** Of waits that are ours to choose; also what an interval must exceed for its tags to be queued although their host is left alone. */
export const LONGEST_BACKOFF = 60 * 60_000;
/** A registry may ask for a longer one. */
const LONGEST_RETRY_AFTER = 24 * 60 * 60_000;

const SILENT: ReadonlySet<RegistryErrorCode> = new Set(['ERR_REGISTRY_TIMEOUT', 'ERR_REGISTRY_UNREACHABLE']);

/** What an error says about its host, or null when it is about what was asked for. */
export function reasonOf({ code, retryAfter, isAnswered }: RegistryError): HostBackoff['reason'] | null {
  if (code === 'ERR_REGISTRY_RATE_LIMITED' || (code === 'ERR_REGISTRY_UNAVAILABLE' && retryAfter !== undefined)) return 'throttled';
  return SILENT.has(code) && !isAnswered ? 'silent' : null;
}

/** What a registry, or IAM, says to one who asks too often may name whose credentials they were; others are told no more than this. */
const THROTTLED = 'it asks for fewer requests';

/**
 * The back-off after `error`: never shorter than its Retry-After, twice as long with each failure in a row, up to a tenth longer by chance so that
 * workers do not return together. `now`: ms; `random`: 0 ≤ x < 1.
 */
export function nextBackoff(
  seen: HostBackoff | null,
  error: RegistryError,
  {
    subject,
    reason,
    now,
    random,
  }: { readonly subject: BackoffSubject; readonly reason: HostBackoff['reason']; readonly now: number; readonly random: number },
): HostBackoff {
  const failures = (seen?.failures ?? 0) + 1;
  const own = Math.min(FIRST * 2 ** Math.min(failures - 1, 20), LONGEST_BACKOFF);
  const asked = Math.min((error.retryAfter ?? 0) * 1000, LONGEST_RETRY_AFTER);
  const wait = Math.ceil(Math.max(own, asked) * (1 + random / 10));
  const message = reason === 'throttled' ? THROTTLED : error.message;
  return { ...subject, reason, message, until: now + wait, failures, since: seen?.since ?? now };
}
