import { ENV, type EnvironmentVariable } from '../../functions/runtime/environment.ts';

/** What a process needs to load any function's bundle: values only have to be there, since loading contacts nothing. */
export const LAMBDA_ENVIRONMENT: Readonly<Record<EnvironmentVariable, string>> & Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_LAMBDA_FUNCTION_NAME: 'loaded',
  [ENV.stateTable]: 'state',
  [ENV.secretsTable]: 'secrets',
  [ENV.secretsKey]: 'arn:aws:kms:eu-central-1:000000000000:key/none',
  [ENV.tokenKey]: 'arn:aws:kms:eu-central-1:000000000000:key/none',
  [ENV.importQueueUrl]: 'https://sqs.invalid/1/import',
  [ENV.sweepQueueUrl]: 'https://sqs.invalid/1/sweep',
  [ENV.triggerQueueUrl]: 'https://sqs.invalid/1/trigger.fifo',
  [ENV.publishFailureQueueUrl]: 'https://sqs.invalid/1/unpublished',
  [ENV.eventBusName]: 'bus',
  [ENV.importInterval]: '15m',
  [ENV.allowPrivateAddresses]: 'false',
  [ENV.importPlatform]: 'linux/amd64',
  [ENV.registryCa]: '',
  [ENV.internalRegistry]: '',
  [ENV.externalRegistry]: '',
  [ENV.allowedRegistries]: '',
  [ENV.clusterName]: 'image-streams',
  [ENV.oidcIssuers]: '',
  [ENV.oidcCa]: '',
  [ENV.admins]: '',
};
