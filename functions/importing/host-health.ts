/** What one session knows of the hosts it asks, and what all workers know through the table. */
import { type RegistryError } from '../registry/errors.ts';
import type { Clock } from '../resources/ports.ts';
import { type HostBackoff, HostLeftAloneError, nextBackoff, reasonOf } from './host-backoff.ts';
import type { HostBackoffStore } from './ports.ts';

/** So many requests of a session may find a host silent before the others are spared the wait; one, when it never answered and others learn of it. */
const SILENCES = 3;

export interface SharedHealth {
  readonly backoffs: Pick<HostBackoffStore, 'readBackoff' | 'saveBackoff' | 'clearBackoff'>;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Told when the table cannot be asked: imports go on without it. */
  readonly report: (error: unknown) => void;
}

export interface HostHealth {
  /** Learns what others know of the host. Before the first request to it; asks the table once. */
  meet(host: string): Promise<void>;
  /** Why the host is not to be asked, if so. */
  refusalOf(host: string): RegistryError | undefined;
  /** Requests to the host that may be under way at a time. */
  readonly widthOf: (host: string) => number;
  /** After an answer, or an error that is about what was asked for. */
  noteAnswer(host: string): Promise<void>;
  noteError(host: string, error: RegistryError): Promise<void>;
}

/** Without `shared`: for this session alone. */
export function watchHosts(shared?: SharedHealth): HostHealth {
  const refusals = new Map<string, RegistryError>();
  const silences = new Map<string, number>();
  const answered = new Set<string>();
  const met = new Map<string, Promise<void>>();
  /** On record and not in good health since. */
  const suspects = new Map<string, HostBackoff>();

  async function attempt<T>(work: (health: SharedHealth) => Promise<T>): Promise<T | undefined> {
    try {
      return shared && (await work(shared));
    } catch (error) {
      shared?.report(error);
      return undefined;
    }
  }

  async function learn(host: string): Promise<void> {
    const backoff = await attempt(({ backoffs }) => backoffs.readBackoff(host));
    if (!backoff || !shared) return;
    suspects.set(host, backoff);
    if (shared.clock() < backoff.until) refusals.set(host, new HostLeftAloneError(backoff));
  }

  /** One request finds out whether a host is well, then the others follow. */
  function isUnproven(host: string): boolean {
    return shared !== undefined && !answered.has(host);
  }

  async function noteAnswer(host: string): Promise<void> {
    answered.add(host);
    const suspect = suspects.get(host);
    if (suspect === undefined || refusals.has(host)) return;
    suspects.delete(host);
    await attempt(({ backoffs }) => backoffs.clearBackoff(suspect));
  }

  return {
    meet(host) {
      const known = met.get(host) ?? learn(host);
      met.set(host, known);
      return known;
    },
    refusalOf: (host) => refusals.get(host),
    widthOf: (host) => (isUnproven(host) ? 1 : Infinity),
    noteAnswer,
    async noteError(host, error) {
      const reason = reasonOf(error);
      if (reason === null) return noteAnswer(host);
      const silent = (silences.get(host) ?? 0) + (reason === 'silent' ? 1 : 0);
      silences.set(host, silent);
      if (refusals.has(host) || (reason === 'silent' && silent < SILENCES && !isUnproven(host))) return;
      if (shared === undefined) return void refusals.set(host, error);
      const seen = suspects.get(host) ?? null;
      const backoff = nextBackoff(seen, error, { host, reason, now: shared.clock(), random: shared.random() });
      // Only what was asked for has failed; what was not is as it was.
      refusals.set(host, new HostLeftAloneError(backoff));
      await attempt(({ backoffs }) => backoffs.saveBackoff(backoff, seen));
    },
  };
}
