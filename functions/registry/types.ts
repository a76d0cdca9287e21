/** What callers of the registry client say about credentials. */
import type { RegistryRepository } from '../importing/ports.ts';

/** User name and password for one registry or repository. */
export interface RegistryCredentials {
  readonly username: string;
  /** '' beside an identity token. */
  readonly password: string;
  /**
   * What some registries (Azure's foremost) hand out instead of a password: a refresh token of OAuth2. It goes to the token service only
   * (https://distribution.github.io/distribution/spec/auth/oauth/), never to the registry.
   */
  readonly identityToken?: string;
  /** A bearer token the registry takes as it is, instead of all of these; no token service is asked. */
  readonly registryToken?: string;
}

/** Credentials that are made when a registry asks for them. */
export interface CredentialSource {
  /** Whom they stand for: equal for sources of the same credentials. Not secret. */
  readonly identity: string;
  /**
   * @param refused what it handed out before and the registry does not take: made anew if that may help.
   * @throws RegistryError
   */
  obtain(refused?: RegistryCredentials): Promise<RegistryCredentials>;
}

/** What there is to try for one repository. */
export interface RepositoryCredentials {
  /** Tried in this order while the registry refuses them, and at last none. */
  readonly candidates: readonly RegistryCredentials[];
  /** Tried after the candidates, before none. */
  readonly last?: CredentialSource;
  /** Why there may be less to try than there should be. Told when the registry lets nobody in; holds no secret. */
  readonly problem?: string;
}

/** Finds the credentials of a repository; a pair alone is all there is to try; null: anonymous. Asked once per operation that needs authentication. */
export type CredentialsFor = (repository: RegistryRepository) => Promise<RegistryCredentials | RepositoryCredentials | null>;
