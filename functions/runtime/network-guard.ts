/**
 * Keeps requests whose target a user chose (registries, token services, redirects, webhooks) out of our own network. The check is made on the
 * address that is connected to: a name is resolved once, by `guardedLookup`, so that it cannot mean one thing when checked and another when used.
 */
import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

export interface GuardOptions {
  /** True turns the guard off: for a deployment inside a private network, and for one machine. */
  readonly allowPrivateAddresses: boolean;
  /** Which addresses are not called. Default: isForbiddenAddress; a test lets one loopback address stand for the outside. */
  readonly forbids?: (ip: string) => boolean;
  /** Default: dns.lookup. */
  readonly resolve?: ResolveAll;
}

/** The target's address, or every address of its name, is one that is not called. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'ERR_FORBIDDEN_ADDRESS';

  constructor(host: string) {
    super(`${host} is at a loopback, private, link-local or otherwise reserved address`);
  }
}

/** IANA special-purpose address registry (RFC 6890), plus addresses at which clouds serve instance metadata. */
const FORBIDDEN_IPV4 = [
  ['0.0.0.0', 8], // "this network"; 0.0.0.0 connects to loopback
  ['10.0.0.0', 8], // RFC 1918
  ['100.64.0.0', 10], // carrier-grade NAT; Alibaba's metadata
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's platform address
  ['169.254.0.0', 16], // link-local: metadata of EC2, ECS and Lambda
  ['172.16.0.0', 12], // RFC 1918
  ['192.0.0.0', 24], // IETF protocols; Oracle's metadata
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // RFC 1918
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved and broadcast
] as const;

/** Everything outside global unicast is forbidden anyway; these lie inside it. */
const FORBIDDEN_IPV6 = [
  ['2001::', 23], // IETF protocols, Teredo
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address in disguise
  ['3fff::', 20], // documentation
] as const;

const forbidden = new BlockList();
for (const [network, prefix] of FORBIDDEN_IPV4) forbidden.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of FORBIDDEN_IPV6) forbidden.addSubnet(network, prefix, 'ipv6');

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** NAT64 (RFC 6052): how an IPv6-only subnet of a VPC reaches IPv4. Its last 32 bits decide. */
const nat64 = new BlockList();
nat64.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * Whether an address must not be connected to: loopback, private, link-local, shared, multicast, unspecified, documentation, metadata services,
 * and IPv6 forms that carry an IPv4 address. Whatever is no address is forbidden too.
 */
export function isForbiddenAddress(ip: string): boolean {
  switch (isIP(ip)) {
    case 4:
      return forbidden.check(ip, 'ipv4');
    case 6:
      return isForbiddenIpv6(ip);
    default:
      return true;
  }
}

function isForbiddenIpv6(ip: string): boolean {
  if (ip.includes('%')) return true; // a zone: link-local
  if (nat64.check(ip, 'ipv6')) return forbidden.check(lastIpv4(ip), 'ipv4');
  return !globalUnicast.check(ip, 'ipv6') || forbidden.check(ip, 'ipv6');
}

/** The last 32 bits of an IPv6 address, as IPv4. */
function lastIpv4(ip: string): string {
  // The URL parser writes the one canonical form: hexadecimal groups without leading zeros, the longest run of zeros as `::`.
  const canonical = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
  const [high = 0, low = 0] = groups.slice(-2).map((group) => parseInt(group, 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/**
 * Refuses a host that is written as an address and forbidden. Such a host is never looked up, so `guardedLookup` does not see it: call this
 * before every connection. `hostname` may be in the brackets of a URL.
 * @throws ForbiddenAddressError
 */
export function refuseForbiddenHost(hostname: string, { allowPrivateAddresses, forbids = isForbiddenAddress }: GuardOptions): void {
  if (allowPrivateAddresses) return;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && forbids(host)) throw new ForbiddenAddressError(host);
}

export interface FoundAddress {
  readonly address: string;
  readonly isForbidden: boolean;
}

/** All addresses of a name, or the one that it is, with what the guard says of them. Rejects when there are none. */
export function findAddresses(hostname: string, options: GuardOptions): Promise<readonly FoundAddress[]> {
  const { allowPrivateAddresses, forbids = isForbiddenAddress, resolve = dns.lookup } = options;
  const judge = (address: string) => ({ address, isForbidden: !allowPrivateAddresses && forbids(address) });
  if (isIP(hostname) !== 0) return Promise.resolve([judge(hostname)]);
  return new Promise((done, fail) => {
    resolve(hostname, { all: true }, (error, addresses) =>
      error === null ? done(addresses.map(({ address }) => judge(address))) : fail(error),
    );
  });
}

/** The part of `dns.lookup` that the guard uses; a test brings its own names. */
export type ResolveAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for node:net, node:http and node:https that hands out only addresses that may be connected to. A name all of whose addresses are
 * forbidden fails with ForbiddenAddressError.
 */
export function guardedLookup(options: GuardOptions): LookupFunction {
  const { allowPrivateAddresses, forbids = isForbiddenAddress, resolve = dns.lookup } = options;
  return (hostname, lookupOptions, callback) => {
    resolve(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = allowPrivateAddresses ? addresses : addresses.filter(({ address }) => !forbids(address));
      const [first] = allowed;
      if (first === undefined) return callback(new ForbiddenAddressError(hostname), []);
      if (lookupOptions.all === true) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}
