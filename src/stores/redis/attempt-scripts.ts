/**
 * The scripts of a counter: a string of count 4, first at 6, last at 6 and expires at 6 bytes, which
 * Redis removes when its window has passed. Each works on one key.
 *
 * `takeScript` is `takeAttempt` of `stores/take-attempt.ts`, and the contract holds it to that.
 */

import { script } from './commands.ts'
import { clockLines } from './refresh-script.ts'

const readLines = `${clockLines}
local layout = '>I4I6I6I6'
local count, firstAt, lastAt, expiresAt = 0, now, now, 0
local record = redis.call('GET', KEYS[1])
if record then
  local c, f, l, e = struct.unpack(layout, record)
  if e > now then count, firstAt, lastAt, expiresAt = c, f, l, e end
end
local function write()
  local left = math.max(1, expiresAt - now)
  redis.call('SET', KEYS[1], struct.pack(layout, count, firstAt, lastAt, expiresAt), 'PX',
    string.format('%.0f', left))
end`

/** Window, whether it begins with the first attempt, limit or '', and one pause an argument. */
export const takeScript = script(`${readLines}
local window, fromFirst, limit = tonumber(ARGV[1]), ARGV[2] == 'first', tonumber(ARGV[3])
if count > 0 then
  local wait = 0
  if limit and count >= limit then
    wait = expiresAt - now
  else
    local pauses = #ARGV - 4
    local pause = pauses > 0 and tonumber(ARGV[3 + math.min(count, pauses)]) or 0
    wait = math.max(0, pause - math.abs(now - lastAt))
  end
  if wait > 0 then return {0, count, wait} end
end
if not (fromFirst and count > 0) then expiresAt = now + window end
count, lastAt = count + 1, now
write()
return {1, count, 0}`)

export const giveBackScript = script(`${readLines}
if count == 0 then return 0 end
count = count - 1
if count == 0 then return redis.call('DEL', KEYS[1]) end
write()
return 1`)

export const readScript = script(`${readLines}
if count == 0 then return {} end
return {count, firstAt, lastAt}`)
