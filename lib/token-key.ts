import type { RemovalPolicy } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV } from '../functions/runtime/environment.ts';
import type { NodeFunction } from './node-function.ts';
import type { FunctionEnvironment } from './settings-environment.ts';

export interface TokenKeyProps {
  readonly removalPolicy: RemovalPolicy;
}

/**
 * What signs tokens of service accounts. The private half never leaves KMS; tokens are checked by the public half, which functions find in the
 * state table. KMS does not rotate such keys: a new one takes over when this one is replaced, and tokens of the old one are good until they end.
 */
export class TokenKey extends Construct {
  readonly key: Key;
  /** What tells a function which key to sign with. */
  readonly environment: FunctionEnvironment;

  constructor(scope: Construct, id: string, props: TokenKeyProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Signs tokens of service accounts of image streams',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: props.removalPolicy,
    });
    this.environment = { [ENV.tokenKey]: this.key.keyArn };
  }

  /** Allows making tokens. */
  grantSign(to: NodeFunction): void {
    this.key.grant(to, 'kms:Sign', 'kms:GetPublicKey');
  }
}
