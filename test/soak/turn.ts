/**
 * One turn: some of the clients, thieves and late requests at once, while the clock stands still;
 * then the clock moves.
 */

import {
  type Crowd,
  changeOwnPassword,
  endAnotherDevice,
  leave,
  logIn,
  logOut,
  logOutEverywhere,
  probe,
  refreshOnce,
  refreshTabs,
  refreshWithStraggler,
} from './actions.ts'
import { contentOf, type Device, judgeRefusal, present } from './requests.ts'
import { firstPassword, type World } from './world.ts'

const devicesPerAccount = 3
const atOnce = 48
const probesAtOnce = 6

export function gather(world: World, accounts: number): Crowd {
  const devices = Array.from({ length: accounts }, (_, index) => {
    const passwords = { known: [firstPassword], changedAt: 0 }
    return Array.from(
      { length: devicesPerAccount },
      (): Device => ({
        username: `user${index}`,
        passwords,
        held: undefined,
        leaving: false,
        theft: undefined,
      }),
    )
  })
  return { world, devices: devices.flat(), ended: [], stragglers: [] }
}

export async function playTurn(crowd: Crowd): Promise<void> {
  const { world, devices, ended, stragglers } = crowd
  const chosen = new Set<Device>()
  while (chosen.size < Math.min(atOnce, devices.length)) chosen.add(oneOf(world, devices))
  const probed = Array.from({ length: Math.min(probesAtOnce, ended.length) }, () =>
    oneOf(world, ended),
  )
  const thieves = devices.filter(({ theft }) => theft !== undefined && world.random() < 0.3)
  await Promise.all([
    ...[...chosen].map((device) => act(crowd, device)),
    ...thieves.map((device) => actAsThief(crowd, device)),
    ...stragglers.splice(0).map((late) => arriveLate(crowd, late)),
    ...probed.map((token) => probe(crowd, token)),
  ])
  world.advance(pauseOf(world))
}

const oneOf = <Item>(world: World, items: readonly Item[]): Item =>
  items[Math.floor(world.random() * items.length)] as Item

/** Mostly seconds, so that what is late is late; now and then hours. */
function pauseOf({ random }: World): number {
  const kind = random()
  if (kind < 0.6) return random() * 3000
  if (kind < 0.95) return random() * 120_000
  if (kind < 0.999) return random() * 900_000
  return random() * 12 * 3_600_000
}

async function act(crowd: Crowd, device: Device): Promise<void> {
  if (device.held === undefined) return logIn(crowd, device)
  if (device.leaving) return logOut(crowd, device)
  const chance = crowd.world.random() * 1000
  if (chance < 600) return refreshOnce(crowd, device)
  if (chance < 700) return refreshOnce(crowd, device, { answerLost: true })
  if (chance < 820) return refreshTabs(crowd, device)
  if (chance < 935) return refreshWithStraggler(crowd, device)
  if (chance < 960) return logOut(crowd, device)
  if (chance < 965) return changeOwnPassword(crowd, device)
  if (chance < 972) return endAnotherDevice(crowd, device)
  if (chance < 976) return logOutEverywhere(crowd, device)
  if (chance < 984) return logIn(crowd, device)
  if (chance < 990) steal(crowd, device)
  return refreshOnce(crowd, device)
}

async function arriveLate(crowd: Crowd, late: Crowd['stragglers'][number]): Promise<void> {
  const { world } = crowd
  // What was given up arrives within ten seconds or never.
  if (world.now() - late.at >= 9500 || late.device.theft !== undefined) return
  const outcome = await present(world, late.token)
  if ('value' in outcome || outcome.code === 'refresh_token_superseded') return
  await judgeRefusal(world, late.token, outcome.code)
}

function steal({ world }: Crowd, device: Device): void {
  if (device.held === undefined || device.theft !== undefined) return
  const at = world.now()
  const tries = { ownerTries: 0, thiefTries: 0, ownerTriedAt: at, thiefTriedAt: 0 }
  device.theft = { held: device.held, at, ...tries }
  world.stolen.add(contentOf(world, device.held).sessionId)
  world.ledger.totals.thefts += 1
}

/** Tries of both, ten seconds apart, in which the thief must be found out. */
const mostTries = 4

async function actAsThief(crowd: Crowd, device: Device): Promise<void> {
  const { world } = crowd
  const { theft } = device
  if (theft === undefined) return
  if (world.now() - theft.thiefTriedAt > 10_000) {
    theft.thiefTriedAt = world.now()
    theft.thiefTries += 1
  }
  const outcome = await present(world, theft.held)
  const code = 'code' in outcome ? outcome.code : 'answered'
  if ('value' in outcome) theft.held = outcome.value.refreshToken
  const isOver = code !== 'answered' && code !== 'temporarily_unavailable'
  if (isOver && code !== 'refresh_token_superseded') {
    if (device.theft === theft && device.held !== undefined) leave(crowd, device, device.held)
    return
  }
  const losses = world.losses.filter((lostAt) => lostAt >= theft.at).length
  const allowed = mostTries + 2 * losses
  if (device.theft !== theft || Math.min(theft.ownerTries, theft.thiefTries) <= allowed) return
  world.ledger.note('missed', `thief of session ${contentOf(world, theft.held).sessionId}`)
  device.theft = undefined
  device.held = undefined
}
