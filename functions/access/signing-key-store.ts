/** SigningKeyStore in table `secrets`: its own encryption key, no stream, and only the functions that sign or set keys may reach it (design.md §3). */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { encodeName, namespacePartition } from '../store/keys.ts';
import type { SigningKeyOwner, SigningKeyStore } from '../triggers/ports.ts';

export interface SigningKeyStoreOptions {
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** Name of table `secrets`. */
  readonly table: string;
}

const CODEC_VERSION = 1;

const IS_NEW = 'attribute_not_exists(#pk)';
const IS_ANOTHER = '#secret <> :secret';

export function createSigningKeyStore({ client, table: TableName }: SigningKeyStoreOptions): SigningKeyStore {
  return {
    async readKey(owner) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: marshall(keyOf(owner)), ConsistentRead: true }));
      return Item?.['secret']?.S ?? null;
    },
    async saveKey(owner, secret) {
      const Item = marshall({ ...keyOf(owner), entity: 'signing-key', v: CODEC_VERSION, secret });
      try {
        await client.send(
          new PutItemCommand({
            TableName,
            Item,
            ConditionExpression: `${IS_NEW} OR ${IS_ANOTHER}`,
            ExpressionAttributeNames: { '#pk': 'pk', '#secret': 'secret' },
            ExpressionAttributeValues: marshall({ ':secret': secret }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    async deleteKey(owner) {
      await client.send(new DeleteItemCommand({ TableName, Key: marshall(keyOf(owner)) }));
    },
  };
}

/** The uid keeps a trigger from inheriting the key of an earlier one of its name. */
function keyOf({ namespace, name, uid }: SigningKeyOwner): { readonly pk: string; readonly sk: string } {
  return { pk: namespacePartition(namespace), sk: ['TRIGGER', encodeName(name), encodeName(uid)].join('#') };
}
