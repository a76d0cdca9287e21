import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV, type INDEX } from '../functions/runtime/environment.ts';
import { type KeyAttribute, STATE_TABLE_SCHEMA } from '../functions/store/table-schema.ts';
import { DECRYPT_ACTIONS, ENCRYPT_ACTIONS } from './key-actions.ts';
import type { NodeFunction } from './node-function.ts';
import type { FunctionEnvironment } from './settings-environment.ts';

export interface StateTableProps {
  readonly removalPolicy: RemovalPolicy;
}

type IndexName = (typeof INDEX)[keyof typeof INDEX];

/** What the store reads, and what its transactions are made of (functions/store/transaction.ts); a transaction itself needs no permission. */
const TRANSACTION_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'];

/** Table `state` (design.md §3): everything but secrets. */
export class StateTable extends Construct {
  readonly table: Table;
  readonly key: Key;
  /** What tells a function where the table is. */
  readonly environment: FunctionEnvironment;

  constructor(scope: Construct, id: string, props: StateTableProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Encrypts image stream state',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    this.table = new Table(this, 'Table', {
      partitionKey: attribute(STATE_TABLE_SCHEMA.partitionKey),
      sortKey: attribute(STATE_TABLE_SCHEMA.sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy: props.removalPolicy,
      timeToLiveAttribute: STATE_TABLE_SCHEMA.ttlAttribute,
      stream: StreamViewType[STATE_TABLE_SCHEMA.streamView],
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
    });
    for (const index of STATE_TABLE_SCHEMA.indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...index.include],
      });
    }
    this.environment = { [ENV.stateTable]: this.table.tableName };
  }

  /** Allows exactly these actions on the table's items. Anything that writes needs `grantTransactions`. */
  grantRead(to: NodeFunction, ...actions: readonly `dynamodb:${'GetItem' | 'BatchGetItem' | 'Query'}`[]): void {
    this.allow(to, actions, this.table.tableArn);
    this.key.grant(to, ...DECRYPT_ACTIONS);
  }

  /** Allows querying these indexes, and nothing of the table itself. */
  grantQuery(to: NodeFunction, ...indexes: readonly IndexName[]): void {
    this.allow(to, ['dynamodb:Query'], ...indexes.map((name) => `${this.table.tableArn}/index/${name}`));
    this.key.grant(to, ...DECRYPT_ACTIONS);
  }

  /** Allows exactly these writes, for functions that write items of their own and never a stream. */
  grantWrite(to: NodeFunction, ...actions: readonly `dynamodb:${'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem'}`[]): void {
    this.allow(to, actions, this.table.tableArn);
    this.key.grant(to, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
  }

  /** Allows reading and the transactions in which the store writes. */
  grantTransactions(to: NodeFunction): void {
    this.allow(to, TRANSACTION_ACTIONS, this.table.tableArn);
    this.key.grant(to, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
  }

  /** Allows Lambda to read the change stream on behalf of the function; not the table. */
  grantStreamRead(to: NodeFunction): void {
    this.allow(to, ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], this.streamArn);
    this.allow(to, ['dynamodb:ListStreams'], `${this.table.tableArn}/stream/*`);
    this.key.grant(to, ...DECRYPT_ACTIONS);
    Validations.of(to).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${this.logicalId}.Arn>/stream/*]`,
      reason: "ListStreams is a question about the table's streams: Lambda asks for it before it knows the stream.",
    });
  }

  get streamArn(): string {
    const arn = this.table.tableStreamArn;
    if (!arn) throw new Error('the state table has no stream');
    return arn;
  }

  private get logicalId(): string {
    return this.table.stack.getLogicalId(this.table.node.defaultChild as never);
  }

  private allow(to: NodeFunction, actions: readonly string[], ...resources: readonly string[]): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
}

function attribute(key: KeyAttribute): Attribute {
  return { name: key.name, type: key.type === 'N' ? AttributeType.NUMBER : AttributeType.STRING };
}
