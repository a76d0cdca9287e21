import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { INDEX } from '../functions/runtime/environment.ts';
import type { HttpFunctionName } from '../functions/resources/table/entry.ts';
import { ecrEnvironment, grantEcr } from './ecr-access.ts';
import { loginEnvironment } from './login-settings.ts';
import { NodeFunction } from './node-function.ts';
import type { SecretsTable } from './secrets-table.ts';
import type { Settings } from './settings.ts';
import {
  allowedRegistriesEnvironment,
  certificatesEnvironment,
  importPolicyEnvironment,
  type FunctionEnvironment,
  intervalEnvironment,
  networkEnvironment,
  platformEnvironment,
  rateEnvironment,
  registryEnvironment,
  triggerTargetsEnvironment,
} from './settings-environment.ts';
import type { StateTable } from './state-table.ts';
import type { TokenKey } from './token-key.ts';

export interface HttpFunctionsProps {
  readonly settings: Settings;
  readonly stateTable: StateTable;
  readonly secretsTable: SecretsTable;
  readonly tokenKey: TokenKey;
}

/** The gateway gives up after 30 s; answering a moment earlier lets the client have our Status instead of its 503. */
const REQUEST_TIMEOUT = Duration.seconds(29);
/** The gateway waits 10 s for an authorizer. */
const AUTHORIZER_TIMEOUT = Duration.seconds(9);
/** An API server waits 10 s for a webhook, unless it is told otherwise. */
const ADMISSION_TIMEOUT = Duration.seconds(9);

/** The functions that answer HTTP requests, and the one that says who is asking. */
export class HttpFunctions extends Construct {
  readonly byName: Readonly<Record<HttpFunctionName, NodeFunction>>;
  readonly authorize: NodeFunction;
  readonly all: readonly NodeFunction[];

  constructor(scope: Construct, id: string, props: HttpFunctionsProps) {
    super(scope, id);
    const { settings, stateTable, secretsTable, tokenKey } = props;
    const state = stateTable.environment;
    const readSettings = { ...state, ...intervalEnvironment(settings), ...registryEnvironment(settings) };
    const streamSettings = { ...readSettings, ...allowedRegistriesEnvironment(settings) };
    const importSettings = {
      ...streamSettings,
      ...networkEnvironment(settings),
      ...certificatesEnvironment(settings),
      ...platformEnvironment(settings),
      ...importPolicyEnvironment(settings),
      ...rateEnvironment(settings),
    };

    const add = (
      entry: string,
      description: string,
      environment: FunctionEnvironment,
      more?: { timeout?: Duration; memorySize?: number },
    ) =>
      new NodeFunction(this, pascalCase(entry), {
        entry,
        description,
        environment,
        logRetention: settings.logRetention,
        timeout: REQUEST_TIMEOUT,
        // A full vCPU shortens the cold start that a person at a terminal waits for.
        memorySize: 1769,
        ...more,
      });
    this.byName = {
      discovery: add('discovery', 'API discovery and OpenAPI documents', {}, { memorySize: 512 }),
      streams: add('streams', 'Image streams, images and what a stream knows of them', streamSettings),
      tags: add('tags', 'Image stream tags', streamSettings),
      mappings: add('mappings', 'Image and tag as a registry reports a push', streamSettings),
      imports: add('imports', 'Imports from container registries, answered at once', {
        ...importSettings,
        ...secretsTable.sealingEnvironment,
        ...ecrEnvironment(this, settings),
      }),
      access: add('access', 'Namespaces, secrets, service accounts and their tokens, limits and quotas', {
        ...readSettings,
        ...secretsTable.sealingEnvironment,
        ...tokenKey.environment,
      }),
      triggers: add('triggers', 'Image triggers and admission mappings', {
        ...state,
        ...secretsTable.sealingEnvironment,
        ...networkEnvironment(settings),
        ...triggerTargetsEnvironment(settings),
      }),
      admission: add(
        'admission',
        'Image names of pods, for API servers of clusters',
        { ...state, ...registryEnvironment(settings) },
        { timeout: ADMISSION_TIMEOUT },
      ),
    };
    const logins = { ...state, ...networkEnvironment(settings), ...loginEnvironment(settings) };
    this.authorize = add('authorize', 'Who is asking; never denies', logins, { timeout: AUTHORIZER_TIMEOUT, memorySize: 1024 });
    this.all = [...Object.values(this.byName), this.authorize];

    const { streams, tags, mappings, imports, access, triggers, admission } = this.byName;
    for (const writer of [streams, tags, imports]) stateTable.grantTransactions(writer);
    // A push changes no spec, and so takes no row away.
    stateTable.grantRead(mappings, 'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query');
    stateTable.grantWrite(mappings, 'dynamodb:PutItem');
    stateTable.grantRead(triggers, 'dynamodb:GetItem', 'dynamodb:Query');
    stateTable.grantWrite(triggers, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    stateTable.grantQuery(streams, INDEX.imagesByRevision);
    stateTable.grantRead(access, 'dynamodb:GetItem', 'dynamodb:Query');
    stateTable.grantWrite(access, 'dynamodb:PutItem');
    secretsTable.grantAll(access);
    tokenKey.grantSign(access);
    // Its users' budgets.
    stateTable.grantWrite(imports, 'dynamodb:UpdateItem');
    secretsTable.grantOpen(imports);
    grantEcr(imports, settings);
    secretsTable.grantSetSigningKeys(triggers);
    stateTable.grantRead(admission, 'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query');
    stateTable.grantRead(this.authorize, 'dynamodb:GetItem');
  }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
