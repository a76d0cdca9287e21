import { RemovalPolicy } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ImportInterval } from '../functions/image/import-interval.ts';
import type { Admins, OidcIssuer } from '../functions/identity/types.ts';
import { checkSettings } from './check-settings.ts';

/** Requests the gateway admits over all routes, a token bucket. */
export interface Throttle {
  /** Requests per second, sustained. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/** Imports of one user, a token bucket. */
export interface ImportRate {
  /** Imports a minute, sustained. */
  readonly perMinute: number;
  /** Imports at once. */
  readonly burst: number;
}

/** How another account's ECR is pulled from. */
export interface EcrAccountProps {
  /** @default - the functions' own roles, which the policies of the repositories then have to name */
  readonly roleArn?: string;
  /** What the role's trust policy asks for as `sts:ExternalId`. */
  readonly externalId?: string;
}

/** What one deployment of image streams may choose. */
export interface ImageStreamsProps {
  /**
   * How often tags with `importPolicy.scheduled` are compared with their registry.
   * @default '15m', as upstream
   */
  readonly importInterval?: ImportInterval;
  /**
   * Lets registries and webhooks live on loopback, private and link-local addresses. Everyone who may import can then probe that network.
   * @default false
   */
  readonly allowPrivateAddresses?: boolean;
  /**
   * Certificates as PEM of authorities that registries and their token services are trusted by, besides the well-known ones; at most 2,500 bytes.
   * @default - none
   */
  readonly registryCa?: string;
  /**
   * `os/architecture[/variant]` that an import with `importMode: Legacy` chooses from an index.
   * @default 'linux/amd64'
   */
  readonly importPlatform?: string;
  /**
   * `host[:port]` of a registry that serves the streams' own repositories, as pods see it; fills `status.dockerImageRepository`. A host without
   * a dot or a port has to be localhost: in a pull spec it would be taken for a namespace.
   * @default - none: streams have no repository of their own
   */
  readonly internalRegistry?: string;
  /**
   * The same registry's `host[:port]` as seen from outside; fills `status.publicDockerImageRepository`.
   * @default - none
   */
  readonly externalRegistry?: string;
  /**
   * Registries that images may come from, as `host[:port]` with `*` and `?`, port 443 unless named (`host:80` for what OpenShift's setting of
   * the same name calls insecure). The internal registry need not be named. Changing it concerns only what is written from then on.
   * @default - all
   */
  readonly allowedRegistriesForImport?: readonly string[];
  /**
   * Registries that nothing is imported from, as `host[:port]` with `*` and `?`, in the foreground as in the background. What was imported before stays.
   * @default - none
   */
  readonly blockedRegistries?: readonly string[];
  /**
   * Tags that the import of a whole repository brings at most, -1 for all; the others are only named.
   * @default 50, as upstream
   */
  readonly maxImagesBulkImportedPerRepository?: number;
  /**
   * How many keys have sealed secrets so far. One more replaces the key (docs/operations.md, "the key of secrets"): the newest seals, all of
   * them open. Fewer than before, and what those keys sealed is lost.
   * @default 1
   */
  readonly sealingKeys?: number;
  /**
   * Globs of the namespaces whose imports may pull from ECR as the deployment's own IAM identity, from all repositories of its account and of
   * `ecrAccounts`. Whoever may import into such a namespace sees what these images are; mind who may create a namespace that a glob matches.
   * @default - none: ECR is pulled from with secrets only
   */
  readonly ecrNamespaces?: readonly string[];
  /**
   * Other accounts that `ecrNamespaces` may pull from, by their 12 digits: through a role that trusts the functions `imports` and `run-imports`,
   * or else by the policies of their repositories.
   * @default - none: the deployment's own account only
   */
  readonly ecrAccounts?: Readonly<Record<string, EcrAccountProps>>;
  /**
   * What image triggers may act on as this deployment, by the namespace of the trigger (`*` = every one): ARNs with `*`, e.g.
   * `{ shop: ['arn:aws:sqs:eu-central-1:111122223333:deployments'] }`. Whoever may create triggers in the namespace may change these resources.
   * ARNs of roles are those that task definitions of services of ECS name: fire-triggers may pass them to tasks.
   * @default - nothing: targets in AWS name a role (`roleArn`)
   */
  readonly triggerTargets?: Readonly<Record<string, readonly string[]>>;
  /**
   * ARNs of the roles that image triggers may name, with `*`, e.g. `arn:aws:iam::*:role/image-streams-*`. Each role decides by the external id of
   * its trust policy, `image-streams/NAMESPACE`, whose triggers may use it.
   * @default - none
   */
  readonly triggerRoles?: readonly string[];
  /**
   * Other accounts, and the own one for its other Regions, whose targets tell how deployments ended, by their 12 digits: they may put events on a bus
   * that is made for that. Each is heard about targets of its own only.
   * @default - none: targets of the deployment's own account and Region
   */
  readonly outcomeAccounts?: readonly string[];
  /**
   * Name of the event bus that carries tag changes. A fixed name is convenient for subscribers and allows one deployment per account and Region.
   * @default - generated
   */
  readonly eventBusName?: string;
  /**
   * Name that clients give when they log in with AWS credentials (`aws eks get-token --cluster-name`): letters, digits, `-` and `_`, at most 100. A token
   * made for a name is good for every deployment of that name: give each its own.
   * @default 'image-streams'
   */
  readonly clusterName?: string;
  /**
   * Providers of JWTs (OpenID Connect) whose users may log in.
   * @default - none
   */
  readonly oidcIssuers?: readonly OidcIssuer[];
  /**
   * Certificates as PEM of authorities that these providers are trusted by, besides the well-known ones.
   * @default - none
   */
  readonly oidcCa?: string;
  /**
   * Who is in `system:masters`, whatever is stored: how a deployment gets its first users.
   * @default - nobody
   */
  readonly admins?: Admins;
  /**
   * What happens to tables and keys when the stack goes. Anything but RETAIN also takes deletion protection off.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * Requests admitted by the gateway.
   * @default { rate: 500, burst: 1000 }
   */
  readonly throttle?: Throttle;
  /**
   * Images and repositories that one user may have imported by requests, and sources diagnosed; what is imported by itself does not count.
   * @default { perMinute: 60, burst: 120 }
   */
  readonly importRate?: ImportRate;
  /**
   * Receives every alarm, and its end.
   * @default - alarms change their state and notify nobody
   */
  readonly alarmTopic?: ITopic;
}

/** The props with their defaults applied. */
export type Settings = ImageStreamsProps &
  Required<
    Omit<
      ImageStreamsProps,
      | 'registryCa'
      | 'ecrNamespaces'
      | 'ecrAccounts'
      | 'internalRegistry'
      | 'externalRegistry'
      | 'allowedRegistriesForImport'
      | 'blockedRegistries'
      | 'maxImagesBulkImportedPerRepository'
      | 'triggerTargets'
      | 'triggerRoles'
      | 'outcomeAccounts'
      | 'eventBusName'
      | 'oidcIssuers'
      | 'oidcCa'
      | 'admins'
      | 'alarmTopic'
    >
  >;

/**
 * Applies defaults.
 * @throws Error when a value is none that the functions accept, naming the setting
 */
export function resolveSettings(props: ImageStreamsProps): Settings {
  const settings: Settings = {
    importInterval: '15m',
    allowPrivateAddresses: false,
    importPlatform: 'linux/amd64',
    sealingKeys: 1,
    removalPolicy: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.ONE_MONTH,
    throttle: { rate: 500, burst: 1000 },
    importRate: { perMinute: 60, burst: 120 },
    clusterName: 'image-streams',
    ...withoutUndefined(props),
  };
  checkSettings(settings);
  return settings;
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
