import { describe, expect, test } from 'vitest'
import { groups } from '../../src/cli/run.ts'
import { typed } from './run-command.ts'

const loaded = await Promise.all(groups.map(({ load }) => load()))
const commands = loaded.flatMap((group) => group.commands.map((command) => ({ group, command })))

describe('help', () => {
  test('lists every group, the exit codes and an example', async () => {
    for (const line of ['help', '--help', '-h']) {
      const { code, output, errors } = await typed(line)
      expect([code, errors]).toEqual([0, ''])
      for (const { name } of groups) expect(output).toMatch(new RegExp(`^  ${name} `, 'm'))
      for (const exitCode of [0, 1, 2, 3, 4]) {
        expect(output).toMatch(new RegExp(`^  ${exitCode}  `, 'm'))
      }
      expect(output).toContain('Example:')
    }
  })

  for (const group of loaded) {
    test(`${group.name} --help lists every command`, async () => {
      const { code, output } = await typed(`${group.name} --help`)
      expect([code, (await typed(`help ${group.name}`)).output]).toEqual([0, output])
      for (const { name } of group.commands) {
        if (name !== '') expect(output).toMatch(new RegExp(`^  ${name} `, 'm'))
      }
      expect(output).toContain('Example:')
    })
  }

  test('fits in 80 columns', async () => {
    const texts = await Promise.all(
      ['help', 'user -h', 'session -h', 'keys -h'].map((line) => typed(line)),
    )
    for (const row of texts.flatMap(({ output }) => output.split('\n'))) {
      expect(row.length, row).toBeLessThanOrEqual(80)
    }
  })

  for (const { group, command } of commands) {
    const line = `${group.name} ${command.name}`.trim()
    test(`${line} --help lists its options, fits, and has an example of itself`, async () => {
      const { code, output, opens } = await typed(`${line} --help`)
      expect([code, opens]).toEqual([0, 0])
      expect(await typed(`help ${line}`)).toMatchObject({ code: 0, output })
      expect(await typed(`${line} -h`)).toMatchObject({ code: 0, output })
      for (const option of ['help', ...Object.keys(command.options)]) {
        expect(output).toMatch(new RegExp(`^  --${option}[ <]`, 'm'))
      }
      for (const name of command.positionals) expect(output).toContain(`<${name}>`)
      expect(output.split('Example:')[1]).toContain(`countersign ${line}`)
      if (line === 'serve') return
      for (const row of output.split('\n')) expect(row.length, row).toBeLessThanOrEqual(80)
    })
  }
})
