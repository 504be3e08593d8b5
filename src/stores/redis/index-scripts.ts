/**
 * The scripts of the index that finds the sessions of an account. Each works on one key.
 *
 * A key holds the entries of many accounts, in the order in which they came: 16 bytes of the account
 * and the session's id, which begins with its birth in milliseconds. Where an account was, zeros may stand.
 */

import { script } from './commands.ts'
import { clockLines } from './refresh-script.ts'

/** Up to here a key is written anew, exactly as long as it is; a longer one is changed in place. */
const smallBytes = 4096

// The search compares bytes in C. A match may lie across two entries; that is none.
const searchLines = `
local function placesOf(account, bucket)
  local places, from = {}, 1
  while true do
    local at = string.find(bucket, account, from, true)
    if not at then return places end
    if at % 32 == 1 then places[#places + 1] = at end
    from = at + 1
  end
end

local function sessionsOf(account, bucket)
  local ids = {}
  for index, at in ipairs(placesOf(account, bucket)) do
    ids[index] = string.sub(bucket, at + 16, at + 31)
  end
  return ids
end
local nobody = string.rep('\\0', 16)`

/** Answers the ids of an account, one after the other. */
export const readIndexScript = script(`${searchLines}
return table.concat(sessionsOf(ARGV[1], redis.call('GET', KEYS[1]) or ''))`)

/**
 * Adds a session of an account. Without a number as third argument the session may be there already;
 * with one it is new, and when the account then has more than so many, their ids are answered.
 *
 * What was born before the absolute lifetime goes when the first entry is so much older that at least a
 * sixteenth of the lifetime goes at once.
 */
export const addToIndexScript = script(`${clockLines}
${searchLines}
local account, session, absolute = ARGV[1], ARGV[2], tonumber(ARGV[4])
local most, lifetime = tonumber(ARGV[3]), absolute + 1000
local entry = account .. session
local read = function() return redis.call('GET', KEYS[1]) or '' end
local isThere = function(bucket) return string.find(bucket, entry, 1, true) end
local bornAt = function(bytes) return (struct.unpack('>I6', bytes)) end

local function pruned(bucket)
  local kept = {}
  for at = 1, #bucket, 32 do
    local one = string.sub(bucket, at, at + 31)
    local isOver = now - bornAt(string.sub(one, 17)) > absolute
    if not isOver and string.sub(one, 1, 16) ~= nobody then kept[#kept + 1] = one end
  end
  return table.concat(kept)
end

local size = redis.call('STRLEN', KEYS[1])
local first = size > 0 and bornAt(redis.call('GETRANGE', KEYS[1], 16, 21)) or now
local isDue = now - first > absolute * 17 / 16
if isDue or size <= ${smallBytes} then
  local bucket = isDue and pruned(read()) or read()
  if not isThere(bucket) then bucket = bucket .. entry end
  redis.call('SET', KEYS[1], bucket, 'PX', lifetime)
else
  if most or not isThere(read()) then redis.call('SETRANGE', KEYS[1], size, entry) end
  redis.call('PEXPIRE', KEYS[1], lifetime)
end
if not most or most == math.huge then return '' end
local ids = sessionsOf(account, read())
return #ids > most and table.concat(ids) or ''`)

/** Takes those of the ids out that are the account's. Works on a full Redis. */
export const leaveIndexScript = script(`#!lua flags=allow-oom
${searchLines}
local account, bucket = ARGV[1], redis.call('GET', KEYS[1]) or ''
local isGone, gone = {}, {}
for at = 1, #ARGV[2], 16 do isGone[string.sub(ARGV[2], at, at + 15)] = true end
for _, at in ipairs(placesOf(account, bucket)) do
  if isGone[string.sub(bucket, at + 16, at + 31)] then gone[#gone + 1] = at end
end
if #gone == 0 then return 0 end

-- Replicas and the append-only file get what is written.
if #bucket > #gone * ${smallBytes} then
  for _, at in ipairs(gone) do redis.call('SETRANGE', KEYS[1], at - 1, nobody) end
  return #gone
end
local parts, from = {}, 1
for index, at in ipairs(gone) do
  parts[index] = string.sub(bucket, from, at - 1)
  from = at + 32
end
local rest = table.concat(parts) .. string.sub(bucket, from)
if rest == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], rest, 'KEEPTTL') end
return #gone`)
