/** The custom resource over the HTTP functions as they are deployed: who it is says STS, who may what says stored policy. */
import { createIamLogin } from '../../functions/access/logins/iam-login.ts';
import type { Outcome } from '../../functions/declaring/answer.ts';
import { type ApiRequest, createApiClient } from '../../functions/declaring/api-client.ts';
import { createHandleRequest } from '../../functions/declaring/handle-request.ts';
import type { CloudFormationRequest } from '../../functions/declaring/types.ts';
import { createEksToken } from '../../functions/runtime/eks-token.ts';
import { createFakeSts } from '../support/sts.ts';
import type { HttpFunctions } from '../support/http-functions.ts';

export const STACK = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Shop/6f1e';
const ROLE = 'arn:aws:iam::111122223333:role/declare';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };

export interface Sent {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly manifest: unknown;
  readonly stack?: string;
  readonly logicalId?: string;
  readonly physicalId?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export interface CustomResource {
  readonly send: (request: Sent) => Promise<Outcome>;
  /** Method and path of what the API was asked, and with what code it answered. */
  readonly requests: string[];
  readonly logs: unknown[];
  /** Milliseconds slept so far. */
  readonly slept: () => number;
}

export interface CustomResourceOptions {
  /** Whom the role is mapped to; null: to nobody. */
  readonly groups?: readonly string[] | null;
  /** Answers instead of the API, or lets it. */
  readonly fault?: (request: ApiRequest) => number | Error | undefined;
  readonly onSleep?: () => Promise<unknown>;
}

export function createCustomResource(functions: HttpFunctions, options: CustomResourceOptions = {}): CustomResource {
  const { groups = ['system:masters'], fault, onSleep } = options;
  const state = { slept: 0 };
  const clock = () => Date.now() + state.slept;
  const sts = createFakeSts({
    [CREDENTIALS.accessKeyId]: {
      secretAccessKey: CREDENTIALS.secretAccessKey,
      arn: 'arn:aws:sts::111122223333:assumed-role/declare/Declare',
      userId: 'AROA:Declare',
    },
  });
  const login = createIamLogin({
    clusterName: 'shop',
    region: 'eu-central-1',
    get: sts.get,
    admins: {},
    clock,
    mappings: { findMapping: async (arn) => (arn === ROLE && groups !== null ? { mapping: 'm', username: 'declare', groups: [] } : null) },
  });
  const requests: string[] = [];
  const logs: unknown[] = [];
  const sleep = async (time: number) => {
    state.slept += time;
    await onSleep?.();
  };
  const credentials = { ...CREDENTIALS, sessionToken: 'abc/+=' };
  const signIn = async () => (await createEksToken({ cluster: 'shop', region: 'eu-central-1', credentials, now: clock() })) ?? '';
  const ask = createApiClient({
    signIn,
    sleep,
    clock,
    async transport({ token, method, path, body, contentType = 'application/json' }) {
      const forced = fault?.({ method, path });
      if (forced instanceof Error) throw forced;
      const identity = await login.verify(token);
      const headers = { 'content-type': contentType };
      const send = functions.as('declare', ...(groups ?? []));
      const code = 'refused' in identity ? 401 : forced;
      const answer = code === undefined ? await send(method, path, { body, headers }) : { code, body: null };
      requests.push(`${method} ${path.replace(/\?.*/, '')} ${answer.code}`);
      return answer;
    },
  });
  return {
    requests,
    logs,
    slept: () => state.slept,
    async send({ type, manifest, stack = STACK, logicalId = 'Web', physicalId, properties }) {
      const given: (readonly [CloudFormationRequest, Outcome])[] = [];
      const handle = createHandleRequest({
        ask,
        answer: async (request, outcome) => void given.push([request, outcome]),
        sleep,
        clock,
        log: (message, keys) => void logs.push({ message, ...keys }),
      });
      await handle({
        RequestType: type,
        ResponseURL: 'https://cloudformation.invalid/answer?X-Amz-Signature=secret',
        StackId: stack,
        RequestId: 'r-1',
        LogicalResourceId: logicalId,
        ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
        ResourceProperties: { ServiceToken: 'arn', Manifest: JSON.stringify(manifest), ...properties },
      });
      const outcome = given[0]?.[1];
      if (outcome === undefined || given.length > 1) throw new Error('not answered once');
      return outcome;
    },
  };
}
