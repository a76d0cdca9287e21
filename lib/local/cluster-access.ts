/** What clients need to reach the runtime: a server certificate of a CA of its own, the admin's token, and a kubeconfig with both. */
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

/** The token in the kubeconfig of the last start, else a new random one (256 bits). */
export function loadAdminToken(state: StateDirectory): string {
  return /^ {6}token: (\S+)$/m.exec(state.read('kubeconfig') ?? '')?.[1] ?? randomBytes(32).toString('base64url');
}

/** Writes the kubeconfig (mode 0600): cluster, user `admin` with `token`, namespace default. */
export function writeKubeconfig(state: StateDirectory, server: string, ca: string, token: string): void {
  const name = 'image-streams-local';
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `  - name: ${name}`,
    '    cluster:',
    `      server: ${server}`,
    `      certificate-authority-data: ${Buffer.from(ca).toString('base64')}`,
    'users:',
    '  - name: admin',
    '    user:',
    `      token: ${token}`,
    'contexts:',
    `  - name: ${name}`,
    '    context:',
    `      cluster: ${name}`,
    '      user: admin',
    '      namespace: default',
    `current-context: ${name}`,
  ];
  state.write('kubeconfig', `${lines.join('\n')}\n`);
}
