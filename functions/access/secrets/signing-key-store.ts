/**
 * SigningKeyStore in table `secrets`: its own encryption key, no stream, and only the functions that sign or set keys may reach it (design.md §3).
 * Keys are sealed under a name of their own, `entity`, which the permissions on the sealing key ask for: who opens these opens no Secret.
 */
import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { encodeName, namespacePartition } from '../../store/keys.ts';
import type { SigningKeyStore } from '../../triggers/ports.ts';
import type { TriggerOwner } from '../../triggers/stored-trigger.ts';
import type { SecretCipher } from '../ports.ts';

export interface SigningKeyStoreOptions {
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** Name of table `secrets`. */
  readonly table: string;
  readonly cipher: SecretCipher;
}

const CODEC_VERSION = 1;
/** Also in lib/secrets-table.ts, as a condition of permissions. */
const ENTITY = 'signing-key';

const IS_NEW = 'attribute_not_exists(#pk)';
const IS_ANOTHER = '#fingerprint <> :fingerprint';

export function createSigningKeyStore({ client, table: TableName, cipher }: SigningKeyStoreOptions): SigningKeyStore {
  return {
    async readKey(owner) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: marshall(keyOf(owner)), ConsistentRead: true }));
      const sealed = Item?.['sealed']?.B;
      return sealed === undefined ? null : Buffer.from(await cipher.open(sealed, contextOf(owner))).toString();
    },
    async saveKey(owner, secret) {
      const sealed = await cipher.seal(Buffer.from(secret), contextOf(owner));
      const fingerprint = fingerprintOf(owner, secret);
      const Item = marshall({ ...keyOf(owner), entity: ENTITY, v: CODEC_VERSION, sealed, fingerprint });
      try {
        await client.send(
          new PutItemCommand({
            TableName,
            Item,
            ConditionExpression: `${IS_NEW} OR ${IS_ANOTHER}`,
            ExpressionAttributeNames: { '#pk': 'pk', '#fingerprint': 'fingerprint' },
            ExpressionAttributeValues: marshall({ ':fingerprint': fingerprint }),
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
function keyOf({ namespace, name, uid }: TriggerOwner): { readonly pk: string; readonly sk: string } {
  return { pk: namespacePartition(namespace), sk: ['TRIGGER', encodeName(name), encodeName(uid)].join('#') };
}

function contextOf({ namespace, name, uid }: TriggerOwner): Readonly<Record<string, string>> {
  return { entity: ENTITY, namespace, name, uid };
}

/** Tells one secret from another without opening it: a key has 24 random bytes or more, which nobody guesses; equal ones differ by their owners. */
function fingerprintOf({ uid }: TriggerOwner, secret: string): string {
  return createHash('sha256').update(`${uid} ${secret}`).digest('hex');
}
