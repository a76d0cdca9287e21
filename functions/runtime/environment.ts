/** Names of the environment variables that lib sets on functions and functions read: the second of the two places where both meet. */
export const ENV = {
  stateTable: 'STATE_TABLE',
  secretsTable: 'SECRETS_TABLE',
  /** What seals secrets: the ARN of a KMS key, or on one machine the `file:` URL of 32 random bytes. */
  secretsKey: 'SECRETS_KEY',
  /** Keys that sealed before it and still open, joined by commas; absent: none. */
  previousSecretsKeys: 'PREVIOUS_SECRETS_KEYS',
  /** What signs tokens of service accounts: the ARN of a KMS key, or on one machine the `file:` URL of a private key as PEM. */
  tokenKey: 'TOKEN_KEY',
  importQueueUrl: 'IMPORT_QUEUE_URL',
  sweepQueueUrl: 'SWEEP_QUEUE_URL',
  triggerQueueUrl: 'TRIGGER_QUEUE_URL',
  /** JSON: globs of the ARNs that triggers of a namespace may act on as this deployment; absent: none. */
  triggerTargets: 'TRIGGER_TARGETS',
  publishFailureQueueUrl: 'PUBLISH_FAILURE_QUEUE_URL',
  eventBusName: 'EVENT_BUS_NAME',
  /** Deployment-wide interval of scheduled imports, e.g. `15m`; one of the ladder of design.md §3. */
  importInterval: 'IMPORT_INTERVAL',
  /** `true` lets registries and webhooks live on loopback, private and link-local addresses. */
  allowPrivateAddresses: 'ALLOW_PRIVATE_ADDRESSES',
  /** `os/architecture` a Legacy import chooses from an index, default `linux/amd64`. */
  importPlatform: 'IMPORT_PLATFORM',
  /** Certificates as PEM of authorities that registries are trusted by, besides the well-known ones; absent: none. */
  registryCa: 'REGISTRY_CA',
  /** Imports of one user: `a minute/at once`, e.g. `60/120`. */
  importRate: 'IMPORT_RATE',
  /** Globs of the namespaces that pull from ECR as the deployment's IAM identity, joined by commas; absent: none. */
  ecrNamespaces: 'ECR_NAMESPACES',
  /** The deployment's own account; there with `ECR_NAMESPACES`. */
  ecrAccount: 'ECR_ACCOUNT',
  /** Other accounts that may be pulled from, as JSON: `{account: {roleArn?, externalId?}}`; absent: none. */
  ecrAccounts: 'ECR_ACCOUNTS',
  internalRegistry: 'INTERNAL_REGISTRY',
  externalRegistry: 'EXTERNAL_REGISTRY',
  /** Globs `host[:port]` of the registries images may come from, joined by commas; absent: from all. */
  allowedRegistries: 'ALLOWED_REGISTRIES',
  /** Globs `host[:port]` of the registries nothing is imported from, joined by commas; absent: none. */
  blockedRegistries: 'BLOCKED_REGISTRIES',
  /** Tags of a repository that are imported at most, -1: all; absent: 50. */
  repositoryTags: 'MAX_IMAGES_BULK_IMPORTED_PER_REPOSITORY',
  /** Ours, as clients name it that log in with AWS credentials. */
  clusterName: 'CLUSTER_NAME',
  /** Address of a deployment's API, without a path: for what declares objects there from other stacks. */
  apiUrl: 'API_URL',
  /** OidcIssuer[] of functions/identity/types.ts as JSON; absent: none. */
  oidcIssuers: 'OIDC_ISSUERS',
  /** Certificates as PEM of authorities that OIDC issuers are trusted by, besides the well-known ones; absent: none. */
  oidcCa: 'OIDC_CA',
  /** Admins of functions/identity/types.ts as JSON; absent: nobody. */
  admins: 'ADMINS',
} as const;

export type EnvironmentVariable = (typeof ENV)[keyof typeof ENV];

/** Index names of table `state`, shared by lib (creates them) and store (queries them). */
export const INDEX = {
  /** Sparse: scheduled tags by `SCHED#<interval>#<shard>` (attributes `schedPk`, `schedSk`). */
  scheduled: 'scheduled',
  /** Sparse: what waits for its time: tags for their first import, triggers that were put off (attributes `duePk`, `importDue`). */
  importDue: 'import-due',
  /** Sparse: triggers by the tag they follow (attributes `followPk`, `followSk`). */
  triggersByTag: 'triggers-by-tag',
  /** Images by the revision of their last write, in `IMAGE_SHARDS` parts (attributes `imageShard`, `revision`). */
  imagesByRevision: 'images-by-revision',
} as const;
