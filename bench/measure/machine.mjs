// What has to be said with every figure: the machine, the programs, the date and the command.
import { spawnSync } from 'node:child_process'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { programFolder } from './databases.mjs'
import { canPin } from './processes.mjs'

export function machine() {
  const [{ model } = {}] = cpus()
  return {
    processor: model?.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release().split('-')[0]} ${arch()}`,
    node: process.version,
    redis: version('redis-server', /v=([\d.]+)/),
    postgres: version(join(programFolder() ?? '', 'postgres'), /(\d+\.\d+)/),
    pinned: canPin,
  }
}

function version(program, pattern) {
  const { stdout, stderr, error } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return error ? 'none' : (pattern.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown')
}
