/** A Redis that speaks TLS only, and knows one user with few rights besides the closed default one. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface TlsRedis {
  readonly url: string
  /** File of the certificate that has signed the server's own. */
  readonly authority: string
  readonly server: RedisServer
}

export const hasOpenssl = (): boolean => spawnSync('openssl', ['version']).status === 0

/** All that Countersign sends. */
const neededRights = [
  ...['+get', '+set', '+del', '+pttl', '+pexpire', '+eval', '+evalsha', '+time', '+ping'],
  ...['+strlen', '+getrange', '+setrange'],
  ...['+xadd', '+xrange', '+xrevrange', '+xread'],
]

/** @param prefix begins every key that the user may touch. */
export async function startTlsRedis(prefix: string): Promise<TlsRedis> {
  const password = 'a pass/word: of#its@own'
  const server = await startRedis(({ port, folder }) => {
    makeCertificates(folder)
    const tls = ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no']
    const files = ['--tls-cert-file', join(folder, 'server.crt'), '--tls-key-file']
    const authority = ['--tls-ca-cert-file', join(folder, 'ca.crt')]
    const hash = `#${sha256(password)}`
    const user = ['--user', 'countersign', 'on', hash, `~${prefix}*`, ...neededRights]
    const nobodyElse = ['--user', 'default', 'off']
    return [...tls, ...files, join(folder, 'server.key'), ...authority, ...user, ...nobodyElse]
  })
  const url = `rediss://countersign:${encodeURIComponent(password)}@localhost:${server.port}`
  return { url, authority: join(server.folder, 'ca.crt'), server }
}

function sha256(text: string): string {
  const { stdout } = spawnSync('openssl', ['dgst', '-sha256', '-r'], { input: text })
  return String(stdout).slice(0, 64)
}

function makeCertificates(folder: string): void {
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const authority = ['-x509', '-days', '2', '-subj', '/CN=test authority']
  openssl(folder, 'req', ...authority, ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt')
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const request = [
    '-subj',
    '/CN=localhost',
    ...names,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  ]
  openssl(folder, 'req', ...newKey, ...request)
  const signing = [
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-copy_extensions',
    'copy',
  ]
  openssl(
    folder,
    'x509',
    '-req',
    '-days',
    '2',
    '-in',
    'server.csr',
    ...signing,
    '-out',
    'server.crt',
  )
}

function openssl(folder: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`)
}
