// Interleaved rounds: every candidate is measured in every round, so that whatever the machine does
// meanwhile it does to all of them, and the reference twice, which tells how much of it that was.
import { median, rounded, summary } from './figures.mjs'
import { machineProcessorSeconds, ownProcessorSeconds, processorSeconds } from './processes.mjs'

/** Two measurements of the same thing may differ by this much before a run is called noisy. */
const mostDifference = 0.1
/** Nor may others have had more than this part of the time of one core. */
const mostOfOthers = 0.1

/**
 * @param subjects { id, name, … } that `measure` knows how to measure, the reference among them.
 * @param measure (subject) => an object of figures: numbers, the same names for all.
 * @param pids () => the processes of ours whose time is not that of others.
 * @returns { rows, failed, noise }; a row has the figures of all rounds. Whatever fails once is left out,
 * but for the reference, without which there is nothing to compare.
 */
export async function playRounds({ subjects, reference, rounds, measure, key, pids = () => [] }) {
  const results = new Map(subjects.map(({ id }) => [id, []]))
  const failed = new Map()
  const again = []
  const base = subjects.find(({ id }) => id === reference) ?? subjects[0]
  const attempt = async (subject) => {
    if (failed.has(subject.id)) return
    try {
      return await measure(subject)
    } catch (error) {
      if (subject === base) throw error
      failed.set(subject.id, error.message)
    }
  }
  for (const subject of subjects) await attempt(subject)
  const watch = startWatch(pids)
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of orderOf(subjects, round)) {
      results.get(subject.id).push(await attempt(subject))
    }
    again.push(await measure(base))
  }
  const differences = results.get(base.id).map((figures, round) => {
    const [one, other] = [figures[key], again[round][key]]
    return Math.abs(one - other) / ((one + other) / 2)
  })
  const noise = { difference: rounded(median(differences)), others: rounded(watch()) }
  const isNoisy = noise.difference > mostDifference || noise.others > mostOfOthers
  const whole = subjects.filter(({ id }) => !failed.has(id))
  return {
    rows: whole.map(({ id, name }) => ({ id, name, rounds: results.get(id) })),
    failed: [...failed].map(([id, reason]) => ({
      name: subjects.find((subject) => subject.id === id).name,
      reason,
    })),
    noise: { ...noise, isNoisy },
  }
}

/** Another one begins each time, and every other round goes the other way about. */
function orderOf(subjects, round) {
  const start = round % subjects.length
  const order = [...subjects.slice(start), ...subjects.slice(0, start)]
  return round % 2 === 1 ? order.reverse() : order
}

/** @returns what others had of one core since, from 0 to the number of cores. */
function startWatch(pids) {
  const used = () => pids().reduce((sum, pid) => sum + processorSeconds(pid), ownProcessorSeconds())
  const before = { at: performance.now(), machine: machineProcessorSeconds(), ours: used() }
  return () => {
    const seconds = (performance.now() - before.at) / 1000
    const others = machineProcessorSeconds() - before.machine - (used() - before.ours)
    return Math.max(0, others / seconds)
  }
}

/** Medians and ranges of a row, and of its ratios to the reference in the same round. */
export function summarise(row, base, keys) {
  const values = (key) => row.rounds.map((figures) => figures[key])
  return {
    id: row.id,
    name: row.name,
    ...Object.fromEntries(keys.map((key) => [key, summary(values(key))])),
    rounds: row.rounds.map((figures) => roundedAll(figures)),
    ratio: Object.fromEntries(keys.map((key) => [key, summary(ratios(row, base, key))])),
  }
}

const roundedAll = (figures) =>
  Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [
      key,
      typeof value === 'number' ? rounded(value) : value,
    ]),
  )

export const ratios = (row, base, key) =>
  row.rounds.map((figures, round) => figures[key] / base.rounds[round][key])
