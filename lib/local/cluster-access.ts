/** What clients need to reach the runtime: a server certificate of a CA of its own, tokens, and a kubeconfig with both. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { StateDirectory } from './state-directory.ts';

export interface ServerCertificate {
  /** PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const FILES = { ca: 'ca.crt', cert: 'server.crt', key: 'server.key' } as const;

function isUsable(cert: string, host: string): boolean {
  const certificate = new X509Certificate(cert);
  const named = isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host);
  return named !== undefined && certificate.validToDate.getTime() > Date.now() + 30 * DAY_MS;
}

/** The certificate of the last start while it is good for `host`, else a new one. The CA's key is thrown away: nothing else is ever signed with it. */
export async function loadCertificate(state: StateDirectory, host: string): Promise<ServerCertificate> {
  const [ca, cert, key] = [state.read(FILES.ca), state.read(FILES.cert), state.read(FILES.key)];
  if (ca && cert && key && isUsable(cert, host)) return { ca, cert, key };
  const { generate } = await import('selfsigned');
  const common = { keyType: 'ec', algorithm: 'sha256', notAfterDate: new Date(Date.now() + 730 * DAY_MS) } as const;
  const authority = await generate([{ name: 'commonName', value: 'image-streams local CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const addresses = [...new Set(['127.0.0.1', '::1', ...(isIP(host) ? [host] : [])])].map((ip) => ({ type: 7, ip }) as const);
  const names = [...new Set(['localhost', ...(isIP(host) ? [] : [host])])].map((value) => ({ type: 2, value }) as const);
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...names, ...addresses] },
    ],
  });
  const made = { ca: authority.cert, cert: server.cert, key: server.private };
  for (const name of ['ca', 'cert', 'key'] as const) state.write(FILES[name], made[name]);
  return made;
}

/** Whom the kubeconfig has. */
export const LOCAL_USERS = ['admin', 'developer'] as const;

export type LocalTokens = Readonly<Record<(typeof LOCAL_USERS)[number], string>>;

/** The tokens in the kubeconfig of the last start, else new random ones (256 bits). */
export function loadTokens(state: StateDirectory): LocalTokens {
  const kubeconfig = state.read('kubeconfig') ?? '';
  const token = (user: string) => {
    const known = new RegExp(`^ {2}- name: ${user}\n {4}user:\n {6}token: (\\S+)$`, 'm').exec(kubeconfig)?.[1];
    return known ?? randomBytes(32).toString('base64url');
  };
  return { admin: token('admin'), developer: token('developer') };
}

/** Writes the kubeconfig (mode 0600): the cluster, and a user and a context for each token, namespace default. */
export function writeKubeconfig(state: StateDirectory, server: string, ca: string, tokens: LocalTokens): void {
  const cluster = 'image-streams-local';
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `  - name: ${cluster}`,
    '    cluster:',
    `      server: ${server}`,
    `      certificate-authority-data: ${Buffer.from(ca).toString('base64')}`,
    'users:',
    ...LOCAL_USERS.flatMap((user) => [`  - name: ${user}`, '    user:', `      token: ${tokens[user]}`]),
    'contexts:',
    ...LOCAL_USERS.flatMap((user) => [
      `  - name: ${user}`,
      '    context:',
      `      cluster: ${cluster}`,
      `      user: ${user}`,
      '      namespace: default',
    ]),
    'current-context: admin',
  ];
  state.write('kubeconfig', `${lines.join('\n')}\n`);
}
