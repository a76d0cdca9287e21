/** One candidate after the other while the registry refuses them, and at last none (openshift-semantics.md §12, §6.1 step 5). */
import type { RegistryRepository } from '../importing/ports.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { dropOldest } from './hosts.ts';
import type { CredentialsFor, CredentialSource, RegistryCredentials } from './types.ts';

/** `refused`: what the registry has just refused. Throws RegistryError. */
export type ReadCredentials = (refused?: RegistryCredentials) => Promise<RegistryCredentials | null>;

export interface CredentialTrial {
  /** Calls `send` with a reader of credentials until one is not refused. When all are, the first refusal is thrown. */
  run<T>(repository: RegistryRepository, send: (read: ReadCredentials) => Promise<T>): Promise<T>;
}

const REFUSALS: ReadonlySet<RegistryErrorCode> = new Set([
  'ERR_REGISTRY_UNAUTHORIZED',
  'ERR_REGISTRY_BAD_CREDENTIALS',
  'ERR_REGISTRY_DENIED',
]);
const REMEMBERED = 1000;
/** Every refused one costs a request, and some registries lock out who is refused too often. */
export const MOST_TRIED = 5;

interface Found {
  readonly candidates: readonly (RegistryCredentials | CredentialSource)[];
  readonly problem?: string;
  /** Nothing else is tried. */
  readonly isOnly?: true;
}

const NONE: Found = { candidates: [], isOnly: true };

/** Remembers which candidate a repository took, so that the refused ones before it are not tried with every request. */
export function createCredentialTrial(credentialsFor: CredentialsFor | undefined): CredentialTrial {
  const accepted = new Map<string, number>();
  return {
    async run<T>(repository: RegistryRepository, send: (read: ReadCredentials) => Promise<T>): Promise<T> {
      const key = JSON.stringify([repository.host, repository.insecure, repository.name]);
      let reading: Promise<Found> | undefined;
      const list = () => (reading ??= readCredentials(credentialsFor, repository));
      const attempt = (index: number) => send(async (refused) => obtain((await list()).candidates[index], refused));
      const start = accepted.get(key) ?? 0;
      try {
        return await attempt(start);
      } catch (error) {
        // Not asked for credentials: others make no difference.
        if (!isRefusal(error) || reading === undefined) throw error;
        const found = await reading;
        if (found.isOnly) throw error;
        return await tryOthers(error, found, start);
      }

      async function tryOthers(first: RegistryError, { candidates, problem }: Found, tried: number): Promise<T> {
        const anonymous = candidates.length;
        let refusal = first;
        for (let index = 0; index <= anonymous; index++) {
          if (index === tried) continue;
          try {
            const answer = await attempt(index);
            remember(key, index);
            return answer;
          } catch (error) {
            if (!isRefusal(error) && index < anonymous) throw error;
            // What can be put right here says more than that nobody is let in.
            if (isRefusal(error) && refusal.hint === undefined && error.hint !== undefined) refusal = error;
          }
        }
        throw problem === undefined ? refusal : explained(refusal, problem);
      }
    },
  };

  function remember(key: string, index: number): void {
    accepted.set(key, index);
    dropOldest(accepted, REMEMBERED);
  }
}

/** Throws RegistryError only. */
async function readCredentials(credentialsFor: CredentialsFor | undefined, repository: RegistryRepository): Promise<Found> {
  if (credentialsFor === undefined) return NONE;
  try {
    const found = await credentialsFor(repository);
    if (found === null) return NONE;
    if (!('candidates' in found)) return { candidates: [found], isOnly: true };
    const { candidates, last, ...rest } = found;
    return { ...rest, candidates: [...candidates.slice(0, MOST_TRIED), ...(last === undefined ? [] : [last])] };
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'the credentials of the registry cannot be read', { cause: error });
  }
}

async function obtain(
  candidate: RegistryCredentials | CredentialSource | undefined,
  refused: RegistryCredentials | undefined,
): Promise<RegistryCredentials | null> {
  if (candidate === undefined) return null;
  return 'obtain' in candidate ? candidate.obtain(refused) : candidate;
}

function isRefusal(error: unknown): error is RegistryError {
  return error instanceof RegistryError && REFUSALS.has(error.code);
}

/** No longer "Unauthorized": what has to be put right is on this side. */
function explained(refusal: RegistryError, problem: string): RegistryError {
  return new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', `${problem}; without it: ${refusal.message}`, { cause: refusal });
}
