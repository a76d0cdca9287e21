/** As whom a target acts in AWS: this deployment where that is allowed, or a role of the target's owner (docs/decisions/0070-whom-a-target-acts-as.md). */
import { randomUUID } from 'node:crypto';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../../../resources/ports.ts';
import { type AllowedTargets, isAllowedResource } from '../../allowed-targets.ts';
import { parseArn } from '../../arn.ts';
import type { AwsResource } from '../../kinds/target-kind.ts';
import type { TriggerOwner } from '../../stored-trigger.ts';
import { outcomeOfAwsError } from './aws-outcome.ts';
import type { Refusal } from '../target.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** What a client of a service is made with. The same object as long as the credentials are good: clients are kept by it. */
export interface AwsSession {
  readonly region: string;
  /** Absent: those of this function. */
  readonly credentials?: AwsCredentials;
}

export type OpenSession = (
  trigger: TriggerOwner,
  resource: AwsResource,
) => Promise<{ readonly ok: true; readonly session: AwsSession } | { readonly ok: false; readonly refusal: Refusal }>;

export interface AwsSessionDeps {
  readonly sts: Pick<STSClient, 'send'>;
  readonly allowed: AllowedTargets;
  readonly clock: Clock;
}

/** ms of its life that a session is not used for any more: a call must not outlive it. */
const MARGIN = 5 * 60_000;
/** Sessions kept; more come and go. */
const MOST_SESSIONS = 500;
const PROBE_SECONDS = 900;

/**
 * Roles are assumed with the external id `image-streams/NAMESPACE`. A role that does not insist on one would serve triggers of any namespace,
 * whoever made them: it is refused.
 */
export function createAwsSessions({ sts, allowed, clock }: AwsSessionDeps): OpenSession {
  const sessions = new Map<string, AwsSession>();
  const insisting = new Set<string>();

  async function assume(roleArn: string, namespace: string, region: string): Promise<AwsSession | Refusal> {
    const session = `image-streams@${namespace}`.slice(0, 64);
    const assumed = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: session, ExternalId: externalIdOf(namespace) }),
    );
    if (!insisting.has(roleArn)) {
      if (await trustsAnybody(sts, roleArn, session)) return TRUSTS_ANYBODY;
      insisting.add(roleArn);
    }
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration = new Date(0) } = assumed.Credentials ?? {};
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
    return { region, credentials };
  }

  return async ({ namespace }, resource) => {
    const { arn, roleArn } = resource;
    const { region } = parseArn(arn);
    if (roleArn === undefined && !isAllowedResource(allowed, namespace, resource)) return { ok: false, refusal: NOT_ALLOWED };
    const key = JSON.stringify([roleArn ?? null, roleArn === undefined ? null : namespace, region]);
    const known = sessions.get(key);
    if (known !== undefined && isGood(known, clock())) return { ok: true, session: known };
    try {
      const made = roleArn === undefined ? { region } : await assume(roleArn, namespace, region);
      if ('kind' in made) return { ok: false, refusal: made };
      if (sessions.size >= MOST_SESSIONS) sessions.clear();
      sessions.set(key, made);
      return { ok: true, session: made };
    } catch (error) {
      return { ok: false, refusal: outcomeOfAwsError(error, 'the role cannot be assumed') };
    }
  };
}

/** Makes one client per session. */
export function clientsBySession<Client>(make: (session: AwsSession) => Client): (session: AwsSession) => Client {
  const clients = new WeakMap<AwsSession, Client>();
  return (session) => {
    const client = clients.get(session) ?? make(session);
    clients.set(session, client);
    return client;
  };
}

export function externalIdOf(namespace: string): string {
  return `image-streams/${namespace}`;
}

const NOT_ALLOWED: Refusal = {
  kind: 'refused',
  reason: 'TargetNotAllowed',
  message: 'this deployment does not act on the target for triggers of this namespace: set roleArn',
};

const TRUSTS_ANYBODY: Refusal = {
  kind: 'refused',
  reason: 'RoleTrustsAnybody',
  message: 'the role can be assumed with any external id: its trust policy must require that of this namespace',
};

/** Whether it can be assumed with an external id nobody has. Throws what STS says besides no. */
async function trustsAnybody(sts: AwsSessionDeps['sts'], roleArn: string, session: string): Promise<boolean> {
  const ExternalId = externalIdOf(randomUUID());
  try {
    await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: session, ExternalId, DurationSeconds: PROBE_SECONDS }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('AccessDenied')) return false;
    throw error;
  }
}

function isGood({ credentials }: AwsSession, now: number): boolean {
  return credentials === undefined || credentials.expiration.getTime() - MARGIN > now;
}
