/**
 * `decideRefresh` in Lua, with the write that it decides, in one atomic step on one key.
 *
 * Property tests hold it equal to `sessions/decide-refresh.ts`, case by case and in its order. The
 * record's layout is that of `session-record.ts`.
 */

import { script } from './commands.ts'
import { stepLayout } from './step-arguments.ts'

/** Redis's own clock decides; a last argument that is not empty stands for it in tests. */
export const clockLines = `
local now = tonumber(ARGV[#ARGV])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end`

export const refreshScript = script(`${clockLines}
local generation, hash, parent, issuedAt, bornAt, account, epoch, mayRestore,
  inactivity, absolute, access, strict = struct.unpack('${stepLayout}', ARGV[1])
mayRestore, strict = mayRestore == 1, strict == 1
local notAfter = tonumber(ARGV[2])
local layout = '>BI4c16I4BI6I6I6I6I6'

-- Whoever sent it has long been told that the outcome is unknown (server-clock.ts).
if notAfter and now > notAfter then return {'late', now, 0, '', ''} end

local record = redis.call('GET', KEYS[1]) or ''
if now - issuedAt > inactivity or now - bornAt > absolute then
  return {'expired', now, 0, record, ''}
end
if string.byte(record, 1) == 0 then return {'ended', now, 0, record, ''} end

-- Outlives every token that was issued for the session, and the session itself by a second.
local lifetime = math.min(inactivity + access, bornAt + absolute - now) + 1000

local function write(state, tail)
  local after = struct.pack(layout, 1, state.generation, state.hash, epoch, state.forks,
    state.forkedAt, state[1], state[2], state[3], state[4]) .. tail
  redis.call('SET', KEYS[1], after, 'PX', lifetime)
  return after
end

local usedOnce = strict and 1 or 0
local function caughtUp()
  return {generation = generation, hash = hash, forks = usedOnce, forkedAt = 0, now, now, now, now}
end

if record == '' then
  if not mayRestore then return {'ended', now, 0, record, ''} end
  local tail = account .. struct.pack('>BBI2', 3, 0, 0) .. 'pwd'
  return {'restored', now, 0, record, write(caughtUp(), tail)}
end

local _, storedGeneration, storedHash, storedEpoch, forks, forkedAt, c1, c2, c3, c4 =
  struct.unpack(layout, record)
epoch = storedEpoch
local tail = string.sub(record, 57)
local ahead = generation - storedGeneration

local function bury(reason)
  redis.call('SET', KEYS[1], '\\0' .. string.sub(tail, 1, 16) .. 'refresh_token_' .. reason,
    'PX', lifetime)
  return {reason, now, 0, record, ''}
end

local function fork(nextForks)
  local state = {generation = storedGeneration, hash = storedHash, forks = nextForks,
    forkedAt = now, c1, c2, c3, c4}
  return {'forked', now, (not strict and nextForks == 3) and 1 or 0, record, write(state, tail)}
end

if ahead == 0 and hash == storedHash then
  if strict then
    if forks > 0 then return bury('replayed') end
    return fork(1)
  end
  if forkedAt == 0 or now - forkedAt >= access then
    if forks + 1 >= 20 then return bury('not_adopted') end
    return fork(forks + 1)
  end
  -- Nothing to write, but the token that is issued now must not outlive the record.
  local needed = math.min(inactivity, bornAt + absolute - now) + 1000
  if redis.call('PTTL', KEYS[1]) < needed then redis.call('PEXPIRE', KEYS[1], lifetime) end
  return {'forked', now, 0, record, ''}
end

if ahead == 1 and parent == storedHash then
  local state = {generation = generation, hash = hash, forks = usedOnce, forkedAt = forkedAt,
    now, c1, c2, c3}
  return {'committed', now, 0, record, write(state, tail)}
end

if ahead > 1 then return {'recovered', now, 0, record, write(caughtUp(), tail)} end

local commits = {c1, c2, c3, c4}
local passedAt = commits[math.max(1, -ahead)] or 0
if not strict and passedAt > 0 and now - passedAt < 10000 then
  return {'superseded', now, 0, record, ''}
end
return bury('replayed')`)
