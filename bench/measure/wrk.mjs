// The load where every request is known beforehand: wrk, one thread, one request in flight a
// connection. It takes far less of its core than a server does, so it is never what is measured.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasProgram, loadCore, run, temporaryFolder } from './processes.mjs'

export const hasWrk = hasProgram('wrk', '-v')

const quoted = (text) => JSON.stringify(text).replaceAll('\\u', '\\\\u')

/** Every request has the token after that of the request before it. */
function script({ request: { method = 'GET', path, headers = {}, body = '' }, tokens = [] }) {
  const each = tokens.length > 0 ? tokens : ['']
  const formatted = each.map((token) => {
    const fields = Object.entries(headers).map(
      ([name, value]) => `[${quoted(name)}] = ${quoted(value.replaceAll('$TOKEN', token))}`,
    )
    const content = body === '' ? 'nil' : quoted(body.replaceAll('$TOKEN', token))
    return `wrk.format(${quoted(method)}, ${quoted(path)}, { ${fields.join(', ')} }, ${content})`
  })
  return `
local requests = {}
local index = 0
function init(args)
  requests = { ${formatted.join(',\n')} }
end
function request()
  index = index % #requests + 1
  return requests[index]
end
function done(summary, latency, requests)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('RESULT {"answered":%d,"failed":%d,"seconds":%f,"p50":%f,"p99":%f}\\n',
    summary.requests, failed, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
`
}

/** Runs wrk for whole seconds, the only ones it knows. */
export async function runWrk({ url, connections, seconds, ...plan }) {
  const file = join(temporaryFolder(), 'plan.lua')
  writeFileSync(file, script(plan))
  const length = `${Math.max(1, Math.round(seconds))}s`
  const args = ['-t1', `-c${connections}`, `-d${length}`, '-s', file, url]
  const printed = await run(loadCore, 'wrk', args)
  const { failed, p50, p99, ...counted } = JSON.parse(/^RESULT (.*)$/m.exec(printed)?.[1] ?? '{}')
  return { ...counted, failures: failed > 0 ? { failed } : {}, latency: { p50, p99 } }
}
