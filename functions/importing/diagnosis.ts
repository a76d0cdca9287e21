/** How the check of a tag's source goes, step by step, told to people. Nothing in it is secret. */
import type { Digest } from '../image/types.ts';
import type { RateLimit, RegistryRepository } from './ports.ts';

export interface DiagnosisStep {
  readonly step: 'Source' | 'AllowList' | 'Address' | 'Credentials' | 'Registry';
  /** Skipped: an earlier step makes it pointless. */
  readonly outcome: 'Passed' | 'Failed' | 'Skipped';
  readonly message: string;
}

/** An entry of a pull secret, or what IAM has to offer. */
export interface ConsideredEntry {
  /** Empty for IAM. */
  readonly secret: string;
  /** As written in the secret; empty for one that cannot be read. */
  readonly key: string;
  readonly username: string;
  /** 1 is tried first; absent: not tried. */
  readonly order?: number;
  readonly reason: string;
}

export interface DiagnosedChallenge {
  readonly scheme: string;
  readonly realm?: string;
  readonly service?: string;
  readonly scope?: string;
}

export interface DiagnosedRequest {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  /** `anonymous`, `secret key` of the entry, or the IAM role. */
  readonly credentials: string;
  /** How they were sent. */
  readonly authorization: 'None' | 'Basic' | 'Bearer' | 'RefreshToken';
  /** Absent: no answer. */
  readonly status?: number;
  readonly milliseconds: number;
  readonly challenges?: readonly DiagnosedChallenge[];
  readonly rateLimit?: RateLimit;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly message?: string;
}

export interface SourceDiagnosis {
  readonly steps: readonly DiagnosisStep[];
  readonly credentials: readonly ConsideredEntry[];
  readonly requests: readonly DiagnosedRequest[];
  /** What the source has now. */
  readonly found?: { readonly digest: Digest; readonly mediaType: string; readonly size: number };
}

/** Asks as the namespace, once, and remembers nothing. `reference`: a tag or a digest. Rejects for defects only. */
export type DiagnoseSource = (namespace: string, repository: RegistryRepository, reference: string) => Promise<SourceDiagnosis>;
