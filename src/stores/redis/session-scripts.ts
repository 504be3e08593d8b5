/** The scripts that make and end a session. Each works on its key. */

import { script } from './commands.ts'

/** Adds a session unless its id is there. */
export const createScript = script(`
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0`)

/**
 * Writes a tombstone over a live session of an epoch below the second argument, or where there is
 * none. An ended one keeps its reason. Works on a full Redis.
 */
export const buryScript = script(`#!lua flags=allow-oom
local record = redis.call('GET', KEYS[1])
if record and string.byte(record, 1) == 0 then return 0 end
local below = tonumber(ARGV[2])
if record and below and struct.unpack('>I4', string.sub(record, 22, 25)) >= below then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1`)
