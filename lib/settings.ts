import { RemovalPolicy } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IMPORT_INTERVALS, type ImportInterval, isImportInterval } from '../functions/image/import-interval.ts';
import type { Admins, OidcIssuer } from '../functions/identity/types.ts';
import { ENV, type EnvironmentVariable } from '../functions/runtime/environment.ts';
import { readCertificates } from './certificates.ts';
import { checkLogin } from './login-settings.ts';

/** Requests the gateway admits over all routes, a token bucket. */
export interface Throttle {
  /** Requests per second, sustained. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
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
      | 'internalRegistry'
      | 'externalRegistry'
      | 'allowedRegistriesForImport'
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
    removalPolicy: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.ONE_MONTH,
    throttle: { rate: 500, burst: 1000 },
    clusterName: 'image-streams',
    ...withoutUndefined(props),
  };
  if (!isImportInterval(settings.importInterval)) {
    throw new Error(`importInterval must be one of ${IMPORT_INTERVALS.join(', ')}, not ${JSON.stringify(settings.importInterval)}`);
  }
  if (!/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(settings.importPlatform)) {
    throw new Error(`importPlatform must look like linux/amd64, not ${JSON.stringify(settings.importPlatform)}`);
  }
  if (settings.registryCa !== undefined) readCertificates('registryCa', settings.registryCa);
  checkHost('internalRegistry', settings.internalRegistry);
  checkHost('externalRegistry', settings.externalRegistry);
  for (const glob of settings.allowedRegistriesForImport ?? []) checkGlob(glob);
  checkLogin(settings);
  return settings;
}

const HOST_LABEL = '[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*';
const HOST = new RegExp(`^${HOST_LABEL}(?:\\.${HOST_LABEL})*(?::[0-9]+)?$`);
const GLOB = /^[A-Za-z0-9.*?-]+(?::[0-9*?]+)?$/;

/** A pull spec's first part is a host only if it looks like one (openshift-semantics.md §9). */
function checkHost(name: string, host: string | undefined): void {
  if (host === undefined || (HOST.test(host) && (/[.:]/.test(host) || host === 'localhost'))) return;
  throw new Error(`${name} must look like registry.example.com or registry:5000, not ${JSON.stringify(host)}`);
}

function checkGlob(glob: string): void {
  if (GLOB.test(glob)) return;
  throw new Error(`allowedRegistriesForImport must hold entries like *.example.com or registry:5000, not ${JSON.stringify(glob)}`);
}

export type FunctionEnvironment = Readonly<Partial<Record<EnvironmentVariable, string>>>;

/** The interval, for functions that write or walk scheduled tags. */
export function intervalEnvironment(settings: Settings): FunctionEnvironment {
  return { [ENV.importInterval]: settings.importInterval };
}

/** Whether private addresses may be contacted, for functions that call registries or webhooks. */
export function networkEnvironment(settings: Settings): FunctionEnvironment {
  return { [ENV.allowPrivateAddresses]: String(settings.allowPrivateAddresses) };
}

/** Whom registries are trusted by, for functions that call them; absent where nobody is named. */
export function certificatesEnvironment({ registryCa }: Settings): FunctionEnvironment {
  return registryCa === undefined ? {} : { [ENV.registryCa]: readCertificates('registryCa', registryCa) };
}

/** The platform a Legacy import chooses, for functions that import. */
export function platformEnvironment(settings: Settings): FunctionEnvironment {
  return { [ENV.importPlatform]: settings.importPlatform };
}

/** Hosts of the deployment's own registry, for functions that show or resolve pull specs; absent where none is set. */
export function registryEnvironment(settings: Settings): FunctionEnvironment {
  return {
    ...(settings.internalRegistry && { [ENV.internalRegistry]: settings.internalRegistry }),
    ...(settings.externalRegistry && { [ENV.externalRegistry]: settings.externalRegistry }),
  };
}

/** Where images may come from, for functions that write streams; absent where it may be anywhere. */
export function allowedRegistriesEnvironment({ allowedRegistriesForImport: allowed = [] }: Settings): FunctionEnvironment {
  return allowed.length === 0 ? {} : { [ENV.allowedRegistries]: allowed.join(',') };
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
