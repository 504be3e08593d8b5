/**
 * The list of common passwords, and how many guesses a password takes that is made of its entries.
 *
 * Data: `@zxcvbn-ts/language-common`, most common first. Sources: NIST SP 800-63B-4 §3.1.1.2, OWASP
 * ASVS 5.0 6.2.4; docs/decisions/0006-common-passwords.md has the reasons for the estimate.
 */

export interface CommonPasswords {
  /** True for an entry, whatever its case. */
  has(password: string): boolean
  /** @returns the power of ten of the guesses that an informed attacker needs; an estimate. */
  guessesPower(password: string): number
}

// The one thing a process keeps here: a constant that costs 30 ms and is not needed at start-up.
let loading: Promise<CommonPasswords> | undefined

export function commonPasswords(): Promise<CommonPasswords> {
  loading ??= load()
  return loading
}

async function load(): Promise<CommonPasswords> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const powers = new Map<string, number>()
  for (const [index, entry] of dictionary['passwords-common'].entries()) {
    const folded = entry.toLowerCase()
    if (!powers.has(folded)) powers.set(folded, Math.log10(index + 2))
  }
  return Object.freeze({
    has: (password: string) => powers.has(password.toLowerCase()),
    guessesPower: (password: string) => guessesPower([...password.toLowerCase()], powers),
  })
}

/** One character that belongs to nothing else; zxcvbn reckons the same. */
const perCharacter = 1
/** A run such as `abcd`, `7777` or `fdsa`: where it begins and how long it is. */
const perRun = 1.5
/** Once more what came just before. */
const perRepetition = 0.3

const mostPieceLength = 32
const leastPieceLength = 3
const keyboardRows = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
]
const rows = keyboardRows.flatMap((row) => [row, [...row].reverse().join('')])

/** The cheapest way to put the text together from entries, runs, repetitions and characters. */
function guessesPower(text: readonly string[], entries: ReadonlyMap<string, number>): number {
  const cheapest = [0]
  for (let end = 1; end <= text.length; end += 1) {
    let best = (cheapest[end - 1] as number) + perCharacter
    const earliest = Math.max(0, end - mostPieceLength)
    for (let start = end - 1; start >= earliest; start -= 1) {
      const before = cheapest[start] as number
      if (before < best) best = Math.min(best, before + pieceCost(text, start, end, entries))
    }
    cheapest.push(best)
  }
  return cheapest.at(-1) as number
}

function pieceCost(
  text: readonly string[],
  start: number,
  end: number,
  entries: ReadonlyMap<string, number>,
): number {
  const piece = text.slice(start, end).join('')
  const length = end - start
  if (length <= start && text.slice(start - length, start).join('') === piece) return perRepetition
  if (length < leastPieceLength) return Number.POSITIVE_INFINITY
  const entry = entries.get(piece) ?? Number.POSITIVE_INFINITY
  return isRun(piece) ? Math.min(entry, perRun) : entry
}

function isRun(piece: string): boolean {
  if (rows.some((row) => row.includes(piece))) return true
  const steps = [...piece].map((character) => character.codePointAt(0) as number)
  const step = (steps[1] as number) - (steps[0] as number)
  if (Math.abs(step) > 1) return false
  return steps.every((code, index) => index === 0 || code - (steps[index - 1] as number) === step)
}
