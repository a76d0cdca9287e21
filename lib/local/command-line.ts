/** The options of `npm start`, and what `--help` says of them. docs/local-runtime.md tells more. */
export const OPTIONS = {
  port: { type: 'string', default: '8443', value: 'PORT', help: 'port to listen on; 0 takes a free one' },
  host: { type: 'string', default: '127.0.0.1', value: 'HOST', help: 'address to listen on' },
  state: { type: 'string', default: '.local', value: 'DIRECTORY', help: 'where everything is kept; remove it to start from nothing' },
  'import-interval': { type: 'string', value: 'INTERVAL', help: 'how often scheduled tags are compared: 1m, 5m, 15m (unless set), 1h …' },
  'internal-registry': { type: 'string', value: 'HOST[:PORT]', help: 'registry that serves the repositories of image streams' },
  'external-registry': { type: 'string', value: 'HOST[:PORT]', help: 'the same registry from outside' },
  'allowed-registries': {
    type: 'string',
    multiple: true,
    value: 'LIST',
    help: 'registries that images may come from, with commas or repeated',
  },
  'registry-ca': { type: 'string', value: 'FILE', help: 'PEM: authorities that registries are trusted by' },
  'oidc-issuers': { type: 'string', value: 'FILE', help: 'JSON: providers whose JWTs log in' },
  'oidc-ca': { type: 'string', value: 'FILE', help: 'PEM: authorities that these providers are trusted by' },
  'aws-service': {
    type: 'string',
    multiple: true,
    value: 'NAME=URL',
    help: 'where an AWS service is, such as ecs=http://127.0.0.1:4566; repeatable',
  },
  'trigger-targets': { type: 'string', value: 'FILE', help: 'JSON: ARNs by namespace that triggers may act on' },
  'trigger-role': { type: 'string', multiple: true, value: 'ARN', help: 'role that triggers may act as; repeatable' },
  chaos: { type: 'boolean', default: false, value: '', help: 'the bus shuffles and duplicates its deliveries' },
  help: { type: 'boolean', short: 'h', default: false, value: '', help: 'print this' },
} as const;

/** What `--help` prints: a line for each option. */
export function helpText(): string {
  const lines = Object.entries(OPTIONS).map(([name, option]) => {
    const flag = `--${name} ${option.value}`.trimEnd() + ('short' in option ? `, -${option.short}` : '');
    const unless = 'default' in option && option.default !== false ? ` (${option.default})` : '';
    return `  ${flag.padEnd(34)}${option.help}${unless}`;
  });
  return `Serves image streams on this machine: the functions that are deployed, with an embedded DynamoDB.

  npm start -- [option …]

${lines.join('\n')}

More: docs/local-runtime.md`;
}
