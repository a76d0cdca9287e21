/** The reading half of an import: images and a repository, fetched in parallel within a time limit (openshift-semantics.md §6.2, §6.3, §12). */
import { type DockerImageReference, formatReference, parseReference } from '../image/reference.ts';
import type { Status } from '../kubernetes/types.ts';
import { locateSource } from './fetch-image.ts';
import {
  failureOf,
  type ImageResult,
  importImage,
  type ImportOptions,
  importReference,
  isLeftAlone,
  isSilence,
  refusedReference,
  type SourceRequest,
} from './import-image.ts';
import { forbiddenRegistry, repositoryFailure, repositorySummary, unfinished, unusableReference } from './import-status.ts';
import { orderTags } from './order-tags.ts';
import type { RegistryClient } from './ports.ts';
import type { RegistrySession } from './registry-session.ts';

export interface ImagesRequest {
  readonly images: readonly SourceRequest[];
  readonly repository?: SourceRequest;
  /** Tags of the repository that others import: they are not fetched, and count as the others do. */
  readonly except?: ReadonlySet<string>;
}

export interface RepositoryResult {
  readonly status: Status;
  /** In the order of `orderTags`; absent when the tags could not be listed. */
  readonly images?: readonly ImageResult[];
  readonly additionalTags?: readonly string[];
}

export interface ImagesResult {
  readonly images: readonly ImageResult[];
  readonly repository?: RepositoryResult;
}

/**
 * Fetches everything asked for; failures are data, one per image, and what is still under way when the session's time is over is pending.
 */
export async function importImages(session: RegistrySession, request: ImagesRequest, options: ImportOptions): Promise<ImagesResult> {
  const [images, repository] = await Promise.all([
    Promise.all(request.images.map((image) => importImage(session, image, options))),
    request.repository && importRepository(session, request.repository, request, options),
  ]);
  return { images, repository };
}

async function importRepository(
  session: RegistrySession,
  request: SourceRequest,
  { images, except }: ImagesRequest,
  options: ImportOptions,
): Promise<RepositoryResult> {
  const { repositoryTags, isContinued = false } = options;
  const parsed = parseReference(request.from);
  if (!parsed.ok) return { status: refusedReference(request.from, parsed.message) };
  if (parsed.reference.name === '') return { status: unusableReference(request.from) };
  const blocked = options.blocked?.(parsed.reference) ?? null;
  if (blocked !== null) return { status: forbiddenRegistry(blocked) };
  const repository = { ...parsed.reference, tag: '', id: '' };
  const pending = (): Listed => ({ status: unfinished(formatReference(repository)) });
  const work = listTags(session.registry, request, repository).catch((error: unknown) => {
    if (isLeftAlone(error) || (isContinued && isSilence(error))) return pending();
    // Upstream names the repository as it was typed here.
    return { status: failureOf(error, (cause) => repositoryFailure(cause, formatReference(repository))).status };
  });
  const listed = await session.within(work, pending);
  if ('status' in listed) return listed;
  const tags = orderTags([...new Set(listed.tags.map((tag) => tag || 'latest'))]);
  const isFetchedAnyway = tagsFetchedFrom(request, repository, images);
  const chosen = [...tags.slice(0, repositoryTags), ...tags.slice(repositoryTags).filter(isFetchedAnyway)];
  const additionalTags = tags.slice(repositoryTags).filter((tag) => !isFetchedAnyway(tag));
  const fetched = chosen.filter((tag) => except?.has(tag) !== true);
  const results = await Promise.all(fetched.map((tag) => importReference(session, request, { ...repository, tag }, options)));
  return { status: repositorySummary(results.filter((result) => result.kind !== 'fetched').length), images: results, additionalTags };
}

type Listed = { readonly tags: readonly string[] } | { readonly status: Status };

async function listTags(registry: RegistryClient, request: SourceRequest, reference: DockerImageReference): Promise<Listed> {
  return { tags: await registry.listTags(locateSource({ ...request, reference }).repository) };
}

/** Tags beyond the limit that images[] of the same request fetch from the same place cost nothing: they are imported, too. */
function tagsFetchedFrom(
  request: SourceRequest,
  repository: DockerImageReference,
  images: readonly SourceRequest[],
): (tag: string) => boolean {
  const key = (source: SourceRequest, reference: DockerImageReference) => {
    const { repository: place, key: asked } = locateSource({ ...source, reference });
    return JSON.stringify([place, asked, source.importMode, source.platform]);
  };
  const fetched = new Set(
    images.flatMap((image) => {
      const parsed = parseReference(image.from);
      return parsed.ok ? [key(image, parsed.reference)] : [];
    }),
  );
  return (tag) => fetched.has(key(request, { ...repository, tag }));
}
