/**
 * G13: signing keys are rotated under load, and no good token is refused (SECURITY.md M17).
 *
 * Two servers sign, three verify. The third only ever learns of a key from the tokens that it sees.
 */

import { expect, onTestFinished, test } from 'vitest'
import { createKeyNode, type KeyNode, type NodeSettings, startKeyNode } from './key-node.ts'
import { temporaryFolder } from './server-process.ts'

const start = Date.UTC(2030, 0, 1)
const stepMilliseconds = 60_000
/** 16 minutes: one more than a key is published before its use. */
const stepsPerRotation = 16
/** A token of 15 minutes is presented for 14, a time that every clock here agrees is good. */
const stepsOfToken = 14
const tokensPerStep = 3
/** Within the leeway of 5 seconds. */
const skews = [0, 2000, -2000]

interface Load {
  readonly rotations: number
  readonly verificationsPerStep: number
}

async function rotateUnderLoad(nodes: readonly KeyNode[], load: Load) {
  const [one, other] = nodes as [KeyNode, KeyNode]
  let pool: { readonly token: string; readonly step: number }[] = []
  const refusals: string[] = []
  const signingKids = new Set<string>()
  const counts = { verifications: 0, cold: 0, mostPublished: 0 }
  const pick = () => pool[Math.floor(Math.random() * pool.length)]?.token ?? ''

  for (let step = 0; step < load.rotations * stepsPerRotation; step += 1) {
    const now = start + step * stepMilliseconds
    await Promise.all(nodes.map((node, index) => node.setTime(now + (skews[index] ?? 0))))
    const turn = step / stepsPerRotation
    // Goes on while tokens are signed and verified.
    const rotating = Number.isInteger(turn) ? [one, other][turn % 2]?.rotate() : undefined
    const signed = await Promise.all([one.sign(tokensPerStep), other.sign(tokensPerStep)])
    pool = pool.filter((entry) => step - entry.step < stepsOfToken)
    for (const token of signed.flat()) {
      signingKids.add(kidOf(token))
      pool.push({ token, step })
    }
    const each = Math.ceil(load.verificationsPerStep / nodes.length)
    const verified = await Promise.all(
      nodes.map((node) => node.verify(Array.from({ length: each }, pick))),
    )
    for (const { cold, refusals: more } of verified) {
      counts.verifications += each
      counts.cold += cold
      refusals.push(...more)
    }
    await rotating
    counts.mostPublished = Math.max(counts.mostPublished, (await one.published()).length)
  }
  return { ...counts, refusals, keys: signingKids.size }
}

function kidOf(token: string): string {
  const [header = ''] = token.split('.')
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid
}

async function openNodes(open: (settings: NodeSettings) => Promise<KeyNode>) {
  const folder = temporaryFolder()
  const nodes = await Promise.all(skews.map((skew) => open({ folder, now: start + skew })))
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.close()))
  })
  return nodes
}

test('G13: 100 rotations on three servers: no false 401 in 200,000 verifications', async () => {
  const nodes = await openNodes(createKeyNode)
  const result = await rotateUnderLoad(nodes, { rotations: 100, verificationsPerStep: 126 })
  expect(result.refusals).toEqual([])
  expect(result.verifications).toBeGreaterThanOrEqual(200_000)
  expect(result.cold).toBeGreaterThanOrEqual(20_000)
  // The last key was active for no step, or for one.
  expect(result.keys).toBeGreaterThanOrEqual(100)
  // The one that signs, the one before it, the one after it.
  expect(result.mostPublished).toBeLessThanOrEqual(3)
}, 60_000)

test('G13: the same on three processes, 10 rotations', async () => {
  const nodes = await openNodes(startKeyNode)
  const result = await rotateUnderLoad(nodes, { rotations: 10, verificationsPerStep: 126 })
  expect(result.refusals).toEqual([])
  expect(result.cold).toBeGreaterThanOrEqual(2000)
  expect(result.keys).toBeGreaterThanOrEqual(10)
})
