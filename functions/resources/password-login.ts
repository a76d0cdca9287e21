/**
 * Tells `oc login` with a user name that there are no passwords here. It looks for an OAuth server first; what that answers to a login without a
 * challenge is printed (library-go `oauth/tokenrequest`).
 */
import type { ApiRequest, ApiResponse } from '../kubernetes/handlers.ts';
import { successResponse, textResponse } from '../kubernetes/responses.ts';

const METADATA = '/.well-known/oauth-authorization-server';
const AUTHORIZE = '/oauth/authorize';

const HINT = [
  'There are no passwords on this server. Log in with a token:',
  '',
  '    oc login --token=<token> --server=<server>',
  '',
  'A token of a service account comes from "oc create token NAME"; one of a user from whoever runs this server.',
].join('\n');

/** null for all other paths. */
export function refusePasswordLogin({ path, headers, requestId }: ApiRequest): ApiResponse | null {
  if (path === METADATA) return successResponse(200, metadata(`https://${headers['host'] ?? 'localhost'}`), requestId);
  return path === AUTHORIZE ? textResponse(401, HINT, requestId) : null;
}

/** RFC 8414 §2. */
function metadata(issuer: string): unknown {
  return {
    issuer,
    authorization_endpoint: `${issuer}${AUTHORIZE}`,
    token_endpoint: `${issuer}/oauth/token`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code'],
    code_challenge_methods_supported: ['S256'],
  };
}
