/** Listing tags, page by page (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags). */
import type { RegistryRepository } from '../importing/ports.ts';
import { RegistryError } from './errors.ts';
import type { RegistryLimits } from './limits.ts';
import { quirksOf } from './quirks/of-host.ts';
import type { Quirks } from './quirks/types.ts';
import { isTag } from './repository-url.ts';
import { readTags } from './schema.ts';
import type { RequestRegistry } from './session.ts';
import type { TransportResponse } from './transport.ts';

export interface TagsPage {
  readonly tags: readonly string[];
  /** Query of the next page, null on the last one. */
  readonly next: string | null;
}

/** All tags, in the registry's order, each once. @throws RegistryError; ERR_REGISTRY_TOO_LARGE beyond the limits of pages and tags */
export async function listTags(
  request: RequestRegistry,
  limits: RegistryLimits,
  repository: RegistryRepository,
): Promise<readonly string[]> {
  const deadline = performance.now() + limits.operationTimeout;
  const quirks = quirksOf(repository.host);
  let { pageSize = limits.pageSize } = quirks;
  const maxBytes = quirks.pageBytes ?? limits.pageBytes;
  const tags = new Set<string>();
  const seen = new Set<string>();

  async function fetchPage(query: string, allow: readonly number[]): Promise<TransportResponse> {
    const path = query === '' ? 'tags/list' : `tags/list?${query}`;
    return request({ method: 'GET', repository, path, accept: 'application/json', maxBytes, allow, deadline });
  }

  // Some answer 400 to a page size above their own maximum (see quirks/quay.ts, which may stand anywhere).
  let response = await fetchPage(`n=${pageSize}`, [400]);
  if (response.status === 400) {
    pageSize = Infinity;
    response = await fetchPage('', []);
  }
  for (;;) {
    const page = processTagsPage(response);
    const known = tags.size;
    for (const tag of page.tags) tags.add(tag);
    const next = page.next ?? (tags.size === known ? null : guessNext(page, pageSize, quirks));
    if (next === null) return [...tags];
    if (seen.has(next)) throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'the pages of the list of tags go round in circles');
    seen.add(next);
    if (tags.size > limits.tags || seen.size >= limits.pages) {
      throw new RegistryError(
        'ERR_REGISTRY_TOO_LARGE',
        `the repository has more than ${limits.tags} tags or ${limits.pages} pages of tags`,
      );
    }
    // Some have cursors of their own, and none after the last page (see quirks/ecr.ts, which may stand anywhere).
    response = await fetchPage(next, page.next === null ? [400, 405] : []);
    if (response.status !== 200) return [...tags];
  }
}

/** A full page without a link: older registries leave it to the client to ask for what follows the last tag, others have no more. */
function guessNext({ tags }: TagsPage, pageSize: number, { pagesByLink }: Quirks): string | null {
  return pagesByLink === true || tags.length < pageSize
    ? null
    : new URLSearchParams({ n: String(pageSize), last: tags.at(-1) ?? '' }).toString();
}

/** @throws RegistryError when the body is no list of tags */
export function processTagsPage({ headers, body }: TransportResponse): TagsPage {
  const tags = readTags(body);
  if (tags === null)
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'the registry answered with something that is no list of tags');
  return { tags: tags.filter(isTag), next: nextQuery(headers.link) };
}

/**
 * The query of the `next` link (RFC 8288). Only the query is used: the link may be relative, name a host behind a proxy that nobody else can reach, or
 * leave out the path of a virtual repository as Artifactory's does (RTFACT-18971), and a list must not lead anywhere but to its own registry.
 */
function nextQuery(header: string | string[] | undefined): string | null {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  for (const [, target = '', parameters = ''] of text.matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*"?[^";,]*\bnext\b/i.test(parameters)) continue;
    const url = URL.parse(target, 'http://registry.invalid/');
    return url === null || url.search === '' ? null : url.search.slice(1);
  }
  return null;
}
