/**
 * The scripts of counters: a string of count 4, first at 6, last at 6 and expires at 6 bytes, which
 * Redis removes when its window has passed. Each works on any number of keys, in one atomic step.
 *
 * `takeScript` is `takeAttempts` of `stores/take-attempt.ts`, `settleScript` is `settleAttempt`, and the
 * contract holds them to that. What belongs to a key comes as JSON, in the order of the keys.
 */

import { script } from './commands.ts'
import { clockLines } from './refresh-script.ts'

const readLines = `${clockLines}
local layout = '>I4I6I6I6'
local function read(key)
  local record = redis.call('GET', key)
  if record then
    local c, f, l, e = struct.unpack(layout, record)
    if e > now then return { count = c, firstAt = f, lastAt = l, expiresAt = e } end
  end
  return { count = 0, firstAt = now, lastAt = now, expiresAt = 0 }
end
local function write(key, c)
  redis.call('SET', key, struct.pack(layout, c.count, c.firstAt, c.lastAt, c.expiresAt), 'PX',
    string.format('%.0f', math.max(1, c.expiresAt - now)))
end`

/** Answers taken, count and wait for each key by itself; `look` changes nothing. */
export const takeScript = script(`${readLines}
local steps, taken, refused = {}, {}, ARGV[2] == 'look'
for at, rule in ipairs(cjson.decode(ARGV[1])) do
  local counter, wait = read(KEYS[at]), 0
  if counter.count > 0 and rule.limit and counter.count >= rule.limit then
    wait = counter.expiresAt - now
  elseif counter.count > 0 then
    local pause = rule.pauses[math.min(counter.count, #rule.pauses)] or 0
    wait = math.max(0, pause - math.abs(now - counter.lastAt))
  end
  if wait > 0 then
    steps[at] = {0, counter.count, wait}
    refused = refused or not rule.mayBeRefused
  else
    if not (rule.fromFirst and counter.count > 0) then counter.expiresAt = now + rule.window end
    counter.count, counter.lastAt = counter.count + 1, now
    steps[at] = {1, counter.count, 0}
    taken[at] = counter
  end
end
if not refused then
  for at, counter in pairs(taken) do write(KEYS[at], counter) end
end
return steps`)

export const settleScript = script(`${readLines}
for at, change in ipairs(cjson.decode(ARGV[1])) do
  local key = KEYS[at]
  local counter = read(key)
  if change.clears then
    if not change.below or counter.count < change.below then redis.call('DEL', key) end
  elseif counter.count > 1 then
    counter.count = counter.count - 1
    write(key, counter)
  elseif counter.count == 1 then
    redis.call('DEL', key)
  end
end
return 0`)

export const readScript = script(`${readLines}
local counter = read(KEYS[1])
if counter.count == 0 then return {} end
return {counter.count, counter.firstAt, counter.lastAt}`)
