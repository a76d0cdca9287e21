/** ARNs of who calls AWS, in the one form by which they are compared (aws-iam-authenticator `pkg/arn`). */

export interface IamPrincipal {
  readonly kind: 'role' | 'user' | 'root' | 'federated-user';
  /** Twelve digits. */
  readonly account: string;
  /** Canonical: of a role without its path, which an assumed role does not tell. Names of roles are unique in their account. */
  readonly arn: string;
}

/** As STS answers it. */
export interface IamCaller extends IamPrincipal {
  /** Chosen by whoever assumed the role; only of roles. */
  readonly sessionName?: string;
}

const ARN = /^arn:(aws(?:-[a-z]+)*):(iam|sts)::(\d{12}):([\x21-\x7e]+)$/;
/** Letters of names; paths may hold more, but nothing that looks like a wildcard. */
const NAME = '[\\w+=,.@-]+';
const PATH = '(?:[^*?]+/)?';

const ROLE = new RegExp(`^role/${PATH}(${NAME})$`);
const USER = new RegExp(`^user/${PATH}${NAME}$`);
const ASSUMED_ROLE = new RegExp(`^assumed-role/(${NAME})/(${NAME})$`);
const FEDERATED_USER = new RegExp(`^federated-user/${NAME}$`);

/** Who a caller is, of the ARN that GetCallerIdentity tells; null when it is nobody who can be mapped. */
export function readCaller(text: string): IamCaller | null {
  const arn = splitArn(text);
  if (arn === null) return null;
  const { partition, service, account, resource } = arn;
  const [, role, sessionName] = (service === 'sts' ? ASSUMED_ROLE.exec(resource) : null) ?? [];
  if (role !== undefined && sessionName !== undefined)
    return { kind: 'role', account, arn: roleArn(partition, account, role), sessionName };
  return readUser(arn);
}

/** Whom a mapping or a setting names; null for what is no role or user. The session of a role is not named: whoever assumes it chooses its name. */
export function readPrincipal(text: string): IamPrincipal | null {
  const arn = splitArn(text);
  if (arn === null) return null;
  const { partition, service, account, resource } = arn;
  const [, role] = (service === 'iam' ? ROLE.exec(resource) : null) ?? [];
  return role === undefined ? readUser(arn) : { kind: 'role', account, arn: roleArn(partition, account, role) };
}

interface Arn {
  readonly text: string;
  readonly partition: string;
  readonly service: string;
  readonly account: string;
  readonly resource: string;
}

function splitArn(text: string): Arn | null {
  const [, partition, service, account, resource] = ARN.exec(text) ?? [];
  if (partition === undefined || service === undefined || account === undefined || resource === undefined) return null;
  return { text, partition, service, account, resource };
}

function readUser({ text, service, account, resource }: Arn): IamPrincipal | null {
  if (service === 'sts') return FEDERATED_USER.test(resource) ? { kind: 'federated-user', account, arn: text } : null;
  if (resource === 'root') return { kind: 'root', account, arn: text };
  return USER.test(resource) ? { kind: 'user', account, arn: text } : null;
}

function roleArn(partition: string, account: string, role: string): string {
  return `arn:${partition}:iam::${account}:role/${role}`;
}
