/** What a token of a service account says (kubernetes `pkg/serviceaccount/claims.go`). */
import * as z from 'zod/mini';

/** Who says so, and whom it is said to unless a token asks for others: the name by which programs in a cluster know its API. */
export const ISSUER = 'https://kubernetes.default.svc';

export const ALGORITHM = 'ES256';

/** Times in seconds since the epoch. */
export const claimsSchema = z.object({
  iss: z.literal(ISSUER),
  sub: z.string(),
  aud: z.array(z.string()),
  iat: z.number(),
  nbf: z.number(),
  exp: z.number(),
  jti: z.string(),
  'kubernetes.io': z.object({ namespace: z.string(), serviceaccount: z.object({ name: z.string(), uid: z.string() }) }),
});

export type TokenClaims = z.infer<typeof claimsSchema>;
