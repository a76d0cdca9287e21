/**
 * ECR answers 403, without a challenge, to a password whose twelve hours are over: `DENIED: Your authorization token has expired. Reauthenticate and
 * try again.` To a HEAD it cannot say so, hence any 403 without a body may mean it.
 * Learned from https://github.com/flipt-io/flipt/issues/3043
 *
 * ECR Public answers 400, `DENIED: Your Authorization Token is invalid.`, to a bearer token that has expired.
 * Learned from https://github.com/oras-project/oras-go/issues/1227 and https://github.com/aws/containers-roadmap/issues/2835
 *
 * Both page tags by cursors of their own, at most 1,000 at a time: `last=TAG` is refused with 405 UNSUPPORTED, `Invalid next token provided`.
 * Learned from https://github.com/CodesWhat/drydock/pull/927 and https://github.com/google/go-containerregistry/issues/681
 */
import { readErrors } from '../schema.ts';
import type { TransportResponse } from '../transport.ts';
import type { Quirks } from './types.ts';

export const ECR: Quirks = { pagesByLink: true, isExpired: (response) => says(response, 403, /authorization token has expired/i) };

export const ECR_PUBLIC: Quirks = { pagesByLink: true, isExpired: (response) => says(response, 400, /authorization token is invalid/i) };

function says({ status, body }: TransportResponse, wanted: number, text: RegExp): boolean {
  return status === wanted && (body.length === 0 || readErrors(body).some(({ message }) => text.test(message)));
}
