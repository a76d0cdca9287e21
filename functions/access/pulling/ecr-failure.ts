/** Words what IAM, STS and ECR's API refuse or cannot do. Only names of errors are told: their messages quote roles and accounts. */
import { RegistryError } from '../../registry/errors.ts';

/** As far as an error of the AWS SDK matters here. */
interface SdkError {
  readonly name?: string;
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const THROTTLING = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/;

/** @param action what was asked, e.g. `ecr:GetAuthorizationToken in eu-west-1`. */
export function toEcrFailure(error: unknown, action: string): RegistryError {
  const { name = 'Error', $retryable, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  const code = /^\w{1,64}$/.test(name) ? name : 'Error';
  if ($retryable?.throttling === true || status === 429 || THROTTLING.test(code)) {
    return new RegistryError('ERR_REGISTRY_RATE_LIMITED', `${action} is throttled (${code})`, { cause: error });
  }
  if (status >= 400 && status < 500) {
    const hint = `${action} was refused (${code})`;
    return new RegistryError('ERR_REGISTRY_UNAUTHORIZED', hint, { cause: error, hint });
  }
  return new RegistryError('ERR_REGISTRY_UNAVAILABLE', `${action} got no answer (${code})`, { cause: error });
}
