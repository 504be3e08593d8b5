// The settings of a run, from the command line.

/** What `--short` makes of a run: enough to see that it works, too little to quote. */
const short = {
  rounds: 2,
  seconds: 1,
  runs: 2,
  sessions: 26_000,
  refreshes: 2,
  requests: 5_000,
  accounts: 10_000,
  ended: 10_000,
}

/**
 * @param args such as `['guard', '--rounds', '5', '--short', '--only', 'bare-node,countersign']`.
 * @throws Error naming what nobody knows.
 */
export function readSettings(args) {
  const read = { names: [], given: {}, short: false, json: false, write: false }
  const numbers = new Set([...Object.keys(short), 'connections'])
  const rest = [...args]
  while (rest.length > 0) {
    const arg = rest.shift()
    const name = arg.replace(/^--/, '')
    if (arg === '--short' || arg === '--json' || arg === '--write') read[name] = true
    else if (arg === '--only') read.only = (rest.shift() ?? '').split(',')
    else if (arg === '--as') read.as = nameOf(arg, rest.shift())
    else if (arg.startsWith('--') && numbers.has(name)) read.given[name] = number(arg, rest.shift())
    else if (arg.startsWith('-')) throw new Error(`Unknown setting ${arg}; see bench/README.md.`)
    else read.names.push(arg)
  }
  return {
    ...read,
    /** The number that was given, else that of a short run, else the suite's own. */
    number: (name, usual) => read.given[name] ?? (read.short ? short[name] : undefined) ?? usual,
  }
}

function nameOf(arg, text = '') {
  if (!/^[a-z][a-z0-9-]*$/.test(text)) throw new Error(`${arg} takes a name such as guard-node-24.`)
  return text
}

function number(arg, text) {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`${arg} takes a number above 0, not ${text}.`)
  return value
}
