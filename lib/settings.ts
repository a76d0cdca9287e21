import { RemovalPolicy } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ENV, type EnvironmentVariable } from '../functions/runtime/environment.ts';

/** The ladder scheduled imports choose from (design.md §3): a fixed set keeps the shards of the `scheduled` index few and full. */
export const IMPORT_INTERVALS = ['1m', '2m', '5m', '10m', '15m', '30m', '1h', '2h', '6h', '12h', '1d', '7d', '30d'] as const;
export type ImportInterval = (typeof IMPORT_INTERVALS)[number];

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
   * `os/architecture[/variant]` that an import with `importMode: Legacy` chooses from an index.
   * @default 'linux/amd64'
   */
  readonly importPlatform?: string;
  /**
   * Host of a registry that serves the streams' own repositories, as pods see it; fills `status.dockerImageRepository`.
   * @default - none: streams have no repository of their own
   */
  readonly internalRegistry?: string;
  /**
   * The same registry's host as seen from outside; fills `status.publicDockerImageRepository`.
   * @default - none
   */
  readonly externalRegistry?: string;
  /**
   * Name of the event bus that carries tag changes. A fixed name is convenient for subscribers and allows one deployment per account and Region.
   * @default - generated
   */
  readonly eventBusName?: string;
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
  Required<Omit<ImageStreamsProps, 'internalRegistry' | 'externalRegistry' | 'eventBusName' | 'alarmTopic'>>;

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
    ...withoutUndefined(props),
  };
  if (!isImportInterval(settings.importInterval)) {
    throw new Error(`importInterval must be one of ${IMPORT_INTERVALS.join(', ')}, not ${JSON.stringify(settings.importInterval)}`);
  }
  if (!/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(settings.importPlatform)) {
    throw new Error(`importPlatform must look like linux/amd64, not ${JSON.stringify(settings.importPlatform)}`);
  }
  return settings;
}

export function isImportInterval(value: unknown): value is ImportInterval {
  return (IMPORT_INTERVALS as readonly unknown[]).includes(value);
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

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
