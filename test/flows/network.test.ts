import { expect, test } from 'vitest'
import { networkOf, plainAddress } from '../../src/flows/network.ts'

test('H4: every spelling of an address becomes one', () => {
  for (const [spelling, plain] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
    ['::', '::'],
  ] as const) {
    expect([spelling, plainAddress(spelling)]).toEqual([spelling, plain])
  }
  for (const other of [
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '010.0.0.1',
    '[::1]',
    '::1::',
    'x:y',
  ]) {
    expect([other, plainAddress(other)]).toEqual([other, undefined])
  }
})

test('H4: IPv4 is a network of its own, IPv6 one of as many bits as asked for', () => {
  const networks = (bits: number, ...addresses: string[]) =>
    new Set(addresses.map((address) => networkOf(address, bits))).size
  expect(networks(64, '192.0.2.1', '192.0.2.2')).toBe(2)
  expect(networks(64, '192.0.2.1', '::ffff:192.0.2.1')).toBe(1)
  expect(networks(64, '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(1)
  expect(networks(64, '2001:db8:1:2::1', '2001:db8:1:3::1')).toBe(2)
  expect(networks(56, '2001:db8:1:200::1', '2001:db8:1:2ff::1')).toBe(1)
  expect(networks(56, '2001:db8:1:200::1', '2001:db8:1:300::1')).toBe(2)
  expect(networks(128, '2001:db8::1', '2001:db8::2')).toBe(2)
  expect(networkOf('a socket', 64)).toBe('a socket')
})
