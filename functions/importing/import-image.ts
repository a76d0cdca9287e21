/** One image of an import, fetched within the session's time; what goes wrong with it is its result (openshift-semantics.md §6.2, §12). */
import type { BlockRule } from '../image/blocked-registries.ts';
import { type DockerImageReference, parseReference } from '../image/reference.ts';
import type { Platform } from '../image/platform.ts';
import type { ImportMode } from '../image/types.ts';
import type { Status } from '../kubernetes/types.ts';
import { RegistryError, type RegistryErrorCode } from '../registry/errors.ts';
import { fetchImage, type FetchedImage, locateSource } from './fetch-image.ts';
import { forbiddenRegistry, fullName, imageFailure, invalidReference, unfinished, unusableReference } from './import-status.ts';
import { HostLeftAloneError } from './host-backoff.ts';
import type { RegistrySession } from './registry-session.ts';

export interface SourceRequest {
  /** `from.name` as typed. */
  readonly from: string;
  readonly insecure: boolean;
  readonly importMode: ImportMode;
  readonly platform: Platform;
}

/** `tag` is the tag that was asked of the registry, '' for a digest or a source that is no reference. */
export type ImageResult =
  | { readonly kind: 'fetched'; readonly tag: string; readonly fetched: FetchedImage }
  | { readonly kind: 'failed'; readonly tag: string; readonly status: Status; readonly code?: RegistryErrorCode }
  | { readonly kind: 'pending'; readonly tag: string; readonly status: Status };

export interface ImportOptions {
  /** RFC 3339. */
  readonly now: string;
  /** Of a repository at most so many tags are imported, the others are only named. */
  readonly repositoryTags: number;
  /** Registries that are not asked; none when absent. */
  readonly blocked?: BlockRule;
  /** Somebody goes on with what is pending, so that an image whose registry was silent is pending, too, rather than failed (§12). */
  readonly isContinued?: boolean;
}

/** The image `from` names; failures are data. Rejects only for defects. */
export function importImage(session: RegistrySession, request: SourceRequest, options: ImportOptions): Promise<ImageResult> {
  const parsed = parseReference(request.from);
  if (!parsed.ok) return Promise.resolve({ kind: 'failed', tag: '', status: refusedReference(request.from, parsed.message) });
  if (parsed.reference.name === '') return Promise.resolve({ kind: 'failed', tag: '', status: unusableReference(request.from) });
  return importReference(session, request, parsed.reference, options);
}

/** The same for a source that is parsed already. */
export function importReference(
  session: RegistrySession,
  request: SourceRequest,
  reference: DockerImageReference,
  { now, isContinued = false, blocked }: ImportOptions,
): Promise<ImageResult> {
  const source = { ...request, reference };
  const { tag } = locateSource(source);
  const refused = blocked?.(reference) ?? null;
  // Upstream stops before it knows the tag.
  if (refused !== null) return Promise.resolve({ kind: 'failed', tag: '', status: forbiddenRegistry(refused) });
  const pending = (): ImageResult => ({ kind: 'pending', tag, status: unfinished(fullName(reference)) });
  const work = fetchImage(session.registry, source, now).then(
    (fetched): ImageResult => ({ kind: 'fetched', tag, fetched }),
    (error: unknown): ImageResult => {
      if (isContinued && isSilence(error)) return pending();
      const failure = failureOf(error, (cause) => imageFailure(cause, fullName(reference)));
      return isLeftAlone(error) ? { kind: 'pending', tag, status: failure.status } : { kind: 'failed', tag, ...failure };
    },
  );
  return session.within(work, pending);
}

/** `*` passes validation and fails here, as upstream lets it. */
export function refusedReference(text: string, why: string): Status {
  return text === '*' ? unusableReference(text) : invalidReference(text, why);
}

/** The registry did not answer in the time it was given. */
export function isSilence(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'ERR_REGISTRY_TIMEOUT';
}

/** The registry was not asked, because it was in trouble lately. */
export function isLeftAlone(error: unknown): boolean {
  return error instanceof HostLeftAloneError;
}

/** Only registries fail as data; anything else is a defect and fails the request. */
export function failureOf(
  error: unknown,
  word: (cause: RegistryError) => Status,
): { readonly status: Status; readonly code: RegistryErrorCode } {
  if (!(error instanceof RegistryError)) throw error;
  return { status: word(error), code: error.code };
}
