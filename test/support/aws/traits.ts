/** HTTP traits of the schemas of the AWS SDK: https://smithy.io/2.0/spec/http-bindings.html */
import type { SchemaRef } from './shapes.ts';

export interface HttpTraits {
  /** Method, URI template, status of the answer. Of an operation. */
  readonly http?: readonly [string, string, number];
  readonly httpLabel?: 1;
  readonly httpQuery?: string;
  readonly httpQueryParams?: 1;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly streaming?: 1;
}

/** Traits without a value are bits of a number, in this order: @smithy/core, translateTraits. */
const BITS = ['httpLabel', 'idempotent', 'idempotencyToken', 'sensitive', 'httpPayload', 'httpResponseCode', 'httpQueryParams'] as const;

/** Of a member, a pair of its schema and these; the traits of the schema itself are none of a member's HTTP binding, except `streaming`. */
export function memberTraits(ref: SchemaRef): HttpTraits {
  if (!Array.isArray(ref)) return {};
  const parts = ref as readonly unknown[];
  if (typeof parts[1] === 'string') return {};
  return { ...memberTraits(parts[0]), ...translate(parts[1]) };
}

export function translate(traits: unknown): HttpTraits {
  if (typeof traits === 'object' && traits !== null) return traits;
  const bits = Number(traits);
  return Object.fromEntries(BITS.flatMap((name, bit) => ((bits >> bit) & 1 ? [[name, 1]] : [])));
}
