/** What one session knows of the hosts it asks, and what all workers know through the table. */
import { type RegistryError } from '../registry/errors.ts';
import type { Clock } from '../resources/ports.ts';
import { type BackoffSubject, type HostBackoff, HostLeftAloneError, nextBackoff, reasonOf } from './host-backoff.ts';
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

export interface Asked {
  readonly host: string;
  /** By what name its credentials are known; '' for none. */
  readonly credentials: string;
}

export interface HostHealth {
  /** Learns what others know of the host, and of those credentials there. Before the first request to it; asks the table once for each. */
  meet(asked: Asked): Promise<void>;
  /** Why the host is not to be asked, if so. */
  refusalOf(asked: Asked): RegistryError | undefined;
  /** Requests to the host that may be under way at a time. */
  readonly widthOf: (host: string) => number;
  /** After an answer, or an error that is about what was asked for. */
  noteAnswer(asked: Asked): Promise<void>;
  noteError(asked: Asked, error: RegistryError): Promise<void>;
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

  async function learn(subject: BackoffSubject): Promise<void> {
    const backoff = await attempt(({ backoffs }) => backoffs.readBackoff(subject));
    if (!backoff || !shared) return;
    suspects.set(keyOf(subject), backoff);
    if (shared.clock() < backoff.until) refusals.set(keyOf(subject), new HostLeftAloneError(backoff));
  }

  function meetOnce(subject: BackoffSubject): Promise<void> {
    const known = met.get(keyOf(subject)) ?? learn(subject);
    met.set(keyOf(subject), known);
    return known;
  }

  /** One request finds out whether a host is well, then the others follow. */
  function isUnproven(host: string): boolean {
    return shared !== undefined && !answered.has(host);
  }

  async function clear(subject: BackoffSubject): Promise<void> {
    const suspect = suspects.get(keyOf(subject));
    if (suspect === undefined || refusals.has(keyOf(subject))) return;
    suspects.delete(keyOf(subject));
    await attempt(({ backoffs }) => backoffs.clearBackoff(suspect));
  }

  async function noteAnswer(asked: Asked): Promise<void> {
    answered.add(asked.host);
    await Promise.all([clear({ host: asked.host }), clear(asked)]);
  }

  async function leaveAlone(subject: BackoffSubject, reason: HostBackoff['reason'], error: RegistryError): Promise<void> {
    if (shared === undefined) return void refusals.set(keyOf(subject), error);
    const seen = suspects.get(keyOf(subject)) ?? null;
    const backoff = nextBackoff(seen, error, { subject, reason, now: shared.clock(), random: shared.random() });
    // Only what was asked for has failed; what was not is as it was.
    refusals.set(keyOf(subject), new HostLeftAloneError(backoff));
    await attempt(({ backoffs }) => backoffs.saveBackoff(backoff, seen));
  }

  return {
    meet: async (asked) => void (await Promise.all([meetOnce({ host: asked.host }), meetOnce(asked)])),
    refusalOf: (asked) => refusals.get(keyOf({ host: asked.host })) ?? refusals.get(keyOf(asked)),
    widthOf: (host) => (isUnproven(host) ? 1 : Infinity),
    noteAnswer,
    async noteError(asked, error) {
      const { host } = asked;
      const reason = reasonOf(error);
      if (reason === null) return noteAnswer(asked);
      const silent = (silences.get(host) ?? 0) + (reason === 'silent' ? 1 : 0);
      silences.set(host, silent);
      const subject = reason === 'silent' ? { host } : asked;
      if (refusals.has(keyOf(subject)) || (reason === 'silent' && silent < SILENCES && !isUnproven(host))) return;
      if (reason === 'throttled') await clear({ host }); // it speaks
      await leaveAlone(subject, reason, error);
    },
  };
}

function keyOf({ host, credentials }: BackoffSubject): string {
  return credentials === undefined ? host : `${host} ${credentials}`;
}
