/** What label keys and values may be (apimachinery `validate/content`); texts are upstream's. */

const MAX_LENGTH = 63;
const MAX_SUBDOMAIN = 253;
const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;

const IS_NAME = new RegExp(`^${NAME}$`);
const IS_VALUE = new RegExp(`^(${NAME})?$`);
const IS_DNS_LABEL = new RegExp(`^${DNS_LABEL}$`);
const IS_DNS_SUBDOMAIN = new RegExp(`^${DNS_SUBDOMAIN}$`);

const NAME_RULE = regexRule(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  NAME,
  ['MyName', 'my.name', '123-abc'],
);
const VALUE_RULE = regexRule(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${NAME})?`,
  ['MyValue', 'my_value', '12345'],
);
const SUBDOMAIN_RULE = regexRule(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  DNS_SUBDOMAIN,
  ['example.com'],
);
const LABEL_RULE = regexRule(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  DNS_LABEL,
  ['my-name', '123-abc'],
);

/** What is wrong with a label key (`[prefix/]name`); empty when nothing is. */
export function checkLabelKey(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2) return [`a valid label key ${NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? '';
  const problems = parts.length === 2 ? prefixed('prefix part ', checkPrefix(parts[0] ?? '')) : [];
  if (name === '') problems.push('name part must be non-empty');
  if (name.length > MAX_LENGTH) problems.push(`name part ${tooLong(MAX_LENGTH)}`);
  if (!IS_NAME.test(name)) problems.push(`name part ${NAME_RULE}`);
  return problems;
}

/** What is wrong with a label value; empty when nothing is. */
export function checkLabelValue(value: string): readonly string[] {
  const problems = value.length > MAX_LENGTH ? [tooLong(MAX_LENGTH)] : [];
  return IS_VALUE.test(value) ? problems : [...problems, VALUE_RULE];
}

/** What is wrong with an RFC 1123 label, the name of a namespace; empty when nothing is. */
export function checkDnsLabel(name: string): readonly string[] {
  const problems = name.length > MAX_LENGTH ? [tooLong(MAX_LENGTH)] : [];
  if (IS_DNS_LABEL.test(name)) return problems;
  return [...problems, IS_DNS_SUBDOMAIN.test(name) ? 'must not contain dots' : LABEL_RULE];
}

/** What is wrong with an RFC 1123 subdomain, the name of most objects; empty when nothing is. */
export function checkDnsSubdomain(name: string): readonly string[] {
  const problems = name.length > MAX_SUBDOMAIN ? [tooLong(MAX_SUBDOMAIN)] : [];
  return IS_DNS_SUBDOMAIN.test(name) ? problems : [...problems, SUBDOMAIN_RULE];
}

/** What is wrong with a name that is only to be a segment of a path, as those of roles; empty when nothing is. */
export function checkPathSegment(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((character) => name.includes(character)).map((character) => `may not contain '${character}'`);
}

function checkPrefix(prefix: string): readonly string[] {
  return prefix === '' ? ['must be non-empty'] : checkDnsSubdomain(prefix);
}

function prefixed(prefix: string, problems: readonly string[]): string[] {
  return problems.map((problem) => prefix + problem);
}

function tooLong(most: number): string {
  return `must be no more than ${most} bytes`;
}

function regexRule(rule: string, regex: string, examples: readonly string[]): string {
  return `${rule} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${regex}')`;
}
