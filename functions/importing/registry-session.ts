/** A registry client for the span of one request or one batch of messages: shared, bounded, and over at some point. */
import { createHash } from 'node:crypto';
import { RegistryError } from '../registry/errors.ts';
import type { CredentialsFor } from '../registry/types.ts';
import { createFairTurnstile } from './fair-turnstile.ts';
import { type Asked, type SharedHealth, watchHosts } from './host-health.ts';
import type { RegistryClient, RegistryRepository } from './ports.ts';

export interface SessionLimits {
  /** Requests to one host under way at a time; to all hosts together three times as many. */
  readonly parallel: number;
  /** Milliseconds from now on. */
  readonly timeLimit: number;
  /** Credentials of the namespaces the work is for; none when absent. */
  readonly credentialsOf?: NamespaceCredentials;
  /** What other sessions know of the hosts, and are to learn; nothing when absent. */
  readonly shared?: SharedHealth;
}

/** What each namespace may pull with. Made for one session: it is free to remember. */
export type NamespaceCredentials = (namespace: string) => CredentialsFor;

export interface RegistrySession {
  /** Anonymous. The same request is sent once, whoever asks for it. A host that is of no use now is left alone (host-health.ts). */
  readonly registry: RegistryClient;
  /** The session with the credentials of a namespace. Namespaces with the same credentials for a repository share its requests. */
  forNamespace(namespace: string): RegistrySession;
  /** What the work comes to, or what `late` says once the session's time is over. */
  within<T>(work: Promise<T>, late: () => T): Promise<T>;
  /** Frees the timer, gives up what is under way, and sends no more. */
  close(): void;
}

/** Makes a client whose requests are given up when the signal says so. */
export type ConnectRegistry = (signal: AbortSignal, credentialsFor?: CredentialsFor) => RegistryClient;

export function openSession(connect: ConnectRegistry, { parallel, timeLimit, credentialsOf, shared }: SessionLimits): RegistrySession {
  const end = new AbortController();
  const answers = new Map<string, Promise<unknown>>();
  const health = watchHosts(shared);
  const inTurn = createFairTurnstile({ parallel, widthOf: health.widthOf });
  const { promise: over, resolve: timeIsOver } = Promise.withResolvers<void>();
  const timer = setTimeout(timeIsOver, timeLimit);
  const namespaces = new Map<string, RegistrySession>();

  async function ask<T>(asked: Asked, send: () => Promise<T>): Promise<T> {
    if (end.signal.aborted) throw new RegistryError('ERR_REGISTRY_TIMEOUT', 'there was no time left to ask the registry');
    const refusal = health.refusalOf(asked);
    if (refusal !== undefined) throw refusal;
    try {
      const answer = await send();
      await health.noteAnswer(asked);
      return answer;
    } catch (error) {
      // What was given up because time was over says nothing about the host.
      if (error instanceof RegistryError && !end.signal.aborted) await health.noteError(asked, error);
      throw error;
    }
  }

  function clientFor(credentialsFor: CredentialsFor | undefined): RegistryClient {
    const client = connect(end.signal, credentialsFor);

    async function once<T>(repository: RegistryRepository, operation: readonly unknown[], send: () => Promise<T>): Promise<T> {
      const who = credentialsFor === undefined ? '' : await nameCredentials(credentialsFor, repository);
      const key = JSON.stringify([repository.host, repository.name, repository.insecure, who, ...operation]);
      const known = answers.get(key) as Promise<T> | undefined; // same key, same operation, same type
      if (known !== undefined) return known;
      const asked = { host: repository.host, credentials: who };
      const answer = health.meet(asked).then(() => inTurn(repository.host, () => ask(asked, send)));
      answers.set(key, answer);
      return answer;
    }

    return {
      // Whatever each of them knows, the answer is the same.
      headManifest: (repository, reference, known) =>
        once(repository, ['head', reference], () => client.headManifest(repository, reference, known)),
      getManifest: (repository, reference) => once(repository, ['get', reference], () => client.getManifest(repository, reference)),
      getBlob: (repository, digest, maxBytes) =>
        once(repository, ['blob', digest, maxBytes], () => client.getBlob(repository, digest, maxBytes)),
      listTags: (repository) => once(repository, ['tags'], () => client.listTags(repository)),
    };
  }

  const session: RegistrySession = {
    registry: clientFor(undefined),
    forNamespace(namespace) {
      if (credentialsOf === undefined) return session;
      const known = namespaces.get(namespace) ?? { ...session, registry: clientFor(credentialsOf(namespace)) };
      namespaces.set(namespace, known);
      return known;
    },
    within: (work, late) => Promise.race([work, over.then(late)]),
    close() {
      clearTimeout(timer);
      end.abort();
    },
  };
  return session;
}

/** Equal for equal credentials, and tells nothing of them. Throws RegistryError. */
async function nameCredentials(credentialsFor: CredentialsFor, repository: RegistryRepository): Promise<string> {
  try {
    return createHash('sha256')
      .update(JSON.stringify(await credentialsFor(repository)))
      .digest('base64');
  } catch (error) {
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'the pull secrets of the namespace cannot be read', { cause: error });
  }
}
