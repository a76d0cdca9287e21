/**
 * Google's registries list all tags in one answer, whatever page size is asked for, and beside them what they know of every manifest: some 400 bytes
 * each. Without a Link there is no more, and asking for what follows the last tag would fetch all of it once more.
 * Learned from https://github.com/google/go-containerregistry/issues/897
 *
 * registry.k8s.io redirects to them (https://github.com/kubernetes/registry.k8s.io/blob/main/cmd/archeio/docs/request-handling.md).
 */
import type { Quirks } from './types.ts';

/** Some 40,000 manifests. */
const PAGE_BYTES = 16 * 1024 * 1024;

export const GOOGLE: Quirks = { pagesByLink: true, pageBytes: PAGE_BYTES };

export const GOOGLE_HOST = /^(?:(?:[a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev|registry\.k8s\.io)$/;
