/** Who may log in from outside, as the settings of the stack say it. The shape is what lib writes and functions read. */

/** A provider of JWTs (OpenID Connect), as kube-apiserver's settings of the same names. */
export interface OidcIssuer {
  /** `iss` of its tokens, an https URL below which its discovery document is. */
  readonly issuer: string;
  /** A token names at least one of them as its `aud`. */
  readonly audiences: readonly string[];
  /** Default `sub`. With `email` the token has to say `email_verified`, too. */
  readonly usernameClaim?: string;
  /** Default: the issuer and `#`; for `email`: none. */
  readonly usernamePrefix?: string;
  /** Claim with a group or a list of them; absent: no groups. */
  readonly groupsClaim?: string;
  /** Default: none. */
  readonly groupsPrefix?: string;
  /** Claims that a token has to have, with exactly these values. */
  readonly requiredClaims?: Readonly<Record<string, string>>;
}

export interface OidcSubject {
  readonly issuer: string;
  /** `sub` of its tokens. */
  readonly subject: string;
}

/** Who is in `system:masters` without anything being stored. */
export interface Admins {
  /** ARNs of IAM roles (with or without their path) and users. */
  readonly iamArns?: readonly string[];
  readonly oidcSubjects?: readonly OidcSubject[];
}

/** Why somebody is not let in, in words for the log: they hold nothing of the token. */
export interface Refusal {
  readonly refused: string;
}

/** Who somebody is to us. */
export interface Names {
  readonly user: string;
  readonly groups: readonly string[];
}
