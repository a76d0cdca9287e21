/**
 * Quay refuses a page of more than 100 tags with 400 TOO_MANY_TAGS_REQUESTED, where others send fewer.
 * Learned from https://github.com/fluxcd/image-reflector-controller/issues/585
 */
import type { Quirks } from './types.ts';

export const QUAY: Quirks = { pageSize: 100 };
