/** TokenSigner on a KMS key: the private half never leaves the service. */
import { createHash, createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { joseSignature } from './ecdsa-signature.ts';
import type { PublicJwk, TokenSigner } from '../ports.ts';

export function createKmsSigner(keyId: string, client: Pick<KMSClient, 'send'> = new KMSClient({})): TokenSigner {
  return {
    async publicKey() {
      const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
      if (der === undefined) throw new Error('KMS answered no public key');
      return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }).export({ format: 'jwk' }) as PublicJwk;
    },
    async sign(bytes) {
      // The digest, since KMS takes 4 KB and no more.
      const Message = createHash('sha256').update(bytes).digest();
      const command = new SignCommand({ KeyId: keyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' });
      const { Signature: der } = await client.send(command);
      if (der === undefined) throw new Error('KMS answered no signature');
      return joseSignature(der);
    },
  };
}
