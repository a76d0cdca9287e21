import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type Conditions, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV } from '../functions/runtime/environment.ts';
import { STATE_TABLE_SCHEMA } from '../functions/store/table-schema.ts';
import { DECRYPT_ACTIONS, ENCRYPT_ACTIONS } from './key-actions.ts';
import type { NodeFunction } from './node-function.ts';
import type { FunctionEnvironment } from './settings-environment.ts';

/** What signing keys of webhooks are sealed under (functions/access/secrets/signing-key-store.ts). Secrets have no `entity` in their context. */
const ENTITY_KEY = 'kms:EncryptionContext:entity';
const OF_SIGNING_KEYS = { StringEquals: { [ENTITY_KEY]: 'signing-key' } };
const OF_SECRETS = { Null: { [ENTITY_KEY]: 'true' } };

export interface SecretsTableProps {
  readonly removalPolicy: RemovalPolicy;
  /** Keys that have sealed so far, the newest among them. */
  readonly sealingKeys: number;
}

/**
 * Table `secrets`: a key of its own and no stream, so that no reader of changes can ever see a secret. A second key seals what secrets hold
 * before they get there, so that reading the table is not enough to read them; it opens secrets to some functions and signing keys to others.
 */
export class SecretsTable extends Construct {
  readonly table: Table;
  readonly key: Key;
  /** Oldest first; the last one seals. */
  readonly sealingKeys: readonly Key[];
  /** What tells a function where the table is. */
  readonly environment: FunctionEnvironment;
  /** The same, and how to open what is in it. */
  readonly sealingEnvironment: FunctionEnvironment;

  constructor(scope: Construct, id: string, props: SecretsTableProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Encrypts secrets of image streams',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    this.sealingKeys = Array.from(
      { length: props.sealingKeys },
      (_, index) =>
        new Key(this, index === 0 ? 'SealingKey' : `SealingKey${index + 1}`, {
          description: 'Seals the content of secrets of image streams',
          enableKeyRotation: true,
          removalPolicy: props.removalPolicy,
        }),
    );
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy: props.removalPolicy,
      timeToLiveAttribute: STATE_TABLE_SCHEMA.ttlAttribute,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
    });
    this.environment = { [ENV.secretsTable]: this.table.tableName };
    const [newest, ...previous] = this.sealingKeys.map(({ keyArn }) => keyArn).reverse();
    this.sealingEnvironment = {
      ...this.environment,
      [ENV.secretsKey]: newest,
      ...(previous.length > 0 && { [ENV.previousSecretsKeys]: previous.join(',') }),
    };
  }

  /** Allows reading one signing key by its name; there is no permission to list them. */
  grantSign(to: NodeFunction): void {
    this.allow(to, 'dynamodb:GetItem');
    this.key.grant(to, ...DECRYPT_ACTIONS);
    this.allowOpening(to, OF_SIGNING_KEYS);
  }

  /** Allows reading and opening one secret by its name, for targets that authenticate with one; there is no permission to list them. */
  grantOpenNamed(to: NodeFunction): void {
    this.allow(to, 'dynamodb:GetItem');
    this.key.grant(to, ...DECRYPT_ACTIONS);
    this.allowOpening(to, OF_SECRETS);
  }

  /** Allows storing and removing signing keys; not reading them. */
  grantSetSigningKeys(to: NodeFunction): void {
    this.allow(to, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    this.key.grant(to, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
    this.allowSealing(to, OF_SIGNING_KEYS);
  }

  /** Allows everything that can be done with secrets; a deleted one is overwritten by its tombstone. */
  grantAll(to: NodeFunction): void {
    this.allow(to, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem');
    this.key.grant(to, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
    this.allowOpening(to, OF_SECRETS);
    this.allowSealing(to, OF_SECRETS);
  }

  /** Allows removing all secrets of a namespace; not opening them. */
  grantSweep(to: NodeFunction): void {
    this.allow(to, 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:BatchWriteItem');
    this.key.grant(to, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
  }

  /** Allows opening the secrets of a namespace, to pull with them. */
  grantOpen(to: NodeFunction): void {
    this.allow(to, 'dynamodb:Query');
    this.key.grant(to, ...DECRYPT_ACTIONS);
    this.allowOpening(to, OF_SECRETS);
  }

  private allowOpening(to: NodeFunction, conditions: Conditions): void {
    const resources = this.sealingKeys.map(({ keyArn }) => keyArn);
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['kms:Decrypt'], resources, conditions }));
  }

  private allowSealing(to: NodeFunction, conditions: Conditions): void {
    const resources = this.sealingKeys.slice(-1).map(({ keyArn }) => keyArn);
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['kms:GenerateDataKey'], resources, conditions }));
  }

  private allow(to: NodeFunction, ...actions: readonly string[]): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [this.table.tableArn] }));
  }
}
