import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV } from '../functions/runtime/environment.ts';
import { STATE_TABLE_SCHEMA } from '../functions/store/table-schema.ts';
import { DECRYPT_ACTIONS, ENCRYPT_ACTIONS } from './key-actions.ts';
import type { NodeFunction } from './node-function.ts';
import type { FunctionEnvironment } from './settings.ts';

export interface SecretsTableProps {
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Table `secrets`: a key of its own and no stream, so that no reader of changes can ever see a secret. A second key seals what secrets hold
 * before they get there, so that reading the table is not enough to read them.
 */
export class SecretsTable extends Construct {
  readonly table: Table;
  readonly key: Key;
  readonly sealingKey: Key;
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
    this.sealingKey = new Key(this, 'SealingKey', {
      description: 'Seals the content of secrets of image streams',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
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
    this.sealingEnvironment = { ...this.environment, [ENV.secretsKey]: this.sealingKey.keyArn };
  }

  /** Allows reading one secret by its name; there is no permission to list them. */
  grantGet(to: NodeFunction): void {
    this.allow(to, 'dynamodb:GetItem');
    this.key.grant(to, ...DECRYPT_ACTIONS);
  }

  /** Allows storing and removing secrets; not reading them. */
  grantPutAndDelete(to: NodeFunction): void {
    this.allow(to, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    this.key.grant(to, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
  }

  /** Allows everything that can be done with secrets; a deleted one is overwritten by its tombstone. */
  grantAll(to: NodeFunction): void {
    this.allow(to, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem');
    this.key.grant(to, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
    this.sealingKey.grant(to, 'kms:Decrypt', 'kms:GenerateDataKey');
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
    this.sealingKey.grant(to, 'kms:Decrypt');
  }

  private allow(to: NodeFunction, ...actions: readonly string[]): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [this.table.tableArn] }));
  }
}
