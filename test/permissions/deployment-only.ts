/**
 * Permissions that nothing uses on one machine, each with the reason: the one list of what the end-to-end tests cannot prove to be needed.
 * Patterns of the report's lines: `<function> <action> <resource>`.
 */
export const DEPLOYMENT_ONLY: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: / logs:(CreateLogStream|PutLogEvents) /, reason: 'Lambda writes the log as the function; here it goes to functions.log' },
  {
    pattern: / xray:(PutTraceSegments|PutTelemetryRecords) \*$/,
    reason: 'Lambda sends the traces as the function; nothing is traced here',
  },
  { pattern: / kms:(Decrypt|GenerateDataKey) \S+SealingKey/, reason: 'secrets.key of the state directory stands in for the key' },
  { pattern: /^access kms:(Sign|GetPublicKey) \S+Tokens/, reason: 'token.key of the state directory stands in for the key' },
];
