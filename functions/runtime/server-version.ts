/**
 * Answer to `/version`. The Kubernetes version is that of the client libraries this API was tested with, and what clients choose their
 * behaviour by; what this server really is stands beside it, where `kubectl get --raw /version` shows it.
 */
export const SERVER_VERSION = {
  major: '1',
  minor: '31',
  gitVersion: 'v1.31.0',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'node',
  platform: `${process.platform}/${process.arch}`,
  product: 'image-streams',
  productVersion: '0.1.0',
} as const;
