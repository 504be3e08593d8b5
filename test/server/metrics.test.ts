/** `/metrics` of the standalone server, and what docs/production.md says of counting events. */

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { valuesOf } from '../support/metrics-text.ts'
import { send } from '../support/send.ts'
import { startStandalone } from '../support/standalone.ts'
import { until } from '../support/workers.ts'

const root = join(import.meta.dirname, '../..')

test('metrics are answered only where they are asked for', async () => {
  const { url } = await startStandalone()
  expect((await send(`${url}/metrics`, 'GET')).status).toBe(404)
})

test('metrics count events, and say how the stores and the feed are', async () => {
  const { url } = await startStandalone({}, { metrics: true })
  const client = await loggedIn(url, 'ada')
  await client.login('ada', 'a wrong password of some length')
  await client.call('POST', '/auth/logout')
  const { status, headers, text } = await send(`${url}/metrics`, 'GET')
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
    'no-store',
  ])
  const lines = text.split('\n')
  for (const line of [
    '# TYPE countersign_events_total counter',
    'countersign_events_total{type="login_succeeded"} 1',
    'countersign_events_total{type="login_failed"} 1',
    'countersign_events_total{type="session_ended",reason="logout"} 1',
    'countersign_ready 1',
  ]) {
    expect(lines).toContain(line)
  }
  const label = '[a-z]+="[\\w/:.+-]+"'
  const form = new RegExp(
    `^(# (HELP|TYPE) \\w+ .+|[a-z_]+(\\{${label}(,${label})*\\})? [\\d.e+-]+|)$`,
  )
  expect(lines.filter((line) => !form.test(line))).toEqual([])
})

test('requests are counted by method, route and status, and timed by route', async () => {
  const { url } = await startStandalone({}, { metrics: true })
  const client = await loggedIn(url, 'ada')
  const { sid } = claimsOf(client.held().accessToken)
  await client.call('DELETE', `/auth/sessions/${sid}`)
  await send(`${url}/protected`, 'GET')
  await send(`${url}/healthz?from=a-probe`, 'HEAD')
  for (const path of ['/wp-login.php', '/auth/sessions-of-others']) await send(url + path, 'GET')
  await send(`${url}/`, 'PUT')
  const { text } = await send(`${url}/metrics`, 'GET')
  const counted = text.split('\n').filter((line) => line.startsWith('countersign_http_requests'))
  expect(counted.map((line) => line.slice('countersign_http_requests_total'.length))).toEqual([
    '{method="POST",route="/auth/register",code="201"} 1',
    '{method="POST",route="/auth/login",code="200"} 1',
    '{method="DELETE",route="/auth/sessions/:id",code="204"} 1',
    '{method="GET",route="/protected",code="401"} 1',
    '{method="HEAD",route="/healthz",code="200"} 1',
    '{method="GET",route="other",code="404"} 2',
    '{method="other",route="/",code="405"} 1',
  ])
  const values = valuesOf(text)
  const duration = 'countersign_http_request_duration_seconds'
  expect(values.get(`${duration}_count{route="other"}`)).toBe(2)
  expect(values.get(`${duration}_bucket{route="other",le="+Inf"}`)).toBe(2)
  expect(values.get(`${duration}_sum{route="/auth/login"}`)).toBeGreaterThan(0.001)
  expect(values.get(`${duration}_bucket{route="/auth/login",le="5"}`)).toBe(1)
})

test('a client that goes before it is answered is counted as 499', async () => {
  const { url } = await startStandalone({}, { metrics: true })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const begun = 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n{"user'
  socket.write(begun, () => socket.destroy())
  await until(async () => {
    const { text } = await send(`${url}/metrics`, 'GET')
    return text.includes('{method="POST",route="/auth/login",code="499"} 1')
  })
})

test('R16: metrics name no account, session or name', async () => {
  const { url } = await startStandalone({}, { metrics: true })
  const client = await loggedIn(url, 'somebody-to-be-found')
  const { sub, sid } = claimsOf(client.held().accessToken)
  await client.call('POST', '/auth/logout')
  const { text } = await send(`${url}/metrics`, 'GET')
  for (const secret of [sub, sid, 'somebody']) expect(text).not.toContain(secret)
})

test('the program of docs/production.md that counts events runs as it stands', async () => {
  const docs = readFileSync(join(root, 'docs/production.md'), 'utf8')
  const [, code = ''] = /^## Metrics\n[\s\S]*?^```js\n([\s\S]*?)^```/m.exec(docs) ?? []
  expect(code.split('\n').length).toBeLessThanOrEqual(16)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-metrics-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const asking = `
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address()
    const password = 'a long enough sentence'
    await auth.register({ username: 'ada', password })
    await auth.login({ username: 'ada', password })
    await new Promise((resolve) => setTimeout(resolve, 50))
    console.log(await (await fetch('http://127.0.0.1:' + port)).text())
    process.exit(0)`
  const program = code
    .replace("from 'countersign'", `from '${join(root, 'dist/index.js')}'`)
    .replace('createServer(', 'const server = createServer(')
    .replace("listen(9464, '127.0.0.1')", "listen(0, '127.0.0.1')")
  const script = `${program}\n${asking}`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    { env: { ...process.env, COUNTERSIGN_DATA: folder } },
  )
  expect(stdout).toContain('countersign_events_total{type="login_succeeded"} 1')
})
