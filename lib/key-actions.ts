/** What DynamoDB does with a customer key on behalf of a caller that reads. */
export const DECRYPT_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'] as const;

/** What it does besides on behalf of a caller that writes: the two `*` of AWS's documentation written out. */
export const ENCRYPT_ACTIONS = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;
