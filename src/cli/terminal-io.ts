/** The `Io` of a process: stdout, stderr, and a stdin that may be a terminal or a pipe. */

import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError, exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { fileLines, linesOf } from './lines.ts'

const longestLineBytes = 65_536

export function terminalIo(): Io {
  return {
    write: (text) => void process.stdout.write(`${text}\n`),
    writeError: (text) => void process.stderr.write(`${text}\n`),
    drawLine: process.stderr.isTTY === true ? drawLine : undefined,
    isTty: process.stdin.isTTY === true,
    ask,
    readLine,
    readLines: (file) => (file === '-' ? linesOf(process.stdin) : fileLines(file)),
  }
}

function drawLine(text: string | undefined): void {
  if (text === undefined) {
    process.stderr.write('\n')
    return
  }
  // A line that is wider than the terminal would be broken, and its beginning never drawn over.
  process.stderr.write(`\r\u001b[K${text.slice(0, Math.max(1, process.stderr.columns - 1))}`)
}

function ask(question: string, { hidden = false } = {}): Promise<string | undefined> {
  // readline edits the line in raw mode and echoes to its output; a hidden answer has none.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = hidden ? nowhere : process.stderr
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
  if (hidden) process.stderr.write(question)
  return new Promise((resolve) => {
    let answer: string | undefined
    lines.once('close', () => {
      if (hidden || answer === undefined) process.stderr.write('\n')
      process.stdin.pause()
      resolve(answer)
    })
    lines.once('SIGINT', () => lines.close())
    lines.question(hidden ? '' : question, (line) => {
      answer = line
      lines.close()
    })
  })
}

async function readLine(): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop destroys stdin, so that what follows the line does not keep the process.
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (chunk.includes(10)) break
    if (size > longestLineBytes) throw unreadable('too long')
  }
  const bytes = Buffer.concat(chunks)
  if (bytes.length === 0) return undefined
  const end = bytes.indexOf(10)
  return decode(end < 0 ? bytes : bytes.subarray(0, end)).replace(/\r$/, '')
}

// A password in another encoding would be kept as one that nobody can type.
function decode(line: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line)
  } catch {
    throw unreadable('not UTF-8')
  }
}

const unreadable = (reason: string): CommandError =>
  new CommandError(`The first line of standard input is ${reason}.`, exitCodes.misused)
