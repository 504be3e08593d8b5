// Cold start, from spawn to the first 200, and memory one second later: bare node:http, the
// standalone server on an empty folder, and the same on a folder that it has used before.
import { setTimeout as pause } from 'node:timers/promises'
import { finish, median, row, setting, summary } from './figures.mjs'
import { residentMegabytes, startBare, startCountersign, temporaryFolder } from './processes.mjs'

const runs = setting('runs', 9)
const used = temporaryFolder()
const kinds = {
  bare: { start: startBare, path: '/' },
  restart: { start: () => startCountersign(used), path: '/healthz' },
  first: { start: () => startCountersign(temporaryFolder()), path: '/healthz' },
}

async function measure({ start, path }) {
  const server = await start()
  try {
    const { status } = await fetch(server.url + path)
    const milliseconds = performance.now() - server.startedAt
    if (status !== 200) throw new Error(`${server.url}${path} answered ${status}`)
    await pause(1000)
    return { milliseconds, megabytes: residentMegabytes(server.pid) }
  } finally {
    await server.stop()
  }
}

const results = { bare: [], restart: [], first: [] }
for (const kind of Object.values(kinds)) await measure(kind)
for (let run = 0; run < runs; run += 1) {
  for (const [name, kind] of Object.entries(kinds)) results[name].push(await measure(kind))
}

const figures = (name, key) => results[name].map((result) => result[key])
const ratioOf = (name) =>
  median(figures(name, 'milliseconds')) / median(figures('bare', 'milliseconds'))

console.log(`Start to first 200, and memory after one second, ${runs} interleaved runs`)
const names = {
  bare: 'bare node:http',
  restart: 'countersign, used folder',
  first: 'countersign, empty folder',
}
for (const name in names) console.log(row(names[name], figures(name, 'milliseconds'), 'ms'))
for (const name in names) console.log(row(names[name], figures(name, 'megabytes'), 'MB'))
console.log(`start, used folder: ${ratioOf('restart').toFixed(2)} × bare`)
console.log(`start, empty folder: ${ratioOf('first').toFixed(2)} × bare`)
finish(
  Object.fromEntries(
    Object.keys(kinds).map((name) => [
      name,
      {
        milliseconds: summary(figures(name, 'milliseconds')),
        megabytes: summary(figures(name, 'megabytes')),
      },
    ]),
  ),
)
