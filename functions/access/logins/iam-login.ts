/** Logging in with AWS credentials: STS says which role or user signed the token, a mapping or a setting of the stack says who that is here. */
import { type IamPrincipal, readPrincipal } from '../../identity/iam-arn.ts';
import { renderName } from '../../identity/name-template.ts';
import { nameProblem } from '../../identity/reserved-names.ts';
import { MASTERS } from '../../rbac/groups.ts';
import { stsHosts } from '../../identity/sts-hosts.ts';
import { IAM_TOKEN_PREFIX, readStsRequest, type StsRequest } from '../../identity/sts-request.ts';
import type { Admins, Names, Refusal } from '../../identity/types.ts';
import type { Clock } from '../../resources/ports.ts';
import { askSts, type StsCaller } from './ask-sts.ts';
import { createBoundedMemory } from '../bounded-memory.ts';
import type { Get, IamMappingReader, LoginMethod } from '../ports.ts';
import { hashToken } from './token-hash.ts';

export interface IamLoginDependencies {
  /** Ours: whom tokens are made for. */
  readonly clusterName: string;
  /** Whose partition's hosts STS may be at. */
  readonly region: string;
  /** Calls hosts of STS and no others. */
  readonly get: Get;
  readonly mappings: IamMappingReader;
  readonly admins: Admins;
  readonly clock: Clock;
}

/** How long a mapping that was changed goes on, as accounts do. */
const KEEP_MS = 10_000;
/** How long STS is not asked again; also ends with the token. */
const KEEP_CALLER_MS = 60_000;
const MOST_CALLERS = 1_000;

export function createIamLogin({ clusterName, region, get, mappings, admins, clock }: IamLoginDependencies): LoginMethod {
  const hosts = stsHosts(region);
  const adminArns = new Set((admins.iamArns ?? []).map((arn) => readPrincipal(arn)?.arn));
  const callers = createBoundedMemory<StsCaller>({ most: MOST_CALLERS, keepMs: KEEP_CALLER_MS });

  async function callerOf(token: string, request: StsRequest, now: number): Promise<StsCaller | Refusal> {
    const hash = hashToken(token);
    const known = callers.recall(hash, now);
    if (known !== undefined) return known;
    const caller = await askSts(get, request, clusterName);
    if (!('refused' in caller)) callers.remember(hash, caller, now);
    return caller;
  }

  async function namesOf(caller: StsCaller): Promise<Names | Refusal> {
    if (adminArns.has(caller.arn)) return { user: caller.reportedArn, groups: [MASTERS] };
    const found = await mappings.findMapping(caller.arn);
    if (found === null) return { refused: `AWS token: no mapping for ${caller.arn}` };
    const user = found.username === undefined ? caller.reportedArn : renderName(found.username, caller);
    const groups = found.groups.map((group) => renderName(group, caller));
    // Checked when the mapping was written; what is filled in was not there then.
    const problem = [user, ...groups].map(nameProblem).find((each) => each !== null);
    return problem === undefined ? { user, groups } : { refused: `AWS token: names that mapping ${found.mapping} gives ${problem}` };
  }

  return {
    recognizes: (token) => token.startsWith(IAM_TOKEN_PREFIX),
    keepMs: KEEP_MS,
    isForPeople: true,
    async verify(token) {
      const now = clock();
      const request = readStsRequest(token, { hosts, now });
      if ('refused' in request) return request;
      const caller = await callerOf(token, request, now);
      if ('refused' in caller) return caller;
      const names = await namesOf(caller);
      return 'refused' in names ? names : { ...names, uid: uidOf(caller), expiresAt: request.expiresAt };
    },
  };
}

/** As aws-iam-authenticator makes it. */
function uidOf({ account, id }: Pick<IamPrincipal, 'account'> & { readonly id: string }): string {
  return `aws-iam-authenticator:${account}:${id}`;
}
