import type { LookupAddress } from 'node:dns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ForbiddenAddressError,
  guardedLookup,
  isForbiddenAddress,
  refuseForbiddenHost,
  type ResolveAll,
} from '../../functions/runtime/network-guard.ts';

describe('isForbiddenAddress', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '169.254.170.2',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.19.0.1',
    '203.0.113.7',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b::',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '127.0.0.1:80',
    '[::1]',
  ])('forbids %j', (ip) => expect(isForbiddenAddress(ip)).toBe(true));

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '52.216.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '168.63.129.17',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.1.1',
    '223.255.255.255',
    '2600:1f18::1',
    '2a00:1450:4001:800::200e',
    '2606:4700:4700::1111',
    '64:ff9b::8.8.8.8',
    '64:ff9b::808:808',
  ])('allows %j', (ip) => expect(isForbiddenAddress(ip)).toBe(false));

  it('judges an address behind NAT64 as the IPv4 address it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(isForbiddenAddress(`64:ff9b::${ip}`)).toBe(isForbiddenAddress(ip));
      }),
    );
  });

  it('forbids every IPv4-mapped address and whatever is none', () => {
    fc.assert(fc.property(fc.ipV4(), (ip) => isForbiddenAddress(`::ffff:${ip}`)));
    fc.assert(fc.property(fc.string(), (text) => isForbiddenAddress(`${text} `)));
  });
});

describe('refuseForbiddenHost', () => {
  it.each(['127.0.0.1', '[::1]', '::1', '[::ffff:10.0.0.1]'])('refuses %s', (host) => {
    expect(() => refuseForbiddenHost(host, { allowPrivateAddresses: false })).toThrow(ForbiddenAddressError);
    expect(() => refuseForbiddenHost(host, { allowPrivateAddresses: true })).not.toThrow();
  });

  it.each(['quay.io', 'localhost', '8.8.8.8', '[2600:1f18::1]'])('leaves %s to the lookup or lets it pass', (host) => {
    expect(() => refuseForbiddenHost(host, { allowPrivateAddresses: false })).not.toThrow();
  });
});

describe('guardedLookup', () => {
  const mixed: LookupAddress[] = [
    { address: '10.0.0.1', family: 4 },
    { address: '8.8.8.8', family: 4 },
    { address: '::1', family: 6 },
    { address: '2600:1f18::1', family: 6 },
  ];
  const answer =
    (addresses: LookupAddress[]): ResolveAll =>
    (_hostname, _options, callback) =>
      callback(null, addresses);

  function lookUp(
    resolve: ResolveAll | undefined,
    allowPrivateAddresses: boolean,
    all: boolean,
    name = 'registry.example',
  ): Promise<unknown> {
    return new Promise((done, fail) => {
      guardedLookup({ allowPrivateAddresses, resolve })(name, { all }, (error, address) => (error ? fail(error) : done(address)));
    });
  }

  it('hands out only the addresses that may be connected to', async () => {
    expect(await lookUp(answer(mixed), false, true)).toEqual([mixed[1], mixed[3]]);
    expect(await lookUp(answer(mixed), false, false)).toBe('8.8.8.8');
  });

  it('fails when none is left, and when the name has none', async () => {
    await expect(lookUp(answer([{ address: '169.254.169.254', family: 4 }]), false, true)).rejects.toBeInstanceOf(ForbiddenAddressError);
    await expect(lookUp(answer([]), false, false)).rejects.toBeInstanceOf(ForbiddenAddressError);
  });

  it('lets everything pass where private addresses are allowed', async () => {
    expect(await lookUp(answer(mixed), true, true)).toEqual(mixed);
  });

  it('passes on what the resolver says', async () => {
    const failure = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    await expect(lookUp((_hostname, _options, callback) => callback(failure, []), false, true)).rejects.toBe(failure);
  });

  it('sees through names and short forms that the system resolves to loopback', async () => {
    await expect(lookUp(undefined, false, true, 'localhost')).rejects.toBeInstanceOf(ForbiddenAddressError);
    await expect(lookUp(undefined, false, true, '127.1')).rejects.toBeInstanceOf(ForbiddenAddressError);
  });
});
