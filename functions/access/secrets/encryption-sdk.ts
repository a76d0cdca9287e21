/** Envelope encryption by the AWS Encryption SDK: a data key per secret, wrapped by KMS or by a key of this machine (aws-facts.md §8). */
import { readFileSync } from 'node:fs';
import { buildDecrypt } from '@aws-crypto/decrypt-node';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { KmsKeyringNode } from '@aws-crypto/kms-keyring-node';
import { AlgorithmSuiteIdentifier, CommitmentPolicy, type KeyringNode, MultiKeyringNode } from '@aws-crypto/material-management-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import type { SecretCipher } from '../ports.ts';

const FILE_SCHEME = 'file:';

/** Key commitment; no signature: those who can open a secret can also write it, a signature would prove nothing. */
const SUITE = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;

const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

/** Throws when a key file cannot be read or is not 32 bytes long. */
export function openCipher(key: string, previous: readonly string[]): SecretCipher {
  const keyring = keyringOf(key);
  const opening = previous.length === 0 ? keyring : new MultiKeyringNode({ children: [keyring, ...previous.map(keyringOf)] });
  return {
    async seal(bytes, context) {
      const { result } = await encrypt(keyring, bytes, { suiteId: SUITE, encryptionContext: { ...context } });
      return result;
    },
    async open(sealed, context) {
      const { plaintext, messageHeader } = await decrypt(opening, sealed);
      // Authentic means only that it was sealed for some place.
      const isHere = Object.entries(context).every(([name, value]) => messageHeader.encryptionContext[name] === value);
      if (!isHere) throw new Error('a stored secret was sealed for another place');
      return plaintext;
    },
  };
}

function keyringOf(key: string): KeyringNode {
  return key.startsWith(FILE_SCHEME) ? fileKeyring(new URL(key)) : new KmsKeyringNode({ generatorKeyId: key });
}

function fileKeyring(file: URL): KeyringNode {
  const wrappingSuite = RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING;
  // The SDK takes no pooled buffer: others would share its memory.
  const unencryptedMasterKey = new Uint8Array(readFileSync(file));
  return new RawAesKeyringNode({ keyName: 'secrets', keyNamespace: 'image-streams-local', unencryptedMasterKey, wrappingSuite });
}
